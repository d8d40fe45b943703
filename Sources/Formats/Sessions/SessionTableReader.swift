import ChargerEvents
import EventLog
import JSON
import Quantities
import SessionRecords

/// Reads a table with one session a row, laid out as a ``SessionRecords/SessionTableMap`` says: CSV
/// with or without a header, or JSON objects.
///
/// The body of an event names the map, which is a fact of its own, and holds the row as it stands in
/// the file.
public final class SessionTableReader: RecordSource {
  public let input: ByteInput
  public var format: ImportFormat { .sessionTable }
  public private(set) var tableMap: [UInt8]?

  private var csv: CSVReader?
  private var objects: JSONObjectReader?
  private var map: SessionTableMap
  private var mapName = ""
  private let envelope: EnvelopeReader
  private let parser = JSONParser()
  private var station = ScratchBuffer()
  /// The body of the record that was handed out last.
  private var bodies = ScratchBuffer()

  /// - Parameter map: its zone gives way to that of the options.
  init(_ input: ByteInput, _ map: SessionTableMap, options: ImportOptions) {
    self.input = input
    self.map = map
    self.map.timeZone = options.timeZone ?? map.timeZone
    envelope = EnvelopeReader(options)
    let first = input.peek(4096).first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      objects = JSONObjectReader(input)
      self.map.rowFormat = .json
      setMap(self.map)
    } else {
      csv = CSVReader(input, separator: map.delimiter, keepsText: true)
    }
  }

  public func next() throws(InputError) -> ImportItem? {
    if objects != nil { return try nextObject() }
    while let item = try csv?.next() {
      switch item {
      case .malformed(let line, let reason):
        return .rejected(
          RejectedRecord(
            lineNumber: line.number, reason: .brokenCSV(reason), text: line.bytes))
      case .record(let record):
        if record.text.isBlankLine { continue }
        if tableMap == nil {
          try readHeader(record)
          if map.hasHeader { continue }
        }
        return self.item(record.text, line: record.lineNumber)
      }
    }
    return nil
  }

  private func nextObject() throws(InputError) -> ImportItem? {
    switch try objects?.next() {
    case nil: return nil
    case .rejected(let rejected): return .rejected(rejected)
    case .object(let line, let text): return item(text, line: line)
    }
  }

  private func readHeader(_ record: CSVRecord) throws(InputError) {
    let names = record.fields.map { String(decoding: $0.trimmingBlanks(), as: UTF8.self) }
    let delimiter = csv?.separator ?? UInt8(ascii: ",")
    do throws(SessionTableMap.UnknownColumn) {
      setMap(try map.resolved(header: names, delimiter: delimiter))
    } catch {
      let reason =
        switch error.column {
        case .named(let name): CSVHeaderError(unknown: "\"\(name)\"", map.hasHeader ? names : [])
        case .numbered(let number): CSVHeaderError(unknown: "\(number)", names)
        }
      throw .notRecordedHistory(name: input.name, reason: reason.reason)
    }
  }

  private func setMap(_ map: SessionTableMap) {
    self.map = map
    let body = map.body
    mapName = body.withUnsafeBytes { SessionTableMap.name(ofBody: $0) }
    tableMap = body
  }

  private func item(_ row: UnsafeRawBufferPointer, line: UInt64) -> ImportItem {
    do throws(RejectReason) {
      return .record(try record(row, line: line))
    } catch {
      return .rejected(RejectedRecord(lineNumber: line, reason: error, text: row))
    }
  }

  private func record(
    _ row: UnsafeRawBufferPointer, line: UInt64
  ) throws(RejectReason) -> ImportRecord {
    let found: SessionTableRow
    do throws(SessionRecordProblem) {
      found = try SessionTableRow(row, map: map, parser: parser)
    } catch {
      throw RejectReason(error)
    }
    guard row.count < ImportRecord.bodyByteLimit - 64 else {
      throw .bodyTooLarge(byteCount: row.count)
    }
    bodies.removeAll()
    SessionTableRow.body(mapName: mapName, row: row).withUnsafeBytes { bodies.append($0) }
    return ImportRecord(
      lineNumber: line, station: try envelope.station(found.station, keptIn: &station),
      receivedAt: found.record.knownAt, direction: .none, kind: .tableRow, flags: [],
      body: bodies.bytes)
  }
}
