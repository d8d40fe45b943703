import EventLog
import JSON
import OCPP
import Quantities

/// Reads the frames in a log of lines, laid out as a ``LogLayout`` says.
///
/// Lines of other loggers are passed over and counted. A frame may go on in the next lines if a
/// logger has laid it out so.
public final class LogReader: RecordSource {
  public let input: ByteInput
  public let format: ImportFormat
  public private(set) var skippedLineCount: UInt64 = 0
  private let layout: LogLayout
  private let recorder: LogRecorder
  private var lines: LineReader
  /// A line that was read, and did not belong to the frame before it.
  private var unread: InputLine?
  private var unwrapper = LogUnwrapper()
  private var frameLines = FrameLines()
  private let envelope: EnvelopeReader
  private var clock: LogClock
  private var directions = DirectionFinder()
  private let parser = JSONParser()
  /// The second frame of the line that was read last.
  private var answer: (frame: UnsafeRawBufferPointer, call: ImportRecord)?

  /// - Parameter start: the beginning of the input, which tells whose log it is unless the options
  ///   do.
  init(
    _ input: ByteInput, _ layout: LogLayout, _ start: LogDetection, options: ImportOptions
  ) {
    self.input = input
    self.layout = layout
    recorder = options.recorder ?? start.recorder(of: layout)
    format = layout.format
    lines = LineReader(input)
    envelope = EnvelopeReader(options)
    clock = LogClock(envelope, year: options.year)
  }

  public func next() throws(InputError) -> ImportItem? {
    if let (frame, call) = answer {
      answer = nil
      return item(of: call.lineNumber, text: frame) { () throws(RejectReason) in
        var record = call
        try setFrame(frame, way: .unknown, of: &record)
        return record
      }
    }
    while let line = try nextLine() {
      guard line.isComplete else {
        return .rejected(
          RejectedRecord(
            lineNumber: line.number, reason: .lineTooLong(byteCount: line.byteCount),
            text: line.bytes))
      }
      if line.bytes.isBlankLine { continue }
      let carried = unwrapper.unwrap(line.bytes)
      guard let found = layout.read(carried.text) else {
        skippedLineCount += 1
        continue
      }
      let item = item(of: line.number, text: line.bytes) { () throws(RejectReason) in
        try record(found, line.number, carriedAt: carried.time)
      }
      guard case .rejected(let rejected) = item, rejected.reason.isOpenEnd,
        frameLines.begin(line.bytes, carried.text, frame: found.frame, number: line.number)
      else { return item }
      if let item = try frameOfLines() { return item }
    }
    return nil
  }

  private func nextLine() throws(InputError) -> InputLine? {
    guard let line = unread else { return try lines.next() }
    unread = nil
    return line
  }

  // MARK: Frames over several lines

  /// Reads on until the frame that was begun is whole; nil if it turns out to be none.
  private func frameOfLines() throws(InputError) -> ImportItem? {
    while let line = try lines.next() {
      let carried = unwrapper.unwrap(line.bytes)
      guard line.isComplete, !isNextFrame(carried.text) else {
        unread = line
        return cutFrame()
      }
      switch frameLines.append(carried) {
      case .closed: return wholeFrame()
      case .stranger:
        unread = line
        return cutFrame()
      case .goesOn:
        if frameLines.text.count > LineReader.lineByteLimit { return cutFrame() }
      }
    }
    // What is still being written is for the next time.
    return input.wasStopped ? nil : cutFrame()
  }

  /// Inside a frame a line with a key may look like a frame with a name before it.
  private func isNextFrame(_ text: UnsafeRawBufferPointer) -> Bool {
    text.droppingBlanks().first != UInt8(ascii: "\"")
      && layout.read(text)?.frame.trimmingBlanks().beginsFrame == true
  }

  private func wholeFrame() -> ImportItem? {
    guard let found = layout.read(frameLines.text) else { return cutFrame() }
    let carried = unwrapper.unwrap(frameLines.firstLine)
    let item = item(of: frameLines.lineNumber, text: frameLines.firstLine) {
      () throws(RejectReason) in
      let record = try record(found, frameLines.lineNumber, carriedAt: carried.time)
      // Who laid it out had parsed it: else these lines do not belong together.
      guard (try? parser.parse(record.body)) != nil else { throw .frameNotWhole }
      return record
    }
    if case .rejected(let rejected) = item, rejected.reason.isOpenEnd { return cutFrame() }
    return item
  }

  /// Only the first line was about a frame; nil if not even that one.
  private func cutFrame() -> ImportItem? {
    skippedLineCount += frameLines.moreLineCount
    guard let found = layout.read(frameLines.text),
      layout.announcesFrames || !found.frame.isLastBracket
    else {
      skippedLineCount += 1
      return nil
    }
    let isEmpty = found.frame.trimmingBlanks().isEmpty
    return .rejected(
      RejectedRecord(
        lineNumber: frameLines.lineNumber, reason: isEmpty ? .noFrame : .frameNotWhole,
        text: frameLines.firstLine))
  }

  // MARK: Records

  private func item(
    of line: UInt64, text: UnsafeRawBufferPointer, _ read: () throws(RejectReason) -> ImportRecord
  ) -> ImportItem {
    do throws(RejectReason) {
      return .record(try read())
    } catch {
      return .rejected(RejectedRecord(lineNumber: line, reason: error, text: text))
    }
  }

  private func record(
    _ found: LogLine, _ lineNumber: UInt64, carriedAt outer: LogTime?
  ) throws(RejectReason) -> ImportRecord {
    let frame = try FrameExtent.frame(in: found.frame)
    var record = ImportRecord(
      lineNumber: lineNumber, station: try envelope.station(found.station),
      receivedAt: try clock.instant(inner: found.time, outer: outer), direction: .none,
      kind: envelope.kind(nil), flags: [], body: frame)
    try setFrame(frame, way: found.way, of: &record)
    answer = found.answer.map { ($0, record) }
    return record
  }

  /// Sets the body, and the direction: as the log says, else as the frame tells.
  private func setFrame(
    _ frame: UnsafeRawBufferPointer, way: LogLine.Way, of record: inout ImportRecord
  ) throws(RejectReason) {
    guard frame.count <= ImportRecord.bodyByteLimit else {
      throw .bodyTooLarge(byteCount: frame.count)
    }
    record.body = frame
    record.flags = []
    if let direction = recorder.direction(of: way) {
      record.direction = direction
      return
    }
    let header = try? FrameHeader(frame, parser: parser)
    let found = directions.direction(of: header, station: record.station, known: nil)
    record.direction = found.direction
    if found.isGuess { record.flags = .directionGuessed }
  }
}
