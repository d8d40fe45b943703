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

/// A small random generator with a seed, so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
