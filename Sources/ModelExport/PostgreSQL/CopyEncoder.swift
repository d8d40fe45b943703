import Quantities

/// Encodes rows as PostgreSQL's COPY takes them in its binary format (chapter COPY, "Binary Format").
enum CopyEncoder {
  /// What stands before the rows: the signature, no flags, no extension.
  static let header: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)
  /// What ends them.
  static let trailer: [UInt8] = [0xFF, 0xFF]

  /// The rows of each table.
  @Sendable static func encode(_ batch: RowBatch) -> [[UInt8]] {
    zip(ExportCatalog.tables, batch.tables).map { table, rows in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(rows.cells.count * 12)
      let width = table.columns.count
      for (index, cell) in rows.cells.enumerated() {
        if index % width == 0 { bytes.append(bigEndian: Int16(width)) }
        append(cell, to: &bytes)
      }
      return bytes
    }
  }

  private static func append(_ cell: Cell, to bytes: inout [UInt8]) {
    switch cell {
    case .null: bytes.append(bigEndian: Int32(-1))
    case .integer(let value):
      bytes.append(bigEndian: Int32(8))
      bytes.append(bigEndian: value)
    case .boolean(let value):
      bytes.append(bigEndian: Int32(1))
      bytes.append(value ? 1 : 0)
    case .instant(let value):
      bytes.append(bigEndian: Int32(8))
      bytes.append(bigEndian: microseconds(value))
    case .text(let value): append(text: value, to: &bytes)
    case .decimal(let value): append(decimal: value, to: &bytes)
    }
  }

  /// PostgreSQL has no text with a zero byte in it: U+FFFD stands for one.
  private static func append(text: String, to bytes: inout [UInt8]) {
    let text = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    bytes.append(bigEndian: Int32(clamping: text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Since 2000-01-01. What PostgreSQL cannot represent is its infinity.
  static func microseconds(_ instant: Instant) -> Int64 {
    let (since2000, underflow) = instant.millisecondsSinceEpoch
      .subtractingReportingOverflow(946_684_800_000)
    let (microseconds, overflow) = since2000.multipliedReportingOverflow(by: 1000)
    let representable: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000
    guard !underflow, !overflow, representable.contains(microseconds) else {
      return instant.millisecondsSinceEpoch < 0 ? .min : .max
    }
    return microseconds
  }

  /// A `numeric`: groups of four digits, the weight of the first one, the sign, the decimals. What is
  /// no number is NaN.
  static func append(decimal text: String, to bytes: inout [UInt8]) {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let whole = Array((parts.first ?? "").utf8)
    let fraction = parts.count > 1 ? Array(parts[1].utf8) : []
    let zero = UInt8(ascii: "0")
    guard parts.count <= 2, !whole.isEmpty, (whole + fraction).allSatisfy({ $0 &- zero < 10 })
    else {
      bytes.append(bigEndian: Int32(8))
      for part in [0, 0, Int16(bitPattern: 0xC000), 0] { bytes.append(bigEndian: part) }
      return
    }
    let padded =
      [UInt8](repeating: zero, count: (4 - whole.count % 4) % 4) + whole + fraction
      + [UInt8](repeating: zero, count: (4 - fraction.count % 4) % 4)
    var groups = stride(from: 0, to: padded.count, by: 4).map { start in
      padded[start..<start + 4].reduce(Int16(0)) { $0 * 10 + Int16($1 - zero) }
    }
    var weight = (whole.count + 3) / 4 - 1
    while groups.first == 0 {
      groups.removeFirst()
      weight -= 1
    }
    while groups.last == 0 { groups.removeLast() }
    if groups.isEmpty { weight = 0 }
    bytes.append(bigEndian: Int32(8 + 2 * groups.count))
    bytes.append(bigEndian: Int16(clamping: groups.count))
    bytes.append(bigEndian: Int16(clamping: weight))
    bytes.append(bigEndian: isNegative && !groups.isEmpty ? Int16(0x4000) : 0)
    bytes.append(bigEndian: Int16(clamping: fraction.count))
    for group in groups { bytes.append(bigEndian: group) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
