/// Finds the objects in JSON text that comes in pieces: each object at the outermost level, each
/// element of an array there, and what is in `data` of an OCPI response (transport_and_format,
/// "Response format").
///
/// It follows brackets and strings only. Whether an object is JSON is for a parser to say.
struct JSONObjectScan {
  enum Outcome: Equatable {
    /// An object lies in these bytes; what comes before it, and itself, can be dropped.
    case object(Range<Int>)
    /// There is none in the bytes from `keeping` on yet; those before it can be dropped.
    case needsMoreBytes(keeping: Int)
    /// The text is no JSON here.
    case broken(at: Int)
  }

  private var offset = 0
  /// How many objects and arrays are open around what is handed out: arrays, and responses.
  private var shell = 0
  /// Of the object that is being read: its start, and how deep the scan is in it.
  private var start: Int?
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  /// Where the last string of the object's own level began and ended; the key is the last one before a
  /// colon.
  private var key: Range<Int>?
  private var stringStart = 0
  private var followsDataKey = false

  /// Says that the first `count` bytes were dropped.
  mutating func drop(_ count: Int) {
    offset -= count
    start = start.map { $0 - count }
    stringStart -= count
    key = key.map { $0.lowerBound - count..<$0.upperBound - count }
  }

  /// Goes on in `bytes`, which begin with what was not dropped.
  mutating func next(in bytes: UnsafeRawBufferPointer) -> Outcome {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if isInString {
        takeInString(byte)
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        guard start != nil || shell > 0 else { return .broken(at: offset - 1) }
        isInString = true
        stringStart = offset
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open(byte)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let range = close() { return .object(range) }
        guard shell >= 0 else { return .broken(at: offset - 1) }
      case UInt8(ascii: ":"):
        followsDataKey = depth == 1 && shell == 0 && isData(bytes)
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","):
        break
      default:
        guard start != nil || shell > 0 else { return .broken(at: offset - 1) }
        followsDataKey = false
      }
    }
    return .needsMoreBytes(keeping: start ?? offset)
  }

  /// Whether an object or a shell is open at the end of the text.
  var isOpen: Bool { start != nil || shell > 0 }

  private mutating func takeInString(_ byte: UInt8) {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
      key = stringStart..<offset - 1
    }
  }

  private func isData(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let key else { return false }
    return bytes[key].elementsEqual("data".utf8)
  }

  private mutating func open(_ byte: UInt8) {
    if followsDataKey {
      // What was taken for an object is a response: its data counts.
      followsDataKey = false
      shell = 1
      depth = 0
      start = nil
      if byte == UInt8(ascii: "[") {
        shell = 2
        return
      }
    }
    if start == nil {
      guard byte == UInt8(ascii: "{") else {
        shell += 1
        return
      }
      start = offset - 1
    }
    depth += 1
  }

  private mutating func close() -> Range<Int>? {
    guard let start else {
      shell -= 1
      return nil
    }
    depth -= 1
    guard depth == 0 else { return nil }
    self.start = nil
    return start..<offset
  }
}
