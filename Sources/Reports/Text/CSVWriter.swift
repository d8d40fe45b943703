/// Writes comma-separated values as RFC 4180 has them: lines end with CR LF, and a field with a
/// comma, a quote or a line break is quoted.
///
/// Values are written as they are. A spreadsheet may take a text that begins with `=` for a formula.
public struct CSVWriter: Sendable {
  /// What was written so far.
  public private(set) var text = ""

  /// - Parameter header: the names of the columns, the first line.
  public init(header: [String]) { append(header) }

  /// Adds a line.
  public mutating func append(_ fields: [String]) {
    text += fields.map(Self.field).joined(separator: ",") + "\r\n"
  }

  /// Takes out what was written so far, so that a long table can be written in pieces.
  public mutating func takeText() -> String {
    defer { text = "" }
    return text
  }

  private static func field(_ value: String) -> String {
    let needsQuotes = value.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return value }
    var quoted = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
