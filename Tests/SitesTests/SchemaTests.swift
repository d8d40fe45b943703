import Foundation
import JSON
import Sites
import Testing

@Suite("The schemas of site and token files")
struct SchemaTests {
  @Test("every key that the site schema has is read, and no other is allowed by either")
  func siteKeys() throws {
    let connector = try keys(of: "site.schema.json", at: ["$defs", "connector"])
    let station = try keys(of: "site.schema.json", at: ["$defs", "station"])
    let site = try keys(of: "site.schema.json", at: [])
    let file = object(site) { key in
      guard key == "stations" else { return "7.5" }
      return "[" + object(station) { $0 == "connectors" ? "[\(object(connector))]" : "7.5" } + "]"
    }
    let error = #expect(throws: InvalidFact.self) { try Controls.site(file) }
    #expect(error?.description.contains("unknown key") == false)
    // `max_power_kw` and `capacity_kw` may be 7.5; every other key is asked for something else.
    let count = site.count - 2 + station.count - 1 + connector.count - 1
    #expect(error?.problems.count == count)
  }

  @Test("every key that the token schema has is read")
  func tokenKeys() throws {
    let keys = try keys(of: "tokens.schema.json", at: [])
    let error = #expect(throws: InvalidFact.self) {
      try JSONParser().withParsed(utf8: object(keys).utf8) { value throws(InvalidFact) in
        try TokenFact(json: value)
      }
    }
    #expect(error?.problems.map(\.path).sorted() == keys.sorted())
    #expect(error?.description.contains("unknown key") == false)
  }

  /// The properties of a closed object in a schema.
  private func keys(of schema: String, at path: [String]) throws -> [String] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try Data(contentsOf: root.appendingPathComponent("Schemas/\(schema)"))
    return try JSONParser().withParsed(utf8: text) { value in
      var reader = JSONReader(value)
      for key in path { reader = try reader.required(key) }
      #expect(try !reader.required("additionalProperties").bool())
      return try reader.required("properties").value.members.map {
        String(decoding: $0.name, as: UTF8.self)
      }
    }
  }

  private func object(_ keys: [String], value: (String) -> String = { _ in "7.5" }) -> String {
    "{" + keys.map { "\"\($0)\":\(value($0))" }.joined(separator: ",") + "}"
  }
}
