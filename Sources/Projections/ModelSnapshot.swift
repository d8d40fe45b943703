public import EventLog
import LMDB
public import Quantities
public import Sessions

/// One moment of the read models, for whoever needs all of it: an export reads every row, and all
/// rows must be of the same moment.
///
/// It keeps a read transaction open as long as it lives, so that pages which change meanwhile are
/// not used again: the models' file grows by what changes. Rows may be read on any thread.
public final class ModelSnapshot: @unchecked Sendable {
  // Unchecked: the transaction is only read, by one cursor at a time of whoever owns the snapshot,
  // and what rows point to does not change as long as it lives.

  /// What people and systems have published, as of ``position``.
  public let facts: Facts
  /// The last record that the rows are made of; 0 of an empty ledger.
  public let position: UInt64
  /// The log time that timers have fired through.
  public let logTime: Instant
  /// What the log knows of each station that ever sent something, by its name.
  public let stations: [String: StationRecord]
  public var ledger: Ledger { models.ledger }
  /// The generation is open as long as its models are.
  private let models: ReadModels
  private var generation: Generation { models.generation }
  private let transaction: ReadTransaction

  init(of models: ReadModels) throws {
    self.models = models
    var stations: [String: StationRecord] = [:]
    transaction = try models.atOnePosition {
      stations = try models.stationRecords()
      return try models.generation.environment.beginRead()
    }
    self.stations = stations
    let checkpoint = try models.generation.checkpoint(in: transaction)
    position = checkpoint.position
    logTime = checkpoint.logTime
    facts = try Facts(reading: models.ledger, through: checkpoint.position)
  }

  /// The read models, with their versions.
  public var readModels: [(name: String, version: Int)] {
    let stations = StationsProjection()
    return SessionTables.readModels.map { ($0.name, $0.version) }
      + [(stations.name, stations.version)]
  }

  /// How many sessions there are.
  public func sessionCount() throws -> Int {
    try transaction.statistics(of: generation.rows[0]).entries
  }

  /// Calls `body` with the sessions as they are stored, in the order of their keys, until it returns
  /// false.
  ///
  /// - Parameter first: where to begin.
  /// - Complexity: O(sessions), at the speed of memory.
  public func forEachStoredSession(
    from first: UInt64 = 0, _ body: (StoredSession) throws -> Bool
  ) throws {
    try transaction.withCursor(in: generation.costs) { costs in
      var cost = try costs.seek(first)
      try withUnsafeBytes(of: first.bigEndian) { start in
        try transaction.forEach(in: generation.rows[0], from: start) { entry in
          guard let key = Key.number(entry.key) else {
            throw ProjectionError.damagedRow("sessions")
          }
          // Both models are in the order of keys, so the cursors go side by side.
          while let current = cost, let costKey = Key.number(current.key), costKey < key {
            cost = try costs.next()
          }
          let isOwn = cost.flatMap { Key.number($0.key) } == key
          return try body(
            StoredSession(key: key, row: entry.value, cost: isOwn ? cost?.value : nil))
        }
      }
    }
  }

  /// The session with this key as it is stored; nil if there is none.
  public func storedSession(_ key: UInt64) throws -> StoredSession? {
    guard let row = try transaction.value(of: key, in: generation.rows[0]) else { return nil }
    return StoredSession(
      key: key, row: row, cost: try transaction.value(of: key, in: generation.costs))
  }

  /// Calls `body` with what was noticed about stations apart from any session.
  public func forEachStationFinding(_ body: (_ station: String, Finding) throws -> Void) throws {
    try transaction.forEach(in: generation.stations) { entry in
      guard entry.key.count == 4 else { throw ProjectionError.damagedRow("stations") }
      let station = StationID(
        rawValue: UInt32(bigEndian: entry.key.loadUnaligned(as: UInt32.self)))
      let state = try StationState(decoding: entry.value, station: station, name: "")
      for finding in state.fold.findings { try body(facts.stationName(station), finding) }
      return true
    }
  }

  /// The names of all stations that ever sent something, in the order of their first record.
  public var stationNames: [String] {
    (0..<facts.stationCount).map { facts.stationName(StationID(rawValue: UInt32($0))) }
      .filter { !$0.isEmpty }
  }
}

/// A session as its read models store it: bytes in place, valid while the snapshot lives.
public struct StoredSession: @unchecked Sendable {
  // Unchecked: the bytes are never written to while the snapshot lives.

  /// The position of the record that opened it: see ``Sessions/Session/openedAtPosition``.
  public let key: UInt64
  /// Of the `sessions` read model.
  public let row: UnsafeRawBufferPointer
  /// Of the `costs` read model; nil if the session has no row there.
  public let cost: UnsafeRawBufferPointer?

  /// The session as lists and pages have it.
  public func entry(under facts: Facts) throws -> SessionEntry {
    let session = try Session(row: row)
    let name = facts.stationName(session.station)
    let priced = try cost.map { try SessionCost(row: $0) }
    return SessionEntry(
      session: session, stationName: name,
      placement: facts.placement(ofStation: name, at: session.startedAt),
      cost: session.isVoid ? .unpriced(.void) : priced)
  }
}

extension ReadModels {
  /// All rows as of now.
  public func snapshot() throws -> ModelSnapshot {
    try ModelSnapshot(of: self)
  }
}
