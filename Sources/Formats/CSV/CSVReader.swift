import SessionRecords

/// One record of a CSV file: views, valid until the next record is read.
struct CSVRecord {
  /// The number of the line on which the record begins, 1 for the first of the file.
  var lineNumber: UInt64
  /// The fields with their quotes removed.
  var fields: UnsafeBufferPointer<UnsafeRawBufferPointer>
  /// The record as it stands in the file, without its line end; empty unless the reader keeps it.
  var text: UnsafeRawBufferPointer
}

/// What a ``CSVReader`` found next.
enum CSVItem {
  case record(CSVRecord)
  /// A line that no record can be read from, or its start, and the reason.
  case malformed(InputLine, reason: String)
}

/// Records of a CSV file (RFC 4180), with line breaks and doubled quotes inside quoted fields,
/// without an allocation for each record.
///
/// A record that breaks the rules costs only its first line: reading goes on with the next one, so
/// a quote that is never closed does not swallow the rest of the file. A quote inside a field that
/// does not begin with one is taken as it stands.
struct CSVReader: ~Copyable {
  /// The most fields that a record may have.
  static let fieldLimit = 256

  private var window: InputWindow
  private var lineNumber: UInt64 = 0
  private let limit: Int
  private(set) var separator: UInt8
  private let guessesSeparator: Bool
  private var scan = CSVScan()
  private let fields: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>
  private let excerpt: UnsafeMutableRawBufferPointer
  private let keepsText: Bool
  private var text = ScratchBuffer()

  /// Reads `input` from its start. Where no separator is given, it is the one of comma, semicolon
  /// and tab that comes most often in the first line.
  ///
  /// - Parameter keepsText: whether records have their text beside their fields.
  init(
    _ input: ByteInput, separator: UInt8? = nil, keepsText: Bool = false,
    recordByteLimit: Int = LineReader.lineByteLimit
  ) {
    self.keepsText = keepsText
    self.separator = separator ?? UInt8(ascii: ",")
    guessesSeparator = separator == nil
    fields = .allocate(capacity: Self.fieldLimit)
    excerpt = .allocate(byteCount: LineReader.excerptByteCount, alignment: 1)
    limit = recordByteLimit
    window = InputWindow(input, byteLimit: recordByteLimit)
  }

  deinit {
    fields.deallocate()
    excerpt.deallocate()
  }

  /// The input that the records come from, for progress.
  var input: ByteInput { window.input }

  /// The next record; nil at the end.
  mutating func next() throws(InputError) -> CSVItem? {
    if lineNumber == 0 { try prepare() }
    scan.reset()
    while true {
      let bytes = UnsafeRawBufferPointer(window.bytes)
      var outcome = scan.advance(over: bytes, separator: separator)
      if case .needsMoreBytes = outcome {
        if bytes.count > limit {
          outcome = .malformed("a record is longer than \(limit) bytes")
        } else if try window.refill() {
          continue
        } else if window.count == 0 || window.input.wasStopped {
          return nil
        } else {
          outcome = scan.finish()
        }
      }
      if case .complete(let next) = outcome, scan.fields.count <= Self.fieldLimit {
        return .record(record(endingAt: next))
      }
      if case .malformed(let reason) = outcome { return try skipLine(because: reason) }
      return try skipLine(because: "a record has more than \(Self.fieldLimit) fields")
    }
  }

  private mutating func record(endingAt next: Int) -> CSVRecord {
    let bytes = window.bytes
    // Before quotes are taken out in place.
    if keepsText { keep(UnsafeRawBufferPointer(rebasing: bytes[..<next])) }
    for (index, field) in scan.fields.enumerated() {
      var text = UnsafeMutableRawBufferPointer(rebasing: bytes[field.range])
      if field.hasPairedQuotes { text = Self.undoubled(text) }
      fields.initializeElement(at: index, to: UnsafeRawBufferPointer(text))
    }
    let first = lineNumber + 1
    lineNumber = first + scan.quotedLineCount
    window.consume(next)
    return CSVRecord(
      lineNumber: first,
      fields: UnsafeBufferPointer(rebasing: fields[..<scan.fields.count]), text: text.bytes)
  }

  private mutating func keep(_ record: UnsafeRawBufferPointer) {
    var end = record.count
    if end > 0, record[end - 1] == 0x0A { end -= 1 }
    if end > 0, record[end - 1] == 0x0D { end -= 1 }
    text.removeAll()
    text.append(UnsafeRawBufferPointer(rebasing: record[..<end]))
  }

  /// Writes `"` for each `""`, in place.
  private static func undoubled(
    _ text: UnsafeMutableRawBufferPointer
  ) -> UnsafeMutableRawBufferPointer {
    var written = 0
    var read = 0
    while read < text.count {
      let byte = text[read]
      text[written] = byte
      written += 1
      read += byte == UInt8(ascii: "\"") ? 2 : 1
    }
    return UnsafeMutableRawBufferPointer(rebasing: text[..<written])
  }

  private mutating func skipLine(because reason: String) throws(InputError) -> CSVItem {
    let line = try window.skipLine(keeping: excerpt)
    lineNumber += 1
    return .malformed(
      InputLine(number: lineNumber, bytes: line.excerpt, byteCount: line.byteCount),
      reason: reason)
  }

  private mutating func prepare() throws(InputError) {
    try window.skipByteOrderMark()
    guard guessesSeparator else { return }
    while !window.bytes.contains(0x0A), window.count <= limit, try window.refill() {}
    separator = Self.separator(inHeader: window.bytes.prefix { $0 != 0x0A }) ?? separator
  }

  /// The candidate that comes most often.
  static func separator(inHeader header: some Sequence<UInt8>) -> UInt8? {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let counts = candidates.map { candidate in header.count { $0 == candidate } }
    return zip(candidates, counts).max { $0.1 < $1.1 }?.0
  }
}
