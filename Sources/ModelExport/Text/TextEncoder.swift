import JSON
import Quantities

/// How tables are written as text, one file a table.
public enum TextFormat: String, Sendable, CaseIterable {
  /// RFC 4180, with a header. No value is an empty field; an empty text is `""`.
  case csv
  /// One JSON object a line.
  case ndjson
}

/// Writes rows as text.
struct TextEncoder: Sendable {
  let format: TextFormat
  /// Texts that a spreadsheet would take for a formula get an apostrophe.
  let neutralizesFormulas: Bool

  /// The rows of each table.
  func encode(_ batch: RowBatch) -> [[UInt8]] {
    zip(ExportCatalog.tables, batch.tables).map { table, rows in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(rows.cells.count * 12)
      let width = table.columns.count
      let prefixes = format == .csv ? [] : Self.prefixes(of: table)
      for (index, cell) in rows.cells.enumerated() {
        let column = index % width
        let isLast = column == width - 1
        switch format {
        case .csv:
          appendField(cell, to: &bytes)
          bytes.append(contentsOf: isLast ? [0x0D, 0x0A] : [UInt8(ascii: ",")])
        case .ndjson:
          bytes.append(contentsOf: prefixes[column])
          appendValue(cell, to: &bytes)
          if isLast { bytes.append(contentsOf: [UInt8(ascii: "}"), 0x0A]) }
        }
      }
      return bytes
    }
  }

  /// What the file of a table begins with.
  func header(of table: TableDescription) -> [UInt8] {
    guard format == .csv else { return [] }
    return Array((table.columns.map(\.name).joined(separator: ",") + "\r\n").utf8)
  }

  /// What stands before each value: names of columns need no escapes.
  private static func prefixes(of table: TableDescription) -> [[UInt8]] {
    table.columns.enumerated().map { index, column in
      Array("\(index == 0 ? "{" : ",")\"\(column.name)\":".utf8)
    }
  }
}

// MARK: - CSV

extension TextEncoder {
  private func appendField(_ cell: Cell, to bytes: inout [UInt8]) {
    switch cell {
    case .null: return
    case .integer(let value): bytes.append(decimal: value)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .instant(let value): bytes.append(contentsOf: value.rfc3339.utf8)
    case .decimal(let value): bytes.append(contentsOf: value.utf8)
    case .text(let value): appendText(value, to: &bytes)
    }
  }

  private func appendText(_ text: String, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let isFormula =
      neutralizesFormulas && text.utf8.first.map { Self.formulaBeginnings.contains($0) } == true
    let needsQuotes =
      text.isEmpty
      || text.utf8.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
    if needsQuotes { bytes.append(quote) }
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  /// What spreadsheets take for the beginning of a formula: `=`, `+`, `-`, `@`, tab, CR.
  private static let formulaBeginnings: [UInt8] = [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D]
}

// MARK: - NDJSON

extension TextEncoder {
  private func appendValue(_ cell: Cell, to bytes: inout [UInt8]) {
    switch cell {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .integer(let value): bytes.append(decimal: value)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .instant(let value): appendQuoted(value.rfc3339, to: &bytes)
    case .decimal(let value): appendQuoted(value, to: &bytes)
    case .text(let value): appendQuoted(value, to: &bytes)
    }
  }

  private func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    var json = JSONWriter()
    json.string(text)
    bytes.append(contentsOf: json.bytes)
  }
}

extension [UInt8] {
  /// Appends a number in decimal digits.
  mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let first = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    self[first...].reverse()
  }
}
