import EventLog
import JSON
import OCPP
import Quantities

/// Reads the frames in a log of lines, laid out as a ``LogLayout`` says.
///
/// Lines of other loggers are passed over and counted. A frame must begin and end in one line.
public final class LogReader: RecordSource {
  public let input: ByteInput
  public let format: ImportFormat
  public private(set) var skippedLineCount: UInt64 = 0
  private let layout: LogLayout
  private let recorder: LogRecorder
  private var lines: LineReader
  private var unwrapper = LogUnwrapper()
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
    while let line = try lines.next() {
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
      return item(of: line.number, text: line.bytes) { () throws(RejectReason) in
        try record(found, line, carriedAt: carried.time)
      }
    }
    return nil
  }

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
    _ found: LogLine, _ line: InputLine, carriedAt outer: LogTime?
  ) throws(RejectReason) -> ImportRecord {
    let frame = try FrameExtent.frame(in: found.frame)
    var record = ImportRecord(
      lineNumber: line.number, station: try envelope.station(found.station),
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
