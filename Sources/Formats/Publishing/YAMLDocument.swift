import JSON
import Yams

/// A YAML document as the JSON that it stands for, and the line of each of its parts.
///
/// Only what JSON can say is accepted. A plain scalar is a number, `true`, `false` or `null` if
/// JSON would read it so, else a string: `NO` is Norway and `0815` an identifier. Numbers keep
/// their digits.
struct YAMLDocument {
  /// The most bytes of JSON that a document may stand for: without aliases it is less than four
  /// times as long, but aliases can multiply it without end.
  private static func byteLimit(of bytes: [UInt8]) -> Int { (1 << 20) + 4 * bytes.count }

  let json: [UInt8]
  private let root: Node

  /// - Throws: what is wrong, with its line.
  init(_ bytes: [UInt8]) throws(PublishedFileError.Problem) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .init(text: "the bytes are not UTF-8")
    }
    let composed: Node?
    do {
      composed = try Yams.compose(yaml: text)
    } catch {
      throw Self.problem(error)
    }
    guard let composed else { throw .init(text: "the file is empty") }
    var writer = JSONWriter()
    try Self.write(composed, to: &writer, limit: Self.byteLimit(of: bytes))
    root = composed
    json = writer.bytes
  }

  /// The line of the part at a path such as `stations[2].id`: of the part itself, or of the nearest
  /// one around it that is there.
  func line(ofPath path: String) -> Int? {
    var node = root
    var line = root.mark?.line
    for step in Self.steps(of: path) {
      guard let next = Self.child(step, of: node) else { break }
      node = next.node
      line = next.line ?? line
    }
    return line
  }

  // MARK: To JSON

  private static func write(
    _ node: Node, to writer: inout JSONWriter, limit: Int
  ) throws(PublishedFileError.Problem) {
    guard writer.bytes.count <= limit else {
      throw .init(line: node.mark?.line, text: "the document grows beyond measure by its aliases")
    }
    switch node {
    case .scalar(let scalar):
      write(scalar, to: &writer)
    case .sequence(let elements):
      try writer.array { writer throws(PublishedFileError.Problem) in
        for element in elements { try write(element, to: &writer, limit: limit) }
      }
    case .mapping(let members):
      try writer.object { writer throws(PublishedFileError.Problem) in
        for (key, value) in members {
          guard case .scalar(let name) = key else {
            throw .init(line: key.mark?.line, text: "a key must be a plain word")
          }
          writer.key(name.string)
          try write(value, to: &writer, limit: limit)
        }
      }
    case .alias(let alias):
      throw .init(line: alias.mark?.line, text: "the alias *\(alias.anchor) stands for nothing")
    }
  }

  private static func write(_ scalar: Node.Scalar, to writer: inout JSONWriter) {
    guard scalar.style == .plain || scalar.style == .any else {
      return writer.string(scalar.string)
    }
    switch scalar.string {
    case "", "null", "~": writer.null()
    case "true": writer.bool(true)
    case "false": writer.bool(false)
    case let text where isNumber(text): writer.number(text)
    case let text: writer.string(text)
    }
  }

  /// Whether JSON would read `text` as a number (RFC 8259, section 6).
  private static func isNumber(_ text: String) -> Bool {
    // Most scalars are words; do not bother the regular expression with them.
    guard let first = text.utf8.first, first < UInt8(ascii: ":") else { return false }
    return text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
  }

  // MARK: Lines

  private enum Step {
    case key(Substring)
    case index(Int)
  }

  private static func steps(of path: String) -> [Step] {
    path.split(whereSeparator: { ".[]".contains($0) }).compactMap { part in
      if let index = Int(part) { return .index(index) }
      return .key(part.trimmingPrefix("'").prefix { $0 != "'" })
    }
  }

  private static func child(_ step: Step, of node: Node) -> (node: Node, line: Int?)? {
    switch (step, node) {
    case (.index(let index), .sequence(let elements)) where index < elements.count:
      return (elements[index], elements[index].mark?.line)
    case (.key(let name), .mapping(let members)):
      for (key, value) in members where key.string ?? "" == name {
        return (value, key.mark?.line)
      }
      return nil
    default:
      return nil
    }
  }

  private static func problem(_ error: any Error) -> PublishedFileError.Problem {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return .init(line: mark.line, text: "not YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      return .init(line: context.mark.line, text: "\(keys.joined(separator: ", ")) comes twice")
    default:
      return .init(text: "not YAML: \(error)")
    }
  }
}

extension PublishedFileError.Problem: Error {}
