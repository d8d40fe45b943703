/// A frame that a logger lays out over several lines, put together from them: the text of the first
/// line, and behind it those of the others as they stand, with LF between them.
struct FrameLines: ~Copyable {
  /// The number of the first line.
  private(set) var lineNumber: UInt64 = 0
  /// How many lines followed the first one, without empty ones.
  private(set) var moreLineCount: UInt64 = 0
  private var extent = JSONLines()
  private var first = ScratchBuffer()
  private var joined = ScratchBuffer()

  /// The first line as it stands in the file.
  var firstLine: UnsafeRawBufferPointer { first.bytes }

  /// The lines so far, without what log systems put around them.
  var text: UnsafeRawBufferPointer { joined.bytes }

  /// Begins with a line whose frame does not end in it.
  ///
  /// - Parameters:
  ///   - line: as it stands in the file.
  ///   - text: what is carried in it.
  ///   - frame: the frame in `text`, or nothing where it should be.
  /// - Returns: false if the frame does not go on in the next line: it was cut.
  mutating func begin(
    _ line: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer,
    frame: UnsafeRawBufferPointer, number: UInt64
  ) -> Bool {
    extent = JSONLines()
    guard extent.take(frame) == .goesOn else { return false }
    lineNumber = number
    moreLineCount = 0
    first.removeAll()
    first.append(line)
    joined.removeAll()
    joined.append(text)
    return true
  }

  /// Goes on in the next line, behind the time, the host and the program that a log system has put in
  /// front of it.
  mutating func append(_ line: LogUnwrapper.Line) -> JSONLines.Outcome {
    let behindTime = line.textBehindTime.map { $0.after(" ") ?? $0 }
    let behindProgram = behindTime.flatMap { text in
      text.offset(of: ": ").map { text.view(($0 + 2)...) }
    }
    for text in [line.text, behindTime, behindProgram] {
      guard let text else { continue }
      var trial = extent
      let outcome = trial.take(text)
      if outcome == .stranger { continue }
      // In front of the frame the end of a line is a blank.
      joined.append(extent.isBegun ? 0x0A : 0x20)
      joined.append(text)
      extent = trial
      if !text.isBlankLine { moreLineCount += 1 }
      return outcome
    }
    return .stranger
  }
}
