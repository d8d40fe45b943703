import EventLog
import JSON
import Quantities

/// Reads the Open OCPP Trace Format 1.1: one JSON object a line.
///
/// The text in `raw` is the body. Where it is missing, the frame is put together from the other
/// members and flagged; where even that is not possible, the whole line is the body. Blank lines
/// are passed over. `Schemas/ocpp-trace.md` says what is accepted beyond the format.
public final class TraceReader: RecordSource {
  public let input: ByteInput
  public var format: ImportFormat { .trace }
  private var lines: LineReader
  private let parser = JSONParser()
  private let envelope: EnvelopeReader
  private let readsEventIDs: Bool
  private var frame = ScratchBuffer()
  private var badLine = InvalidUTF8Line()

  public init(_ input: ByteInput, options: ImportOptions = ImportOptions()) {
    self.input = input
    lines = LineReader(input)
    envelope = EnvelopeReader(options)
    readsEventIDs = options.readsEventIDs
  }

  public func next() throws(InputError) -> ImportItem? {
    while let line = try lines.next() {
      if line.isComplete, line.bytes.isBlankLine { continue }
      do throws(RejectReason) {
        return .record(try record(line))
      } catch {
        return .rejected(
          RejectedRecord(lineNumber: line.number, reason: error, text: line.bytes))
      }
    }
    return nil
  }

  private func record(_ line: InputLine) throws(RejectReason) -> ImportRecord {
    guard line.isComplete else { throw .lineTooLong(byteCount: line.byteCount) }
    let object: JSONValue
    do throws(JSONError) {
      object = try parser.parse(line.bytes)
    } catch {
      guard error.reason == .invalidUTF8 else { throw .notJSON(error) }
      return try recordWithBadBytes(line, error)
    }
    guard object.kind == .object else { throw .notAnObject }
    let parts = TraceLine(object)
    return try record(parts, body: body(parts, line: line), line: line)
  }

  /// A record of a line that is not UTF-8: kept with its bytes if they are bad only in the frame
  /// and in what is read from the frame.
  private func recordWithBadBytes(
    _ line: InputLine, _ error: JSONError
  ) throws(RejectReason) -> ImportRecord {
    guard let object = try? parser.parse(badLine.replacingBadBytes(of: line.bytes)) else {
      throw .notJSON(error)
    }
    let parts = TraceLine(object)
    let envelope = [parts.chargePointID, parts.timestamp, parts.direction, parts.ocppVersion]
    guard let raw = parts.raw, raw.kind == .string,
      envelope.allSatisfy({ InvalidUTF8Line.isIntact($0, in: object, line: line.bytes) })
    else { throw .notJSON(error) }
    let text = badLine.text(of: raw, in: object, line: line.bytes)
    return try record(parts, body: FrameBody(bytes: text), line: line)
  }

  private func record(
    _ parts: TraceLine, body: FrameBody, line: InputLine
  ) throws(RejectReason) -> ImportRecord {
    let station = try envelope.station(parts.chargePointID?.text)
    let receivedAt = try envelope.time(parts.timestamp?.text)
    guard let direction = try envelope.direction(parts.direction?.text) else {
      throw .noDirection
    }
    guard body.bytes.count <= ImportRecord.bodyByteLimit else {
      throw .bodyTooLarge(byteCount: body.bytes.count)
    }
    return ImportRecord(
      lineNumber: line.number, station: station, receivedAt: receivedAt, direction: direction,
      kind: body.isFrame ? envelope.kind(parts.ocppVersion?.text) : .ocppUnknown,
      flags: body.flags, body: body.bytes,
      eventID: readsEventIDs ? try envelope.eventID(parts.eventID) : nil)
  }

  private func body(_ parts: TraceLine, line: InputLine) -> FrameBody {
    if let raw = parts.raw, !raw.isNull {
      if let text = raw.text { return FrameBody(bytes: text) }
      // Some producers write the frame as JSON instead of a string.
      return FrameBody(bytes: raw.rawText, flags: .rebuiltFromPayload)
    }
    if parts.rebuildFrame(into: &frame) {
      return FrameBody(bytes: frame.bytes, flags: .rebuiltFromPayload)
    }
    return FrameBody(bytes: line.bytes, flags: .rebuiltFromPayload, isFrame: false)
  }

  private struct FrameBody {
    var bytes: UnsafeRawBufferPointer
    var flags: RecordFlags = []
    /// Whether the bytes are a frame, or all that there is instead of one.
    var isFrame = true
  }
}
