import ChargerEvents
import EventLog
import JSON
import SessionRecords

/// Reads CDRs and Sessions of OCPI 2.1.1, 2.2.1 and 2.3.0: one object, an array, a response with
/// `data`, or one object a line.
///
/// The body of an event is the object as it stands in the file. The station is its EVSE.
public final class OCPIFileReader: RecordSource {
  public let input: ByteInput
  public var format: ImportFormat { .ocpi }
  private var objects: JSONObjectReader
  private let envelope: EnvelopeReader
  private let parser = JSONParser()
  private var station = ScratchBuffer()

  public init(_ input: ByteInput, options: ImportOptions = ImportOptions()) {
    self.input = input
    objects = JSONObjectReader(input)
    envelope = EnvelopeReader(options)
  }

  public func next() throws(InputError) -> ImportItem? {
    switch try objects.next() {
    case nil: return nil
    case .rejected(let rejected): return .rejected(rejected)
    case .object(let line, let text):
      do throws(RejectReason) {
        return .record(try record(text, line: line))
      } catch {
        return .rejected(RejectedRecord(lineNumber: line, reason: error, text: text))
      }
    }
  }

  private func record(
    _ text: UnsafeRawBufferPointer, line: UInt64
  ) throws(RejectReason) -> ImportRecord {
    let object: JSONValue
    do throws(JSONError) { object = try parser.parse(text) } catch { throw .notJSON(error) }
    guard object.kind == .object else { throw .notAnObject }
    guard let kind = OCPIRecord.kind(of: object) else { throw .notOCPI }
    let found: OCPIRecord
    do throws(SessionRecordProblem) {
      found = try OCPIRecord(kind, object)
    } catch {
      throw RejectReason(error)
    }
    guard text.count <= ImportRecord.bodyByteLimit else {
      throw .bodyTooLarge(byteCount: text.count)
    }
    return ImportRecord(
      lineNumber: line, station: try envelope.station(found.station, keptIn: &station),
      receivedAt: found.record.knownAt, direction: .none,
      kind: kind == .cdr ? .cdr : .ocpiSession, flags: [], body: text)
  }
}

extension EnvelopeReader {
  /// The station's name, from a text that is kept in `buffer`, or else from the options.
  func station(
    _ name: String?, keptIn buffer: inout ScratchBuffer
  ) throws(RejectReason) -> UnsafeRawBufferPointer {
    buffer.removeAll()
    for byte in (name ?? "").utf8 { buffer.append(byte) }
    return try station(buffer.bytes)
  }
}
