/// The state machine that finds where a CSV record and its fields end. It can stop at the end of
/// the bytes at hand and go on when there are more.
package struct CSVScan {
  /// Where a field lies in the record's bytes, without its outer quotes.
  package struct Field {
    package var range: Range<Int>
    /// Whether the field holds doubled quotes.
    package var hasPairedQuotes: Bool
  }

  package enum Outcome {
    /// The record ends; the next one begins at this offset.
    case complete(next: Int)
    case needsMoreBytes
    case malformed(String)
  }

  private enum State {
    case fieldStart
    case unquoted
    case quoted
    /// After a quote inside a quoted field: the end of the field, or the first of a doubled quote.
    case afterQuote
    /// After a carriage return that follows a quoted field.
    case afterQuoteAndReturn
  }

  package private(set) var fields: [Field] = []
  /// How many line ends lie inside quoted fields.
  package private(set) var quotedLineCount: UInt64 = 0
  private var state = State.fieldStart
  private var offset = 0
  private var fieldStart = 0
  private var hasPairedQuotes = false

  package init() {}

  /// Prepares for the next record.
  package mutating func reset() {
    fields.removeAll(keepingCapacity: true)
    quotedLineCount = 0
    state = .fieldStart
    offset = 0
    fieldStart = 0
    hasPairedQuotes = false
  }

  /// Goes on with the record that begins at the first of `bytes`.
  package mutating func advance(over bytes: UnsafeRawBufferPointer, separator: UInt8) -> Outcome {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch state {
      case .fieldStart where byte == UInt8(ascii: "\""):
        state = .quoted
        fieldStart = offset
      case .fieldStart, .unquoted:
        state = .unquoted
        if byte == separator {
          endField(at: offset - 1)
        } else if byte == 0x0A {
          let hasReturn = offset - 1 > fieldStart && bytes[offset - 2] == 0x0D
          endField(at: hasReturn ? offset - 2 : offset - 1)
          return .complete(next: offset)
        }
      case .quoted:
        if byte == UInt8(ascii: "\"") { state = .afterQuote }
        if byte == 0x0A { quotedLineCount += 1 }
      case .afterQuote where byte == UInt8(ascii: "\""):
        state = .quoted
        hasPairedQuotes = true
      case .afterQuote where byte == separator:
        endField(at: offset - 2)
      case .afterQuote where byte == 0x0D:
        state = .afterQuoteAndReturn
      case .afterQuote where byte == 0x0A:
        endField(at: offset - 2)
        return .complete(next: offset)
      case .afterQuoteAndReturn where byte == 0x0A:
        endField(at: offset - 3)
        return .complete(next: offset)
      case .afterQuote, .afterQuoteAndReturn:
        return .malformed("text follows a closing quote")
      }
    }
    return .needsMoreBytes
  }

  /// Ends the last record of a file, which lacks a line end.
  package mutating func finish() -> Outcome {
    switch state {
    case .quoted: return .malformed("a quote is never closed")
    case .afterQuote: endField(at: offset - 1)
    case .afterQuoteAndReturn: endField(at: offset - 2)
    case .fieldStart, .unquoted: endField(at: offset)
    }
    return .complete(next: offset)
  }

  private mutating func endField(at end: Int) {
    fields.append(Field(range: fieldStart..<end, hasPairedQuotes: hasPairedQuotes))
    hasPairedQuotes = false
    state = .fieldStart
    fieldStart = offset
  }
}
