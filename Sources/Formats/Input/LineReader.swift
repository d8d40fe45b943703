import Glibc

/// One line of an input: a view, valid until the next line is read.
public struct InputLine {
  /// 1 for the first line of the file.
  public var number: UInt64
  /// The bytes without the line end. Of a line that is too long, only the first
  /// ``LineReader/excerptByteCount``.
  public var bytes: UnsafeRawBufferPointer
  /// The length of the whole line in bytes, without the line end.
  public var byteCount: UInt64
  /// Whether `bytes` is the whole line.
  public var isComplete: Bool { byteCount == UInt64(bytes.count) }
}

/// Lines of a byte stream, without an allocation for each.
///
/// Ends of lines are LF or CRLF; the last line may lack one; a UTF-8 byte order mark at the start
/// of the file is dropped, and so are NUL bytes at the start of a line: a log that was cut back while
/// its program went on at the old place has them in front. A line above the limit is skipped in a
/// stream, so it costs no memory, and handed out as an excerpt with its length.
public struct LineReader: ~Copyable {
  /// The longest line that is read, in bytes: a body of 16 MiB, some of it escaped, with what is
  /// around it.
  public static let lineByteLimit = 32 << 20
  /// How much of a line that is too long is kept, in bytes.
  public static let excerptByteCount = 4096

  private var window: InputWindow
  private var lineNumber: UInt64 = 0
  private let limit: Int
  /// Keeps the start of a line while the rest of it passes through the window.
  private let excerpt = UnsafeMutableRawBufferPointer.allocate(
    byteCount: excerptByteCount, alignment: 1)

  public init(_ input: ByteInput, lineByteLimit: Int = LineReader.lineByteLimit) {
    window = InputWindow(input, byteLimit: lineByteLimit)
    limit = lineByteLimit
  }

  deinit { excerpt.deallocate() }

  /// The input that the lines come from, for progress.
  public var input: ByteInput { window.input }

  /// The next line; nil at the end. After an error of the input every complete line before it has
  /// been handed out.
  public mutating func next() throws(InputError) -> InputLine? {
    if lineNumber == 0 { try window.skipByteOrderMark() }
    var searched = 0
    while true {
      let bytes = window.bytes
      let unsearched = UnsafeMutableRawBufferPointer(rebasing: bytes[searched...])
      if let base = unsearched.baseAddress, let hit = memchr(base, 0x0A, unsearched.count) {
        let length = searched + (hit - base)
        window.consume(length + 1)
        return line(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
      }
      searched = bytes.count
      if searched > limit { return try skipLongLine() }
      if try !window.refill() {
        // A line that is still being written is for the next time.
        guard window.count > 0, !window.input.wasStopped else { return nil }
        let rest = UnsafeRawBufferPointer(window.bytes)
        window.consume(rest.count)
        return line(rest)
      }
    }
  }

  private mutating func line(_ bytes: UnsafeRawBufferPointer) -> InputLine {
    var text = bytes.last == 0x0D ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes
    if text.first == 0 { text = UnsafeRawBufferPointer(rebasing: text.drop { $0 == 0 }) }
    let kept = text.count > limit ? text.prefix(Self.excerptByteCount) : text[...]
    lineNumber += 1
    return InputLine(
      number: lineNumber, bytes: UnsafeRawBufferPointer(rebasing: kept),
      byteCount: UInt64(text.count))
  }

  /// Reads over a line that fills the window.
  private mutating func skipLongLine() throws(InputError) -> InputLine {
    let line = try window.skipLine(keeping: excerpt)
    lineNumber += 1
    return InputLine(number: lineNumber, bytes: line.excerpt, byteCount: line.byteCount)
  }
}
