import JSON

/// The JSON objects of a file: one a line, or those of an array, of an OCPI response, or one behind
/// the other over any number of lines.
///
/// Where each line is an object, a broken one costs only itself; else what follows a mistake in the
/// brackets is lost.
struct JSONObjectReader: ~Copyable {
  enum Item {
    case object(line: UInt64, UnsafeRawBufferPointer)
    case rejected(RejectedRecord)
  }

  private var lines: LineReader?
  private var window: InputWindow
  private var scan = JSONObjectScan()
  private var lineNumber: UInt64 = 1
  private var isBegun = false
  private var isBroken = false

  init(_ input: ByteInput) {
    lines = Self.hasOneObjectPerLine(input.peek(1 << 20)) ? LineReader(input) : nil
    window = InputWindow(input, byteLimit: LineReader.lineByteLimit)
  }

  /// The next object; nil at the end. What it returns is valid until the next call.
  mutating func next() throws(InputError) -> Item? {
    if lines != nil { return try nextLine() }
    return try nextInText()
  }

  private static func hasOneObjectPerLine(_ start: [UInt8]) -> Bool {
    let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    let first = text.drop { $0 <= 0x20 }.prefix { $0 != 0x0A }
    guard first.first == UInt8(ascii: "{"), first.endIndex < text.endIndex else { return false }
    let parser = JSONParser()
    guard let object = try? parser.parse(Array(first)), object.kind == .object else { return false }
    let data = object["data"]?.kind
    return data != .array && data != .object
  }

  private mutating func nextLine() throws(InputError) -> Item? {
    while let line = try lines?.next() {
      guard line.isComplete else {
        return .rejected(
          RejectedRecord(
            lineNumber: line.number, reason: .lineTooLong(byteCount: line.byteCount),
            text: line.bytes))
      }
      if line.bytes.isBlankLine { continue }
      return .object(line: line.number, line.bytes.trimmingBlanks())
    }
    return nil
  }

  private mutating func nextInText() throws(InputError) -> Item? {
    if !isBegun {
      try window.skipByteOrderMark()
      isBegun = true
    }
    while !isBroken {
      let bytes = UnsafeRawBufferPointer(window.bytes)
      switch scan.next(in: bytes) {
      case .object(let range):
        lineNumber += lineEnds(in: bytes.view(..<range.lowerBound))
        let line = lineNumber
        lineNumber += lineEnds(in: bytes.view(range))
        drop(range.upperBound)
        return .object(line: line, bytes.view(range))
      case .broken(let offset):
        return broken(bytes, at: offset)
      case .needsMoreBytes(let kept):
        lineNumber += lineEnds(in: bytes.view(..<kept))
        drop(kept)
        if window.count > LineReader.lineByteLimit {
          return broken(UnsafeRawBufferPointer(window.bytes), at: 0)
        }
        if try !window.refill() {
          guard scan.isOpen else { return nil }
          return broken(UnsafeRawBufferPointer(window.bytes), at: 0)
        }
      }
    }
    return nil
  }

  private mutating func drop(_ count: Int) {
    window.consume(count)
    scan.drop(count)
  }

  /// What cannot be taken apart ends the reading.
  private mutating func broken(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Item {
    isBroken = true
    let line = lineNumber + lineEnds(in: bytes.view(..<offset))
    return .rejected(
      RejectedRecord(
        lineNumber: line, reason: .brokenJSON, text: bytes.view(offset...)))
  }

  private func lineEnds(in bytes: UnsafeRawBufferPointer) -> UInt64 {
    UInt64(bytes.count { $0 == 0x0A })
  }
}
