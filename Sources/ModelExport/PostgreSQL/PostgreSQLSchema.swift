/// The tables as PostgreSQL has them.
enum PostgreSQLSchema {
  /// Without keys to other tables: those and the indexes come when the first export is whole.
  static func table(_ table: TableDescription, named name: String? = nil) -> String {
    let columns = table.columns.map { column in
      "\(column.name) \(type(of: column.kind))" + (column.null == nil ? " NOT NULL" : "")
    }
    return "CREATE TABLE \(name ?? table.name) (\n  \(columns.joined(separator: ",\n  "))\n)"
  }

  static func primaryKey(_ table: TableDescription) -> String {
    "ALTER TABLE \(table.name) ADD PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))"
  }

  /// What is added when all rows are there.
  static func constraints(_ table: TableDescription) -> [String] {
    var statements = table.indexes.map { names in
      "CREATE INDEX \(table.name)_by_\(names.joined(separator: "_")) ON \(table.name) "
        + "(\(names.joined(separator: ", ")))"
    }
    for column in table.columns {
      guard let target = column.references else { continue }
      statements.append(
        "ALTER TABLE \(table.name) ADD FOREIGN KEY (\(column.name)) REFERENCES \(target)")
    }
    return statements
  }

  static func copy(_ table: TableDescription, into name: String? = nil) -> String {
    let columns = table.columns.map(\.name).joined(separator: ", ")
    return "COPY \(name ?? table.name) (\(columns)) FROM STDIN (FORMAT binary)"
  }

  /// Takes over what is staged in another table: rows that are new or not the same.
  static func merge(_ table: TableDescription, from staged: String) -> String {
    let names = table.columns.map(\.name)
    let columns = names.joined(separator: ", ")
    let rest = names.filter { !table.primaryKey.contains($0) }
    let assignments = rest.map { "\($0) = EXCLUDED.\($0)" }.joined(separator: ", ")
    let old = rest.map { "\(table.name).\($0)" }.joined(separator: ", ")
    let new = rest.map { "EXCLUDED.\($0)" }.joined(separator: ", ")
    return "INSERT INTO \(table.name) (\(columns)) SELECT \(columns) FROM \(staged) "
      + "ON CONFLICT (\(table.primaryKey.joined(separator: ", "))) DO UPDATE SET \(assignments) "
      + "WHERE (\(old)) IS DISTINCT FROM (\(new))"
  }

  /// Takes away what is not staged.
  static func removeRest(_ table: TableDescription, notIn staged: String) -> String {
    let same = table.primaryKey.map { "\(staged).\($0) = \(table.name).\($0)" }
    return "DELETE FROM \(table.name) WHERE NOT EXISTS "
      + "(SELECT FROM \(staged) WHERE \(same.joined(separator: " AND ")))"
  }

  private static func type(of kind: ColumnKind) -> String {
    switch kind {
    case .integer: "bigint"
    case .boolean: "boolean"
    case .text: "text"
    case .instant: "timestamptz"
    case .decimal: "numeric"
    }
  }
}
