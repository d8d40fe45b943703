/// The tables of an export in a database, and what is done to them.
struct PostgreSQLTarget {
  let connection: PostgreSQLConnection
  let header: ExportHeader

  private var wholeTables: [TableDescription] {
    ExportCatalog.tables.filter { $0.scope == .whole }
  }
  private var sessionTables: [TableDescription] {
    ExportCatalog.tables.filter { $0.scope == .session }
  }

  func begin() throws(ExportError) { try connection.execute("BEGIN", "begin") }

  func commit() throws(ExportError) { try connection.execute("COMMIT", "commit") }

  /// Keeps other exports out of the schema as long as the connection lives.
  func lock() throws(ExportError) {
    try connection.execute(
      "SET client_encoding = 'UTF8'; SET TimeZone = 'UTC'; SET statement_timeout = 0",
      "set up the session")
    let answer = try connection.query(
      "SELECT pg_try_advisory_lock(\(SQLiteSchema.applicationID), hashtext(current_schema()))",
      "lock the export")
    guard answer.first?.first == "t" else { throw .busy(target: connection.target) }
  }

  /// Takes the tables of an earlier export away.
  func removeTables() throws(ExportError) {
    guard try has(ExportCatalog.header.description) else { return }
    let names = ExportCatalog.tables.map(\.name).joined(separator: ", ")
    try connection.execute("DROP TABLE IF EXISTS \(names)", "remove the earlier export")
  }

  /// Makes the tables, or sees whether those that are there can be added to.
  /// - Returns: whether they hold a whole export.
  func prepare() throws(ExportError) -> Bool {
    guard try has(ExportCatalog.header.description) else {
      try create()
      return false
    }
    let layouts = try connection.query(
      "SELECT layout FROM wattledger_export", "read wattledger_export")
    guard layouts == [["\(ExportHeader.currentLayout)"]] else {
      let found = layouts.first?.first.flatMap { $0 } ?? "unknown"
      throw otherExport(
        "its tables have layout \(found), this release writes \(ExportHeader.currentLayout)")
    }
    let rows = try connection.query(
      "SELECT state, ledger_uuid, position, selection FROM wattledger_export",
      "read wattledger_export")
    guard let row = rows.first else { throw otherExport("wattledger_export is empty") }
    guard row[1] == header.ledgerUUID else {
      throw otherExport("it has an export of another ledger, \(row[1] ?? "unknown")")
    }
    guard row[3] == header.selection else {
      throw otherExport(
        "it has an export of other sessions (\(row[3] ?? "all")), and now asked for are "
          + "\(header.selection ?? "all")")
    }
    guard let position = row[2].flatMap({ UInt64($0) }), position <= header.position else {
      throw otherExport(
        "it has an export as of position \(row[2] ?? "unknown"), and the ledger ends at "
          + "\(header.position)")
    }
    return row[0] == ExportHeader.State.complete.rawValue
  }

  private func otherExport(_ reason: String) -> ExportError {
    .otherExport(target: connection.target, reason: reason)
  }

  private func has(_ table: TableDescription) throws(ExportError) -> Bool {
    try connection.query("SELECT to_regclass('\(table.name)')", "look for \(table.name)")
      .first?.first.flatMap { $0 } != nil
  }

  private func create() throws(ExportError) {
    for table in ExportCatalog.tables where try has(table) {
      throw .foreignTable(target: connection.target, table: table.name)
    }
    try begin()
    for table in ExportCatalog.tables {
      try connection.execute(PostgreSQLSchema.table(table), "create \(table.name)")
      // The keys of parts of sessions come when all of them are there.
      guard table.scope == .whole || table.name == ExportCatalog.sessions.description.name else {
        continue
      }
      try connection.execute(PostgreSQLSchema.primaryKey(table), "create \(table.name)")
    }
    var rows = RowBatch()
    var loading = header
    loading.state = .loading
    loading.position = 0
    rows.add(loading)
    for (table, bytes) in zip(ExportCatalog.tables, CopyEncoder.encode(rows)) where !bytes.isEmpty {
      try copy(bytes, into: table)
    }
    try commit()
  }

  /// Adds the keys, the indexes and the references of a first export.
  func addConstraints() throws(ExportError) {
    for table in sessionTables where table.name != ExportCatalog.sessions.description.name {
      try connection.execute(PostgreSQLSchema.primaryKey(table), "index \(table.name)")
    }
    for table in ExportCatalog.tables {
      for statement in PostgreSQLSchema.constraints(table) {
        try connection.execute(statement, "index \(table.name)")
      }
    }
  }
}

// MARK: - Rows

extension PostgreSQLTarget {
  func copy(
    _ bytes: [UInt8], into table: TableDescription, named name: String? = nil
  ) throws(ExportError) {
    try connection.copyIn(
      PostgreSQLSchema.copy(table, into: name), CopyEncoder.header + bytes + CopyEncoder.trailer,
      "write \(table.name)")
  }

  /// Brings the tables that are made of facts, and the header, up to date: what is new or changed.
  func merge(_ rows: [[UInt8]]) throws(ExportError) {
    for (table, bytes) in zip(ExportCatalog.tables, rows) where table.scope == .whole {
      let staged = Self.staged(table)
      try connection.execute(
        "CREATE TEMP TABLE \(staged) (LIKE \(table.name)) ON COMMIT DROP", "stage \(table.name)")
      try copy(bytes, into: table, named: staged)
      try connection.execute(
        PostgreSQLSchema.merge(table, from: staged), "update \(table.name)")
    }
  }

  /// Takes away what ``merge(_:)`` has not seen.
  func removeRest() throws(ExportError) {
    for table in wholeTables.reversed() {
      try connection.execute(
        PostgreSQLSchema.removeRest(table, notIn: Self.staged(table)), "update \(table.name)")
    }
  }

  private static func staged(_ table: TableDescription) -> String { "staged_\(table.name)" }

  /// Takes sessions away, with all that belongs to them.
  func removeSessions(_ keys: [UInt64]) throws(ExportError) {
    for start in stride(from: 0, to: keys.count, by: 10_000) {
      let some = keys[start..<min(start + 10_000, keys.count)]
      let list = some.map { "\($0)" }.joined(separator: ",")
      for table in sessionTables.reversed() {
        try connection.execute(
          "DELETE FROM \(table.name) WHERE session_key = ANY ('{\(list)}'::bigint[])",
          "update \(table.name)")
      }
    }
  }
}
