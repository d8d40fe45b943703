import Quantities

/// Whether lines of text go on as one JSON array or object, line after line: what a logger writes
/// that lays frames out over several lines. A string or a number never goes over the end of a line.
///
/// It knows the tokens and counts the brackets. Whether the whole is JSON is for a parser to say.
struct JSONLines {
  enum Outcome: Equatable {
    /// Brackets are open at the end of the line.
    case goesOn
    /// The last bracket is closed; what follows in the line does not count.
    case closed
    /// The line is no JSON.
    case stranger
  }

  private var depth = 0

  /// Whether the first bracket was found.
  var isBegun: Bool { depth > 0 }

  /// Goes on in the next line.
  mutating func take(_ line: UnsafeRawBufferPointer) -> Outcome {
    var offset = 0
    while offset < line.count {
      switch line[offset] {
      case 0x20, 0x09, 0x0A, 0x0D:
        offset += 1
        continue
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        offset += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        offset += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        offset += 1
        if depth <= 0 { return depth == 0 ? .closed : .stranger }
      case UInt8(ascii: "\""):
        guard let end = FrameExtent.endOfString(in: line, from: offset + 1) else {
          return .stranger
        }
        offset = end
      default:
        let word = line.view(offset..<Self.endOfWord(in: line, from: offset))
        guard Self.isScalar(word) else { return .stranger }
        offset += word.count
      }
      if depth == 0 { return .stranger }
    }
    return .goesOn
  }

  private static func endOfWord(in line: UnsafeRawBufferPointer, from start: Int) -> Int {
    let end = line[start...].firstIndex { byte in
      byte <= 0x20 || ",]}".utf8.contains(byte)
    }
    return end ?? line.count
  }

  private static func isScalar(_ word: UnsafeRawBufferPointer) -> Bool {
    if word.isEqual(to: "true") || word.isEqual(to: "false") || word.isEqual(to: "null") {
      return true
    }
    let isNumber = word.first.map { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 }
    return isNumber == true && DecimalNumber(utf8: word) != nil
  }
}
