import Foundation
import JSON

/// A JSON document that outlives its parser.
indirect enum JSONTree: Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])

  init(_ bytes: Data) throws {
    self = try JSONParser().withParsed(utf8: bytes) { JSONTree($0) }
  }

  private init(_ value: JSONValue) {
    self =
      switch value.kind {
      case .null: .null
      case .true: .bool(true)
      case .false: .bool(false)
      case .number: .number(String(decoding: value.rawText, as: UTF8.self))
      case .string: .string(value.string ?? "")
      case .array: .array(value.elements.map { JSONTree($0) })
      case .object:
        .object(
          Dictionary(
            value.members.map { (String(decoding: $0.name, as: UTF8.self), JSONTree($0.value)) },
            uniquingKeysWith: { first, _ in first }))
      }
  }

  /// A member of an object, or an element of an array.
  subscript(key: String) -> JSONTree? {
    switch self {
    case .object(let members): members[key]
    case .array(let elements):
      Int(key).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    default: nil
    }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }
  var members: [String: JSONTree] { if case .object(let members) = self { members } else { [:] } }

  /// The name of the type in JSON Schema.
  var type: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number(let text): text.contains(where: { ".eE".contains($0) }) ? "number" : "integer"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
