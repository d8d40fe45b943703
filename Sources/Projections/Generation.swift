import Bytes
import EventLog
import LMDB
import Quantities
import Sessions

/// One build of the read models: an environment of its own, which holds nothing that the log does
/// not, with the checkpoint that says how much of the log is in it.
///
/// | database | key | value |
/// |---|---|---|
/// | one for each projection, and `summaries` | session key | row |
/// | `evidence` | session key | the session as folded, where its rows are as corrected by hand |
/// | `ids` | session id, 16 bytes | session key |
/// | `names` | station, ``SessionKey`` | session key |
/// | `by_station` | station, session key | start |
/// | `station_states` | station | ``StationState`` |
/// | `meta` | name | checkpoint, stations to fold again |
///
/// A *session key* is the log position of the record that opened the session: it is unique, and it
/// grows with the log, so new rows go to the end of the trees. All integers are big-endian, so the
/// order of bytes is the order of numbers.
final class Generation: Sendable {
  /// Raise it when the databases beside the rows change, or what is in them.
  static let version = 7

  let path: String
  let environment: Environment
  /// In the order of ``SessionTables/stored``.
  let rows: [Database]
  /// The rows of ``UsageRows``.
  let usage: Database
  /// The rows of ``CostRows``.
  let costs: Database
  /// The rows of ``SummaryRows``.
  let summaries: Database
  /// What the fold has concluded of sessions whose rows say something else, because facts correct
  /// them. The fold goes on from here.
  let evidence: Database
  let ids: Database
  /// The names under which stations speak of their sessions.
  let names: Database
  let byStation: Database
  let stations: Database
  let meta: Database

  /// Opens the generation in `path`, or makes an empty one there.
  ///
  /// - Parameter isBeingBuilt: commits are not synced one by one; ``Environment/sync()`` ends the
  ///   build. Only for a directory that nobody reads yet.
  init(path: String, isBeingBuilt: Bool) throws(LMDBError) {
    self.path = path
    let environment = try Environment(
      path: path,
      options: .init(
        access: .create, maxDatabases: 32,
        synchronization: isBeingBuilt ? .onRequest : .everyCommit))
    func database(_ name: String) throws(LMDBError) -> Database {
      try environment.openDatabase(name, create: true)
    }
    var rows: [Database] = []
    for table in SessionTables.stored { rows.append(try database(table.name)) }
    self.rows = rows
    self.usage = rows[SessionTables.place(of: UsageRows().name)]
    self.costs = rows[SessionTables.place(of: CostRows().name)]
    self.summaries = rows[SessionTables.place(of: SummaryRows().name)]
    self.evidence = try database("evidence")
    self.ids = try database("ids")
    self.names = try database("names")
    self.byStation = try database("by_station")
    self.stations = try database("station_states")
    self.meta = try database("meta")
    self.environment = environment
  }
}

extension Generation {
  var sessions: Generation? { self }

  /// The read models; the rows of what is none come after them.
  var tables: [ModelTable] {
    zip(SessionTables.readModels, rows).map { table, database in
      ModelTable(name: table.name, version: table.version, rows: database)
    }
  }

  func subject(
    ofKey key: UnsafeRawBufferPointer, in table: ModelTable,
    _ transaction: borrowing ReadTransaction
  ) -> String {
    guard let sessionKey = Key.number(key) else { return "?" }
    let session = try? session(sessionKey, in: transaction)
    return session.map { "\($0.id)" } ?? "\(sessionKey)"
  }
}

/// Keys of the generation's databases, built on the stack.
enum Key {
  static func withText<R>(_ text: StaticString, _ body: (UnsafeRawBufferPointer) throws -> R)
    rethrows -> R
  {
    try body(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// A station.
  static func with<R>(
    _ station: StationID, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try withUnsafeBytes(of: station.rawValue.bigEndian, body)
  }

  /// A station and a number: a session key, or the hash of a session's name.
  static func with<R>(
    _ station: StationID, _ number: UInt64, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    let low = number.bigEndian
    let high = station.rawValue.bigEndian
    return try withUnsafeTemporaryAllocation(byteCount: 12, alignment: 1) { buffer in
      buffer.storeBytes(of: high, toByteOffset: 0, as: UInt32.self)
      buffer.storeBytes(of: low, toByteOffset: 4, as: UInt64.self)
      return try body(UnsafeRawBufferPointer(buffer))
    }
  }

  /// A session id.
  static func with<R>(
    _ id: SessionID, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { buffer in
      buffer.storeBytes(of: id.high.bigEndian, toByteOffset: 0, as: UInt64.self)
      buffer.storeBytes(of: id.low.bigEndian, toByteOffset: 8, as: UInt64.self)
      return try body(UnsafeRawBufferPointer(buffer))
    }
  }

  static func sortable(_ instant: Instant) -> UInt64 {
    UInt64(bitPattern: instant.millisecondsSinceEpoch) ^ (1 << 63)
  }

  static func instant(sortable value: UInt64) -> Instant {
    Instant(millisecondsSinceEpoch: Int64(bitPattern: value ^ (1 << 63)))
  }

  /// The big-endian number at `offset` of a key or value; nil if the bytes end before.
  static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) -> UInt64? {
    guard bytes.count >= offset + 8 else { return nil }
    return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
