import Quantities

/// Writes comma-separated values as RFC 4180 has them: lines end with CR LF, and a field with a
/// comma, a quote or a line break is quoted.
///
/// A spreadsheet runs a text that begins with `=`, `+`, `-` or `@` as a formula, and tokens and names of
/// stations come from anybody. So such a text, if it is no number, has an apostrophe before it, with
/// which spreadsheets show it as it is. JSON has every text unchanged.
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
    quoted(couldBeFormula(value) ? "'" + value : value)
  }

  /// Tabs and line ends count too: some programs pass over them. A sign alone is no formula.
  private static func couldBeFormula(_ value: String) -> Bool {
    guard let first = value.utf8.first, value.utf8.count > 1, "=+-@\t\r\n".utf8.contains(first)
    else { return false }
    return DecimalNumber(value) == nil
  }

  private static func quoted(_ value: String) -> String {
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
