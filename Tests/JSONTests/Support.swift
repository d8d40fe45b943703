import JSON

/// Parses `text` with a new parser and passes the value on.
func parsed<Result>(_ text: String, _ body: (JSONValue) throws -> Result) throws -> Result {
  try JSONParser().withParsed(utf8: text.utf8, body)
}

/// The value as compact JSON again, numbers as they were written.
func rewritten(_ value: JSONValue) -> String {
  var writer = JSONWriter()
  rewrite(value, to: &writer)
  return writer.string
}

private func rewrite(_ value: JSONValue, to writer: inout JSONWriter) {
  switch value.kind {
  case .null: writer.null()
  case .true, .false: writer.bool(value.bool ?? false)
  case .number: writer.raw(value.rawText)
  case .string: writer.string(value.string ?? "")
  case .array:
    writer.array { writer in
      for element in value.elements { rewrite(element, to: &writer) }
    }
  case .object:
    writer.object { writer in
      for member in value.members {
        writer.key(String(decoding: member.name, as: UTF8.self))
        rewrite(member.value, to: &writer)
      }
    }
  }
}
