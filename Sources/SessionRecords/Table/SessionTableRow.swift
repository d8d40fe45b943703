import ChargerEvents
import JSON
import Quantities

/// A row of a table of sessions: what it says, by the map of its table.
public struct SessionTableRow: Sendable {
  /// The station that the row names; nil if it names none.
  public var station: String?
  public var record: SessionRecord

  /// Reads the text of a row.
  ///
  /// - Parameter text: a record of CSV without its line end, or a JSON object.
  /// - Throws: why no session can be made of it. Fields that are not needed never stop a row: they are
  ///   left out with a remark.
  public init(
    _ text: UnsafeRawBufferPointer, map: SessionTableMap, parser: JSONParser
  ) throws(SessionRecordProblem) {
    let fields = try TableFields(text, map: map, parser: parser)
    var reader = RowReader(map: map, fields: fields)
    station = fields.text(.station)
    record = try reader.record()
  }

  /// The body of a row's event: the name of the map, a line feed, and the row as it stands in the
  /// file.
  public static func body(mapName: String, row: UnsafeRawBufferPointer) -> [UInt8] {
    Array(mapName.utf8) + [0x0A] + row
  }

  /// The two parts of a ``body(mapName:row:)``; nil if it is none.
  public static func parts(
    ofBody body: UnsafeRawBufferPointer
  ) -> (mapName: String, row: UnsafeRawBufferPointer)? {
    guard body.count > mapNameByteCount, body[mapNameByteCount] == 0x0A else { return nil }
    let name = String(decoding: body[..<mapNameByteCount], as: UTF8.self)
    return (name, UnsafeRawBufferPointer(rebasing: body[(mapNameByteCount + 1)...]))
  }

  private static let mapNameByteCount = 32
}

/// Makes a session record of the fields of a row.
private struct RowReader {
  let map: SessionTableMap
  let fields: TableFields
  private var remarks: [SessionRecord.Remark] = []

  init(map: SessionTableMap, fields: TableFields) {
    self.map = map
    self.fields = fields
  }

  mutating func record() throws(SessionRecordProblem) -> SessionRecord {
    let times = try times()
    var record = SessionRecord(
      source: .tableRow, names: [], id: fields.text(.id) ?? "",
      knownAt: max(times.start, times.end ?? times.start), startedAt: times.start)
    record.endedAt = times.end
    record.evse = number(.evse)
    record.connector = fields.text(.connector).flatMap { map.connectorNames[$0] }
    if record.connector == nil { record.connector = number(.connector) }
    record.token = fields.text(.token)
    record.stopReason = fields.text(.stopReason)
    record.meterStart = energy(.meterStart)
    record.meterStop = energy(.meterStop)
    record.energy = energy(.energy)
    settleEnergy(&record)
    record.pieces = pieces(of: record)
    record.billed = billed()
    record.names = [name(of: record)]
    record.remarks = remarks
    return record
  }

  /// Rows without an id are told apart by what they say: equal ones are one session.
  private func name(of record: SessionRecord) -> String {
    "row " + (record.id.isEmpty ? record.contentName : record.id)
  }

  private mutating func settleEnergy(_ record: inout SessionRecord) {
    guard let start = record.meterStart, let stop = record.meterStop else { return }
    let difference = stop - start
    if let energy = record.energy {
      let distance = (energy - difference).milliwattHours.magnitude
      if distance > 1_000 { note(.registersDisagree) }
    } else {
      record.energy = difference
    }
  }

  private mutating func note(_ remark: SessionRecord.Remark) {
    if !remarks.contains(remark) { remarks.append(remark) }
  }

  // MARK: Times

  private mutating func times() throws(SessionRecordProblem) -> (start: Instant, end: Instant?) {
    let start = instants(.start)
    let end = instants(.end)
    let duration = milliseconds(.duration)
    if let start = start.first {
      // A local time that comes twice is the earlier one, unless it would end before it began.
      if let first = end.first, first < start, let second = end.second { return (start, second) }
      let known = end.first ?? duration.map { start.advanced(byMilliseconds: $0) }
      if known == nil { note(.missingTime) }
      return (start, known)
    }
    guard let end = end.first else { throw start.problem ?? end.problem ?? .noTime }
    guard let duration else {
      note(.missingTime)
      return (end, end)
    }
    return (end.advanced(byMilliseconds: -duration), end)
  }

  private struct ReadTime {
    var first: Instant?
    var second: Instant?
    var problem: SessionRecordProblem?
  }

  private mutating func instants(_ field: SessionTableMap.Field) -> ReadTime {
    guard let text = fields.text(field) else { return ReadTime() }
    var text8 = text
    let parsed = text8.withUTF8 { bytes in
      map.timeLayouts.lazy.compactMap { $0.parse(UnsafeRawBufferPointer(bytes)) }.first
    }
    switch parsed {
    case .instant(let instant): return ReadTime(first: instant)
    case .local(let local):
      guard let zone = map.timeZone else {
        note(.unreadableField)
        return ReadTime(problem: .timeWithoutOffset(text))
      }
      let instants = zone.instants(forLocal: local)
      guard case .twice(let first, let second) = instants else {
        return ReadTime(first: instants.first)
      }
      return ReadTime(first: first, second: second)
    case nil:
      note(.unreadableField)
      return ReadTime(problem: .unreadableTime(text))
    }
  }

  private mutating func milliseconds(_ field: SessionTableMap.Field) -> Int64? {
    guard let text = fields.text(field) else { return nil }
    let duration = TableDuration.milliseconds(
      text, numbers: fields.numbers(of: field), unit: map.durationUnit)
    if duration == nil { note(.unreadableField) }
    return duration
  }

  // MARK: Numbers

  private mutating func number(_ field: SessionTableMap.Field) -> Int32? {
    guard let text = fields.text(field) else { return nil }
    let number = Int32(text)
    if number == nil { note(.unreadableField) }
    return number
  }

  /// An energy with the unit behind it, else with the map's.
  private mutating func energy(_ field: SessionTableMap.Field) -> Energy? {
    guard let text = fields.text(field) else { return nil }
    guard let (number, rest) = fields.numbers(of: field).number(in: text),
      let unit = unit(rest),
      let milliwattHours = number.scaled(
        toPowerOfTen: unit.powerOfMilliwattHour, rounding: .halfToEven)
    else {
      note(.unreadableField)
      return nil
    }
    return Energy(milliwattHours: milliwattHours)
  }

  private func unit(_ text: Substring) -> SessionTableMap.EnergyUnit? {
    let word = text.filter { !$0.isWhitespace }.lowercased()
    if word.isEmpty { return map.energyUnit }
    return SessionTableMap.EnergyUnit.allCases.first { $0.rawValue.lowercased() == word }
  }

  private mutating func billed() -> BilledAmount? {
    let exclVAT = amount(.costExclVAT)
    let inclVAT = amount(.costInclVAT)
    guard exclVAT != nil || inclVAT != nil else { return nil }
    let named = fields.text(.currency).flatMap { CurrencyCode($0) }
    guard let currency = named ?? map.currency else {
      note(.unreadableField)
      return nil
    }
    return BilledAmount(currency: currency, exclVAT: exclVAT, inclVAT: inclVAT)
  }

  private mutating func amount(_ field: SessionTableMap.Field) -> ExactAmount? {
    guard let text = fields.text(field) else { return nil }
    guard let (number, rest) = fields.numbers(of: field).number(in: text),
      rest.allSatisfy({ $0.isWhitespace || $0.isLetter || $0.isCurrencySymbol }),
      let amount = ExactAmount(number)
    else {
      note(.unreadableField)
      return nil
    }
    return amount
  }

  // MARK: Pieces

  /// Parking before the charging, the charging, parking after it; charging all along unless the
  /// table says when.
  private mutating func pieces(of record: SessionRecord) -> [SessionRecord.Piece] {
    let start = record.startedAt
    let end = max(start, record.endedAt ?? start)
    let began = min(max(instants(.chargingStart).first ?? start, start), end)
    let duration = milliseconds(.chargingDuration).map { began.advanced(byMilliseconds: $0) }
    let stopped = min(max(instants(.chargingEnd).first ?? duration ?? end, began), end)
    let energy = record.energy ?? .zero
    var pieces: [SessionRecord.Piece] = []
    if began > start {
      pieces.append(.init(start: start, end: began, energy: .zero, activity: .parking))
    }
    pieces.append(.init(start: began, end: stopped, energy: energy, activity: .charging))
    if end > stopped {
      pieces.append(.init(start: stopped, end: end, energy: .zero, activity: .parking))
    }
    return pieces
  }
}
