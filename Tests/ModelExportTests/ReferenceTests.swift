import Foundation
import Testing

@testable import ModelExport

@Suite("The tables of an export")
struct ReferenceTests {
  @Test("are those that docs/export.md describes, column by column")
  func document() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/export.md").standardizedFileURL
    let text = try String(contentsOf: path, encoding: .utf8)
    let parts = text.components(separatedBy: "\n## Tables\n\n")
    try #require(parts.count == 2)
    let (documented, made) = (
      parts[1].split(separator: "\n"), TableReference.markdown.split(separator: "\n")
    )
    for (line, expected) in zip(documented, made) { #expect(line == expected) }
    #expect(documented.count == made.count)
  }

  @Test("are those that Schemas/export.schema.json describes")
  func schema() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Schemas/export.schema.json").standardizedFileURL
    #expect(try String(contentsOf: path, encoding: .utf8) == TableReference.schema)
  }

  @Test(
    "refer only to tables before them, by keys of one column, and have keys and names of their own")
  func references() {
    var before: [String: TableDescription] = [:]
    for table in ExportCatalog.tables {
      let names = table.columns.map(\.name)
      #expect(Set(names).count == names.count, "\(table.name)")
      for key in table.primaryKey {
        let column = table.columns.first { $0.name == key }
        #expect(column != nil && column?.null == nil, "\(table.name).\(key)")
      }
      for column in table.columns {
        guard let target = column.references else { continue }
        #expect(before[target]?.primaryKey == [column.name], "\(table.name).\(column.name)")
      }
      for name in table.indexes.joined() { #expect(names.contains(name), "\(table.name).\(name)") }
      // What an export that is added to replaces with a session is found by its key.
      if table.scope == .session { #expect(table.primaryKey.first == "session_key") }
      #expect(before.updateValue(table, forKey: table.name) == nil)
    }
  }
}
