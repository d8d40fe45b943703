import CPeers

/// A database that does the same durable work as the ledger.
struct Peer {
  /// For programs: `sqlite`.
  var id: String
  /// For people: `SQLite 3.40.1`.
  var name: String
  /// Does the work in an empty database, and leaves nothing behind.
  var append: (wattledger_peer_work) throws -> wattledger_peer_result
}

extension Peer {
  /// SQLite; nil if its library is not installed.
  static func sqlite(in workspace: Workspace) -> Peer? {
    guard let version = wattledger_sqlite_version() else { return nil }
    return Peer(id: "sqlite", name: "SQLite \(String(cString: version))") { work in
      let directory = try workspace.makeDirectory("sqlite")
      let result = wattledger_sqlite_append(directory + "/events.db", work)
      try workspace.remove("sqlite")
      return result
    }
  }

  /// A server that runs.
  static func postgreSQL(_ server: PostgreSQLServer) -> Peer {
    Peer(id: "postgresql", name: "PostgreSQL \(server.version)") { work in
      wattledger_postgresql_append(server.connection, work)
    }
  }
}
