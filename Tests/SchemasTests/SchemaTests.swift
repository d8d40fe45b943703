import Foundation
import Testing

@Suite("The schemas")
struct SchemaTests {
  private let schemas: SchemaSet

  init() throws {
    schemas = try SchemaSet(folder: Command.repository.appending(path: "Schemas"))
  }

  @Test("each has an id that is its file's name, a title and a description")
  func heads() throws {
    #expect(schemas.files.count >= 15)
    for (name, schema) in schemas.files {
      let stem = name.replacing(".schema.json", with: "")
      #expect(
        schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema", "\(name)")
      #expect(schema["$id"]?.string == SchemaSet.prefix + stem, "\(name)")
      #expect(schema["title"]?.string?.isEmpty == false, "\(name)")
      #expect(schema["description"]?.string?.isEmpty == false, "\(name)")
    }
  }

  @Test("every reference leads somewhere, and every required key is described")
  func references() {
    for (name, root) in schemas.files {
      visit(root) { schema in
        if let reference = schema["$ref"]?.string {
          let place = SchemaSet.Place(root: root, schema: schema)
          #expect(schemas.resolve(reference, from: place) != nil, "\(name): \(reference)")
        }
        guard let properties = schema["properties"]?.members, schema["allOf"] == nil else { return }
        for key in (schema["required"]?.elements ?? []).compactMap(\.string) {
          #expect(properties[key] != nil, "\(name): \(key) is required and not described")
        }
      }
    }
  }

  @Test("the examples of a map of a table are right by its own schema")
  func examples() throws {
    let schema = try #require(schemas.files["session-table.schema.json"])
    let examples = schema["examples"]?.elements ?? []
    #expect(examples.count == 2)
    for example in examples {
      #expect(schemas.mistakes(in: example, against: "session-table") == [])
    }
  }

  @Test("the list in Schemas/README.md names each file")
  func list() throws {
    let url = Command.repository.appending(path: "Schemas/README.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    for name in schemas.files.keys { #expect(text.contains("`\(name)`"), "\(name)") }
  }

  @Test("the check finds a missing key, a key too many and a wrong type")
  func checkFindsMistakes() throws {
    let value = try JSONTree(Data(#"{"line": "7", "reason": "r", "colour": 1}"#.utf8))
    #expect(
      schemas.mistakes(in: value, against: "reject").sorted() == [
        "$.colour is described nowhere", "$.line is string", "$.text is missing",
      ])
  }

  private func visit(_ tree: JSONTree, _ body: (JSONTree) -> Void) {
    body(tree)
    for element in tree.elements { visit(element, body) }
    for member in tree.members.values { visit(member, body) }
  }
}
