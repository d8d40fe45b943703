/// The reference of all tables, as `docs/export.md` has it: made from the same descriptions as the
/// tables themselves.
public enum TableReference {
  /// A section a table, in the order in which tables refer to each other.
  public static var markdown: String {
    ExportCatalog.tables.map(section).joined(separator: "\n")
  }

  private static func section(_ table: TableDescription) -> String {
    var text = "### `\(table.name)`\n\n\(table.meaning)\n\n"
    text += "Primary key: \(list(table.primaryKey))."
    if !table.indexes.isEmpty {
      text += " Indexes: \(table.indexes.map { "(\(list($0)))" }.joined(separator: ", "))."
    }
    text += "\n\n| column | type | meaning | null |\n|---|---|---|---|\n"
    for column in table.columns {
      let reference = column.references.map { " → `\($0)`" } ?? ""
      text +=
        "| `\(column.name)` | \(column.kind.rawValue)\(reference) | \(column.meaning) "
        + "| \(column.null ?? "never") |\n"
    }
    return text
  }

  private static func list(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }
}
