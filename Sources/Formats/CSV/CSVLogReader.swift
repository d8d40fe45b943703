import EventLog
import JSON
import OCPP
import Quantities
import SessionRecords

/// Reads a timestamped log of frames as CSV: a header, then one frame a record.
///
/// The header, or a ``ColumnMap``, names the columns for the time, the station and the frame, and
/// perhaps for the direction and the OCPP version; other columns are ignored. A direction that is
/// not given is found by a ``DirectionFinder``.
public final class CSVLogReader: RecordSource {
  public let input: ByteInput
  public var format: ImportFormat { .csv }
  private var csv: CSVReader
  private var columns: CSVColumns?
  /// The names of the columns; nil without a header.
  private var header: [String]?
  private let map: ColumnMap?
  private let needsStation: Bool
  private let envelope: EnvelopeReader
  private var clock: LogClock
  private var builder = CSVFrameBuilder()
  private var directions = DirectionFinder()
  private let parser = JSONParser()

  public init(_ input: ByteInput, options: ImportOptions = ImportOptions()) {
    self.input = input
    csv = CSVReader(input, separator: options.columns?.delimiter)
    map = options.columns
    needsStation = options.station == nil
    envelope = EnvelopeReader(options)
    clock = LogClock(envelope, year: options.year)
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
        if columns == nil {
          try readHeader(record)
          if map?.hasHeader ?? true { continue }
        }
        guard let columns, !repeatsHeader(record, columns) else { continue }
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

  /// Whether a record is the header once more: of the next file, where a log that is followed was
  /// rotated.
  private func repeatsHeader(_ record: CSVRecord, _ columns: CSVColumns) -> Bool {
    guard input.follower != nil, let header, columns.time < record.fields.count else {
      return false
    }
    return record.fields[columns.time].elementsEqual(header[columns.time].utf8)
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
    let names = record.fields.map {
      String(decoding: $0.trimmingBlanks(), as: UTF8.self)
    }
    if map?.hasHeader ?? true { header = names }
    do throws(CSVHeaderError) {
      if let map {
        columns = try CSVColumns(map, header: names, needsStation: needsStation)
      } else {
        columns = try CSVColumns(header: names, needsStation: needsStation)
      }
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
    let receivedAt = try time(fields[columns.time])
    let known = try direction(field(columns.direction))
    var flags: RecordFlags = []
    let body: UnsafeRawBufferPointer
    switch columns.frame {
    case .whole(let column): body = fields[column]
    case .parts(let id, let payload, let action, let type):
      flags = .rebuiltFromPayload
      body = try builder.frame(
        id: fields[id], type: field(type), action: field(action), payload: fields[payload])
    }
    guard body.count <= ImportRecord.bodyByteLimit else {
      throw .bodyTooLarge(byteCount: body.count)
    }
    let header = try? FrameHeader(body, parser: parser)
    let found = directions.direction(of: header, station: station, known: known)
    if found.isGuess { flags.insert(.directionGuessed) }
    return ImportRecord(
      lineNumber: record.lineNumber, station: station, receivedAt: receivedAt,
      direction: found.direction, kind: envelope.kind(field(columns.version)), flags: flags,
      body: body)
  }

  private func time(_ text: UnsafeRawBufferPointer) throws(RejectReason) -> Instant {
    let trimmed = text.trimmingBlanks()
    guard !trimmed.isEmpty else { throw .noTime }
    switch map?.timeLayout {
    case nil, .rfc3339: return try envelope.time(trimmed)
    case .pattern(let layout):
      guard let time = LogTime(at: trimmed, layout), time.text.count == trimmed.count else {
        throw .unreadableTime(trimmed.excerpt)
      }
      return try clock.instant(inner: time, outer: nil)
    case .sinceEpoch(let power):
      let number = DecimalNumber(utf8: trimmed)
      guard let instant = number.flatMap({ Instant(sinceEpoch: $0, unit: power) }) else {
        throw .unreadableTime(trimmed.excerpt)
      }
      return instant
    }
  }

  private func direction(_ text: UnsafeRawBufferPointer?) throws(RejectReason) -> Direction? {
    if let words = map?.directionWords, !words.isEmpty, let text {
      let word = String(decoding: text.trimmingBlanks(), as: UTF8.self).lowercased()
      if let direction = words[word] { return direction }
    }
    return try envelope.direction(text)
  }

  private func rejected(
    _ line: UInt64, _ reason: RejectReason, _ text: UnsafeRawBufferPointer
  ) -> ImportItem {
    .rejected(RejectedRecord(lineNumber: line, reason: reason, text: text))
  }
}
