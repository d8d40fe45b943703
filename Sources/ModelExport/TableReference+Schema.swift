import JSON

extension TableReference {
  /// The JSON Schema of a line of NDJSON, as `Schemas/export.schema.json` has it.
  public static var schema: String {
    var json = JSONWriter(.pretty)
    json.object { json in
      json.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      json.member("$id", "urn:wattledger:schema:export")
      json.member("title", "A row of an export")
      json.member(
        "description",
        "A line of a file of `wattledger export --format ndjson`; the definition with the name of the "
          + "file describes it.")
      json.array("oneOf") { json in
        for table in ExportCatalog.tables {
          json.object { $0.member("$ref", "#/$defs/\(table.name)") }
        }
      }
      json.object("$defs") { json in
        for table in ExportCatalog.tables { json.object(table.name) { write(table, to: &$0) } }
      }
    }
    return json.string + "\n"
  }

  private static func write(_ table: TableDescription, to json: inout JSONWriter) {
    json.member("description", table.meaning)
    json.member("type", "object")
    json.array("required") { json in
      for column in table.columns { json.string(column.name) }
    }
    json.object("properties") { json in
      for column in table.columns {
        json.object(column.name) { json in
          let null = column.null.map { " Null: \($0)." } ?? ""
          json.member("description", column.meaning + null)
          let type = column.kind.jsonType
          guard column.null != nil else { return json.member("type", type) }
          json.array("type") { json in
            json.string(type)
            json.string("null")
          }
        }
      }
    }
  }
}

extension ColumnKind {
  fileprivate var jsonType: String {
    switch self {
    case .integer: "integer"
    case .boolean: "boolean"
    case .text, .instant, .decimal: "string"
    }
  }
}
