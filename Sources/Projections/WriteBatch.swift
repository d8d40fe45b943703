import Bytes
import LMDB
import Quantities
import Sessions

/// What one worker wants written after a chunk of the log: encoded by the worker, so that the one
/// thread that writes has nothing to do but put bytes into trees.
struct WriteBatch {
  /// A session's row of one table. An empty range means that it has none (any more).
  struct Row {
    /// The place in ``SessionTables/stored``.
    var table: Int
    var sessionKey: UInt64
    var bytes: Range<Int>
  }

  /// How a session is found.
  struct Listing {
    var sessionKey: UInt64
    var id: SessionID
    var station: StationID
    var startedAt: Instant
  }

  /// A name under which a station speaks of a session. Different sessions may share one by chance:
  /// whoever follows one checks what it finds.
  struct Name {
    var station: StationID
    var name: SessionKey
    var sessionKey: UInt64
  }

  /// The session as folded, kept aside because facts correct it. An empty range means that none is
  /// kept (any more).
  struct Evidence {
    var sessionKey: UInt64
    var bytes: Range<Int>
  }

  /// A session that goes, with its rows and listings, and an id that leads nowhere from then on.
  struct Removal {
    var sessionKey: UInt64
    var station: StationID
    var id: SessionID
  }

  struct State {
    var station: StationID
    var bytes: Range<Int>
  }

  var arena = ByteWriter()
  var rows: [Row] = []
  var listings: [Listing] = []
  var names: [Name] = []
  var states: [State] = []
  /// Stations folded again: what is stored of them goes first.
  var replacedStations: [StationID] = []
  var removals: [Removal] = []
  var evidence: [Evidence] = []
  /// Ids that lead to another session. Written last.
  var aliases: [(id: SessionID, sessionKey: UInt64)] = []

  /// Keeps a session aside for the stage that applies corrections; that one writes its rows.
  mutating func keepEvidence(_ session: Session) {
    let bytes = encode { session.encode(into: &$0) }
    evidence.append(.init(sessionKey: session.openedAtPosition, bytes: bytes))
  }

  /// Appends the listing and the rows of a session.
  mutating func appendRows(of session: Session, in context: RowContext) {
    listings.append(
      .init(
        sessionKey: session.openedAtPosition, id: session.id, station: session.station,
        startedAt: session.startedAt))
    for id in session.mergedIDs { aliases.append((id, session.openedAtPosition)) }
    encodeRows(of: session, in: context) { _ in true }
  }

  /// Appends the rows of a session that some tables have.
  mutating func encodeRows(
    of session: Session, in context: RowContext,
    where isWanted: (any SessionTable) -> Bool
  ) {
    context.beginRows()
    for (index, table) in SessionTables.stored.enumerated() where isWanted(table) {
      let bytes = encode { table.writeRow(for: session, in: context, into: &$0) }
      rows.append(.init(table: index, sessionKey: session.openedAtPosition, bytes: bytes))
    }
  }

  /// Appends what `encode` writes to the arena and returns where it is.
  mutating func encode(_ encode: (inout ByteWriter) -> Void) -> Range<Int> {
    let start = arena.count
    encode(&arena)
    return start..<arena.count
  }
}

extension Generation {
  /// Writes the batches of all workers. The result does not depend on how the stations were shared
  /// out, because every row is the work of one worker and rows are written in the order of keys.
  func write(_ batches: [WriteBatch], in transaction: borrowing WriteTransaction) throws {
    for batch in batches {
      for station in batch.replacedStations { try remove(station, in: transaction) }
    }
    for batch in batches {
      for removal in batch.removals {
        try remove(removal.sessionKey, of: removal.station, in: transaction)
        try delete(removal.sessionKey, in: evidence, transaction)
        try Key.with(removal.id) { _ = try transaction.delete($0, in: ids) }
      }
    }
    let hasEvidence = try transaction.statistics(of: evidence).entries > 0
    try writeRows(batches, in: transaction)
    for batch in batches {
      // A session that has rows of its own again is not kept aside any longer.
      for listing in batch.listings where hasEvidence {
        try delete(listing.sessionKey, in: evidence, transaction)
      }
      for listing in batch.listings { try write(listing, in: transaction) }
      for name in batch.names { try write(name, in: transaction) }
      try batch.arena.withUnsafeBytes { arena in
        for state in batch.states {
          try Key.with(state.station) { key in
            try transaction.put(
              key, UnsafeRawBufferPointer(rebasing: arena[state.bytes]), in: stations)
          }
        }
        for kept in batch.evidence {
          let bytes = UnsafeRawBufferPointer(rebasing: arena[kept.bytes])
          try write(bytes, ofSession: kept.sessionKey, in: evidence, transaction)
        }
      }
      for alias in batch.aliases { try write(alias.id, alias.sessionKey, in: transaction) }
    }
  }

  private func writeRows(
    _ batches: [WriteBatch], in transaction: borrowing WriteTransaction
  ) throws {
    var order: [(table: Int, sessionKey: UInt64, batch: Int, row: Int)] = []
    for (batchIndex, batch) in batches.enumerated() {
      for (rowIndex, row) in batch.rows.enumerated() {
        order.append((row.table, row.sessionKey, batchIndex, rowIndex))
      }
    }
    order.sort { ($0.table, $0.sessionKey) < ($1.table, $1.sessionKey) }
    for place in order {
      let batch = batches[place.batch]
      let row = batch.rows[place.row]
      try batch.arena.withUnsafeBytes { arena in
        let bytes = UnsafeRawBufferPointer(rebasing: arena[row.bytes])
        try write(bytes, ofSession: row.sessionKey, in: rows[row.table], transaction)
      }
    }
  }

  /// Puts a row, or removes it if there are no bytes.
  func write(
    _ bytes: UnsafeRawBufferPointer, ofSession sessionKey: UInt64, in database: Database,
    _ transaction: borrowing WriteTransaction
  ) throws {
    if bytes.isEmpty {
      try delete(sessionKey, in: database, transaction)
    } else {
      try transaction.put(sessionKey, bytes, in: database)
    }
  }

  private func delete(
    _ sessionKey: UInt64, in database: Database, _ transaction: borrowing WriteTransaction
  ) throws {
    try withUnsafeBytes(of: sessionKey.bigEndian) { _ = try transaction.delete($0, in: database) }
  }

  private func write(
    _ listing: WriteBatch.Listing, in transaction: borrowing WriteTransaction
  ) throws {
    let start = Key.sortable(listing.startedAt)
    let known = try Key.with(listing.station, listing.sessionKey) {
      try transaction.value(of: $0, in: byStation).flatMap { Key.number($0) }
    }
    if known == start { return }
    try Key.with(listing.station, listing.sessionKey) { key in
      try withUnsafeBytes(of: start.bigEndian) { try transaction.put(key, $0, in: byStation) }
    }
    try write(listing.id, listing.sessionKey, in: transaction)
  }

  private func write(
    _ id: SessionID, _ sessionKey: UInt64, in transaction: borrowing WriteTransaction
  ) throws {
    try Key.with(id) { key in
      try withUnsafeBytes(of: sessionKey.bigEndian) { try transaction.put(key, $0, in: ids) }
    }
  }

  private func write(_ name: WriteBatch.Name, in transaction: borrowing WriteTransaction) throws {
    try withUnsafeBytes(of: name.sessionKey.bigEndian) { value in
      try Key.with(name.station, name.name.rawValue) { try transaction.put($0, value, in: names) }
    }
  }

  /// Removes the names of a station's sessions. Which of them a fold has registered that was in the
  /// wrong order depends on where its checkpoints fell.
  /// - Complexity: O(names of the station).
  private func removeNames(
    of station: StationID, in transaction: borrowing WriteTransaction
  ) throws {
    var found: [UInt64] = []
    try Key.with(station) { prefix in
      try transaction.forEach(in: names, from: prefix) { entry in
        guard entry.key.starts(with: prefix), let name = Key.number(entry.key, at: 4) else {
          return false
        }
        found.append(name)
        return true
      }
    }
    for name in found {
      try Key.with(station, name) { _ = try transaction.delete($0, in: names) }
    }
  }

  /// Removes all that is stored of a station.
  private func remove(
    _ station: StationID, in transaction: borrowing WriteTransaction
  ) throws {
    try removeNames(of: station, in: transaction)
    for (sessionKey, _) in try sessionKeys(of: station, in: transaction) {
      try remove(sessionKey, of: station, in: transaction)
    }
    for header in try evidenceHeaders(in: transaction) where header.station == station {
      try Key.with(header.id) { _ = try transaction.delete($0, in: ids) }
      try delete(header.openedAtPosition, in: evidence, transaction)
    }
    try Key.with(station) { _ = try transaction.delete($0, in: stations) }
  }

  /// Removes the rows and listings of a session, if it has any.
  private func remove(
    _ sessionKey: UInt64, of station: StationID, in transaction: borrowing WriteTransaction
  ) throws {
    if let session = try session(sessionKey, in: transaction) {
      for id in [session.id] + session.mergedIDs {
        try Key.with(id) { _ = try transaction.delete($0, in: ids) }
      }
    }
    for database in rows { try delete(sessionKey, in: database, transaction) }
    try Key.with(station, sessionKey) { _ = try transaction.delete($0, in: byStation) }
  }

  /// The sessions of a station with their starts, in the order in which they were opened.
  func sessionKeys(
    of station: StationID, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [(sessionKey: UInt64, start: Instant)] {
    var found: [(UInt64, Instant)] = []
    try Key.with(station) { prefix in
      try transaction.forEach(in: byStation, from: prefix) { entry in
        guard entry.key.starts(with: prefix), let sessionKey = Key.number(entry.key, at: 4),
          let start = Key.number(entry.value)
        else { return false }
        found.append((sessionKey, Key.instant(sortable: start)))
        return true
      }
    }
    return found
  }
}
