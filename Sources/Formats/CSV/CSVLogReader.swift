import EventLog
import JSON
import OCPP

/// Reads a timestamped log of frames as CSV: a header, then one frame a record.
///
/// The header names the columns for the time, the station and the frame, and perhaps for the
/// direction and the OCPP version; other columns are ignored. A direction that is not given is
/// found by a ``DirectionFinder``.
public final class CSVLogReader: RecordSource {
  public let input: ByteInput
  private var csv: CSVReader
  private var columns: CSVColumns?
  private let needsStation: Bool
  private let envelope: EnvelopeReader
  private var directions = DirectionFinder()
  private let parser = JSONParser()

  public init(_ input: ByteInput, options: ImportOptions = ImportOptions()) {
    self.input = input
    csv = CSVReader(input)
    needsStation = options.station == nil
    envelope = EnvelopeReader(options)
  }

  /// The next record; nil at the end.
  ///
  /// - Throws: ``InputError/notRecordedHistory(name:reason:)`` if the header lacks a column.
  public func next() throws(InputError) -> ImportItem? {
    while let item = try csv.next() {
      switch item {
      case .malformed(let line, let reason):
        return rejected(line.number, .brokenCSV(reason), line.bytes)
      case .record(let record):
        if record.fields.count == 1, record.fields[0].isBlankLine { continue }
        guard let columns else {
          try readHeader(record)
          continue
        }
        do throws(RejectReason) {
          return .record(try importRecord(record, columns))
        } catch {
          let text = record.fields.max { $0.count < $1.count }
          return rejected(record.lineNumber, error, text ?? record.fields[0])
        }
      }
    }
    return nil
  }

  /// Reads the header at once instead of with the first record.
  ///
  /// - Throws: ``InputError/notRecordedHistory(name:reason:)`` if there is none.
  func readHeader() throws(InputError) {
    while columns == nil, let item = try csv.next() {
      switch item {
      case .malformed(_, let reason):
        throw .notRecordedHistory(
          name: input.name, reason: "the first line is no CSV header of a log: \(reason)")
      case .record(let record):
        if record.fields.count == 1, record.fields[0].isBlankLine { continue }
        try readHeader(record)
      }
    }
  }

  private func readHeader(_ record: CSVRecord) throws(InputError) {
    do throws(CSVHeaderError) {
      columns = try CSVColumns(header: record, needsStation: needsStation)
    } catch {
      throw .notRecordedHistory(name: input.name, reason: error.reason)
    }
  }

  private func importRecord(
    _ record: CSVRecord, _ columns: CSVColumns
  ) throws(RejectReason) -> ImportRecord {
    let fields = record.fields
    guard columns.lastNeeded < fields.count, fields.count <= columns.count else {
      throw .wrongFieldCount(expected: columns.count, found: fields.count)
    }
    func field(_ column: Int?) -> UnsafeRawBufferPointer? {
      column.flatMap { $0 < fields.count ? fields[$0] : nil }
    }
    let station = try envelope.station(field(columns.station))
    let receivedAt = try envelope.time(field(columns.time))
    let known = try envelope.direction(field(columns.direction))
    let body = fields[columns.body]
    guard body.count <= ImportRecord.bodyByteLimit else {
      throw .bodyTooLarge(byteCount: body.count)
    }
    let header = try? FrameHeader(body, parser: parser)
    let found = directions.direction(of: header, station: station, known: known)
    return ImportRecord(
      lineNumber: record.lineNumber, station: station, receivedAt: receivedAt,
      direction: found.direction, kind: envelope.kind(field(columns.version)),
      flags: found.isGuess ? .directionGuessed : [], body: body)
  }

  private func rejected(
    _ line: UInt64, _ reason: RejectReason, _ text: UnsafeRawBufferPointer
  ) -> ImportItem {
    .rejected(RejectedRecord(lineNumber: line, reason: reason, text: text))
  }
}
