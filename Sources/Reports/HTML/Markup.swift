/// Builds HTML and SVG that is well-formed XML too. Text and attribute values are escaped here and
/// nowhere else, so no identifier from a log can become markup.
struct Markup {
  private(set) var text = ""

  /// Elements after which a line break would show as a space.
  private static let inline: Set<String> = ["span", "strong", "code", "tspan", "abbr"]

  /// An element with children.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
    _ children: (inout Markup) -> Void
  ) {
    open(name, attributes, closing: ">")
    if !Self.inline.contains(name) { text += "\n" }
    children(&self)
    close(name)
  }

  /// An element that has only text.
  mutating func element(_ name: String, _ content: String) { element(name, [:], content) }

  /// An element that has only text.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String>, _ content: String
  ) {
    open(name, attributes, closing: ">")
    append(content)
    close(name)
  }

  /// A sentence of text and inline elements, without line breaks around it.
  mutating func sentence(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
    _ children: (inout Markup) -> Void
  ) {
    open(name, attributes, closing: ">")
    children(&self)
    close(name)
  }

  /// An element without content.
  mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    open(name, attributes, closing: "/>\n")
  }

  /// Text, escaped.
  mutating func append(_ content: String) { text += Self.escaped(content) }

  /// Markup or a style sheet of our own, as it is.
  mutating func append(verbatim content: StaticString) { text += "\(content)" }

  private mutating func open(
    _ name: String, _ attributes: KeyValuePairs<String, String>, closing: String
  ) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    text += closing
  }

  private mutating func close(_ name: String) {
    text += Self.inline.contains(name) ? "</\(name)>" : "</\(name)>\n"
  }

  /// `content` without special characters, and without those that XML cannot hold at all.
  static func escaped(_ content: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      case "\t", "\n": escaped.append(scalar)
      case _ where isForbidden(scalar): escaped.append("\u{FFFD}")
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  /// Controls and noncharacters, and the marks that turn the direction of the text after them.
  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
