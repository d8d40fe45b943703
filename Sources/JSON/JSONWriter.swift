/// Writes JSON as UTF-8, in the order of the calls: the same calls give the same bytes.
///
/// Commas, colons and line breaks are the writer's business. Numbers are passed as text or as
/// integers, so that no digit changes on the way.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///   writer.member("currency", "EUR")
///   writer.member("energy_wh", 1600)
///   writer.array("notes") { $0.string("backdated") }
/// }
/// ```
public struct JSONWriter {
  /// How the text is laid out.
  public enum Style: Sendable {
    /// No white space at all: for lines and for programs.
    case compact
    /// One member or element on each line, two spaces of indentation: for people.
    case pretty
  }

  /// What was written so far.
  public private(set) var bytes: [UInt8] = []
  private let style: Style
  private var depth = 0
  /// Whether the next value or key must be separated from the one before.
  private var needsComma = false
  /// Whether a key was just written, so that its value stands on the same line.
  private var followsKey = false

  public init(_ style: Style = .compact) { self.style = style }

  /// A copy of what was written as a string.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Empties the writer and keeps its memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Takes out what was written so far; the writer goes on where it is. So a long document can be
  /// written in pieces.
  public mutating func takeBytes() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Ends a line of newline-delimited JSON: the next value begins a new document.
  public mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  // MARK: Containers

  /// An object; `body` writes its members.
  public mutating func object<Failure>(
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    try container("{", "}", body)
  }

  /// An array; `body` writes its elements.
  public mutating func array<Failure>(
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    try container("[", "]", body)
  }

  private mutating func container<Failure>(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginValue()
    bytes.append(UInt8(ascii: opening))
    depth += 1
    needsComma = false
    try body(&self)
    depth -= 1
    if needsComma { breakLine() }
    bytes.append(UInt8(ascii: closing))
    needsComma = true
  }

  // MARK: Keys and values

  /// The key of the member whose value is written next.
  public mutating func key(_ key: String) {
    beginValue()
    append(quoted: key)
    bytes.append(UInt8(ascii: ":"))
    if style == .pretty { bytes.append(UInt8(ascii: " ")) }
    followsKey = true
  }

  public mutating func string(_ value: String) {
    beginValue()
    append(quoted: value)
    needsComma = true
  }

  public mutating func integer(_ value: some BinaryInteger) { literal(String(value)) }

  public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  public mutating func null() { literal("null") }

  /// A number as text. The caller vouches that it follows JSON's grammar.
  public mutating func number(_ text: String) { literal(text) }

  /// A value that is JSON already. It is not checked and not laid out anew.
  public mutating func raw(_ json: some Sequence<UInt8>) {
    beginValue()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  private mutating func literal(_ text: String) { raw(text.utf8) }

  // MARK: Layout

  private mutating func beginValue() {
    defer { followsKey = false }
    guard !followsKey else { return }
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    if depth > 0 { breakLine() }
  }

  private mutating func breakLine() {
    guard style == .pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
        bytes.append(contentsOf: digits.utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
