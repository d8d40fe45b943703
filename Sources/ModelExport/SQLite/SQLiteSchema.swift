/// The tables as SQLite has them.
enum SQLiteSchema {
  /// In the header of the file (`PRAGMA application_id`): `WATT`.
  static let applicationID = 0x5741_5454

  static func table(_ table: TableDescription) -> String {
    var lines = table.columns.map(column)
    lines.append("PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))")
    // A table with an integer as its key is stored by it anyway.
    let hasIntegerKey =
      table.primaryKey.count == 1
      && table.columns.contains { $0.name == table.primaryKey[0] && $0.kind == .integer }
    let options = hasIntegerKey ? "STRICT" : "STRICT, WITHOUT ROWID"
    return "CREATE TABLE \(table.name) (\n  \(lines.joined(separator: ",\n  "))\n) \(options)"
  }

  private static func column(_ column: ColumnDescription) -> String {
    var text = "\(stored(column)) \(type(of: column.kind))"
    if column.null == nil { text += " NOT NULL" }
    if let references = column.references { text += " REFERENCES \(references)" }
    guard column.kind == .instant else { return text }
    // Only SQLite's own arithmetic, on whole milliseconds: it loses nothing, and takes no space.
    return text + ",\n  \(column.name) TEXT GENERATED ALWAYS AS "
      + "(strftime('%Y-%m-%dT%H:%M:%fZ', \(stored(column)) / 1000.0, 'unixepoch')) VIRTUAL"
  }

  static func indexes(_ table: TableDescription) -> [String] {
    table.indexes.map { names in
      let columns = names.map { name in
        table.columns.first { $0.name == name }.map(stored) ?? name
      }
      return "CREATE INDEX \(table.name)_by_\(names.joined(separator: "_")) ON \(table.name) "
        + "(\(columns.joined(separator: ", ")))"
    }
  }

  static func insertion(_ table: TableDescription) -> String {
    let places = table.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    return "INSERT INTO \(table.name) (\(table.columns.map(stored).joined(separator: ", "))) "
      + "VALUES (\(places))"
  }

  /// The name of the column that is written.
  static func stored(_ column: ColumnDescription) -> String {
    column.kind == .instant ? column.name + "_ms" : column.name
  }

  private static func type(of kind: ColumnKind) -> String {
    switch kind {
    case .integer, .boolean, .instant: "INTEGER"
    case .text, .decimal: "TEXT"
    }
  }
}
