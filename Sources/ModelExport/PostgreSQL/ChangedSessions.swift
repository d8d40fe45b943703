import Projections

/// What an export in a database has to be given so that it holds the sessions of a snapshot.
struct ChangedSessions {
  /// Keys of sessions that have changed, or are missing before ``newFrom``.
  private(set) var changed: [UInt64] = []
  /// Keys of sessions that are no more.
  private(set) var removed: [UInt64] = []
  /// Sessions from this key on are missing, all of them; nil if there are none.
  private(set) var newFrom: UInt64?

  /// Keys whose rows have to go before any are written.
  var outdated: [UInt64] { changed + removed }

  private typealias Known = (key: UInt64, fingerprint: UInt64)
  private static let operation = "read what was exported"

  /// Compares the fingerprints of both, side by side in the order of keys: memory is only needed for
  /// what differs.
  init(from connection: PostgreSQLConnection, to snapshot: ModelSnapshot) throws {
    try connection.beginCopyOut(
      "COPY (SELECT session_key, fingerprint FROM sessions ORDER BY session_key) TO STDOUT",
      Self.operation)
    var known = try Self.next(connection)
    try snapshot.forEachStoredSession { stored in
      while let current = known, current.key < stored.key {
        removed.append(current.key)
        known = try Self.next(connection)
      }
      guard let current = known else {
        newFrom = stored.key
        return false
      }
      if current.key > stored.key {
        changed.append(stored.key)
        return true
      }
      if try RowProducer.fingerprint(of: stored, snapshot.facts) != current.fingerprint {
        changed.append(stored.key)
      }
      known = try Self.next(connection)
      return true
    }
    while let current = known {
      removed.append(current.key)
      known = try Self.next(connection)
    }
  }

  private static func next(_ connection: PostgreSQLConnection) throws -> Known? {
    guard let row = try connection.nextCopiedRow(operation) else { return nil }
    let fields = row.split(separator: "\t")
    guard fields.count == 2, let key = UInt64(fields[0]), let fingerprint = Int64(fields[1]) else {
      throw ExportError.otherExport(
        target: connection.target, reason: "its sessions cannot be read")
    }
    return (key, UInt64(bitPattern: fingerprint))
  }

  /// Calls `body` with the sessions to write, in the order of their keys.
  func forEach(in snapshot: ModelSnapshot, _ body: (StoredSession) throws -> Bool) throws {
    for key in changed {
      if let stored = try snapshot.storedSession(key), try !body(stored) { return }
    }
    if let newFrom { try snapshot.forEachStoredSession(from: newFrom, body) }
  }
}
