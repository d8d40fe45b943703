import ChargerEvents
import JSON
import Quantities

/// An OCPI CDR or Session of 2.1.1, 2.2.1 or 2.3.0, read as leniently as it can be: what is not
/// needed and cannot be read is left out with a remark.
public struct OCPIRecord: Sendable {
  public enum Kind: Sendable { case cdr, session }

  /// The EVSE, else the location: what is a station here. Nil if it names neither.
  public var station: String?
  public var record: SessionRecord

  /// Which of the two an object is; nil if it is neither.
  ///
  /// Only a Session has `kwh` and a status (mod_sessions, "Session Object"); only a CDR has
  /// `total_energy` (mod_cdrs, "CDR Object").
  public static func kind(of object: JSONValue) -> Kind? {
    if object["kwh"] != nil || object["status"]?.kind == .string { return .session }
    let isCDR = object["total_energy"] != nil || object["charging_periods"] != nil
    return isCDR && object["id"] != nil ? .cdr : nil
  }

  /// - Throws: why no session can be made of it: it has no readable time, or is no object.
  public init(_ kind: Kind, _ object: JSONValue) throws(SessionRecordProblem) {
    guard object.kind == .object else { throw .notAnObject }
    var reader = OCPIReader(kind: kind, object: object)
    station = reader.station
    record = try reader.record()
  }
}

/// Makes a session record of an OCPI object.
private struct OCPIReader {
  let kind: OCPIRecord.Kind
  let object: JSONValue
  private var remarks: [SessionRecord.Remark] = []

  init(kind: OCPIRecord.Kind, object: JSONValue) {
    self.kind = kind
    self.object = object
  }

  mutating func record() throws(SessionRecordProblem) -> SessionRecord {
    let updated = try optionalTime("last_updated")
    // 2.1.1 has other names (mod_cdrs and mod_sessions of 2.1.1).
    let start = try optionalTime("start_date_time", "start_datetime")
    let end = try optionalTime("end_date_time", "stop_date_time", "end_datetime")
    guard let begin = start ?? end ?? updated else { throw .noTime }
    if start == nil || end == nil, !isOngoing { note(.missingTime) }
    var record = SessionRecord(
      source: kind == .cdr ? .cdr : .ocpiSession, names: [],
      id: identifier("session_id") ?? identifier("id") ?? "",
      knownAt: updated ?? max(begin, end ?? begin), startedAt: begin)
    record.endedAt = isOngoing ? nil : end
    record.isOngoing = isOngoing
    record.isInvalid = kind == .session && text("status") == "INVALID"
    if kind == .cdr, object["credit"]?.bool == true {
      record.creditedName = cdrName(identifier("credit_reference_id") ?? "")
    }
    record.connector = connector.flatMap { Int32($0) }
    record.token =
      object["cdr_token"]?["uid"]?.string ?? text("auth_id") ?? text("authorization_reference")
    record.energy = energy(object[kind == .cdr ? "total_energy" : "kwh"])
    record.billed = billed()
    settlePieces(&record, until: end ?? (isOngoing ? updated : nil) ?? begin)
    record.names = names(of: record)
    record.chargeName = chargeName(of: record)
    record.remarks = remarks
    return record
  }

  /// A Session that has not ended, nor will never (mod_sessions, "SessionStatus enum").
  private var isOngoing: Bool {
    kind == .session && ["ACTIVE", "PENDING", "RESERVATION"].contains(text("status") ?? "")
  }

  private mutating func note(_ remark: SessionRecord.Remark) {
    if !remarks.contains(remark) { remarks.append(remark) }
  }

  private func text(_ key: StaticString) -> String? {
    object[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  // MARK: Names

  /// An id is a string, but some write a number: it counts as it is written.
  private func identifier(_ key: StaticString) -> String? {
    guard let value = object[key], value.kind == .number else { return text(key) }
    return String(decoding: value.rawText, as: UTF8.self)
  }

  /// A CDR that names its Session is of the same session as that one. Without an id a record is told
  /// apart by what it says: equal ones are one session.
  private func names(of record: SessionRecord) -> [String] {
    let id = identifier("id")
    guard kind == .cdr else { return [id.map(sessionName) ?? "ocpi session \(record.contentName)"] }
    let session = identifier("session_id").map { [sessionName($0)] } ?? []
    return session + [id.map(cdrName) ?? "ocpi cdr \(record.contentName)"]
  }

  /// The party that an id belongs to; 2.1.1 does not name it. Ids are case-insensitive.
  private var party: String {
    "\(text("country_code") ?? "")-\(text("party_id") ?? "")".uppercased()
  }

  private func sessionName(_ id: String) -> String { "ocpi session \(party) \(id.lowercased())" }

  /// Before 2.2 no CDR names its Session. Both have the station, the start and the driver in common; some
  /// write times to the second, some finer. 2.2 has a `cdr_token` in the place of the `auth_id`.
  private func chargeName(of record: SessionRecord) -> String? {
    guard let driver = text("auth_id"), object["cdr_token"] == nil, object["session_id"] == nil,
      identifier("id") != nil
    else { return nil }
    let second = record.startedAt.millisecondsSinceEpoch / 1000
    return "ocpi charge \(second) \(driver.lowercased())"
  }

  private func cdrName(_ id: String) -> String { "ocpi cdr \(party) \(id.lowercased())" }

  // MARK: Place

  /// 2.2 has the parts of the location in the CDR and in the Session, 2.1.1 a whole Location with
  /// the one EVSE and the one connector that were used.
  var station: String? {
    let location = object["cdr_location"] ?? object["location"]
    let evse = location?["evses"]?.elements.first { _ in true }
    let candidates = [
      object["evse_uid"], location?["evse_uid"], evse?["uid"], location?["evse_id"],
      evse?["evse_id"], object["location_id"], location?["id"],
    ]
    return candidates.lazy.compactMap { $0?.string }.first { !$0.isEmpty && $0 != "#NA" }
  }

  private var connector: String? {
    let location = object["cdr_location"] ?? object["location"]
    let evse = location?["evses"]?.elements.first { _ in true }
    let candidates = [
      object["connector_id"], location?["connector_id"],
      evse?["connectors"]?.elements.first { _ in true }?["id"],
    ]
    return candidates.lazy.compactMap { $0?.string }.first { !$0.isEmpty }
  }

  // MARK: Times and amounts

  /// Without an offset OCPI means UTC (types, "DateTime type"). A day of 1970 stands for a time that
  /// nobody knows (mod_cdrs).
  private mutating func optionalTime(
    _ keys: StaticString...
  ) throws(SessionRecordProblem) -> Instant? {
    for key in keys {
      guard let value = object[key], !value.isNull else { continue }
      guard let instant = value.text.flatMap({ Instant(ocpi: $0) }) else {
        note(.unreadableField)
        continue
      }
      if !(0..<86_400_000 ~= instant.millisecondsSinceEpoch) { return instant }
    }
    return nil
  }

  private mutating func energy(_ value: JSONValue?) -> Energy? {
    guard let value, !value.isNull else { return nil }
    let energy = value.lenientDecimal?.scaled(toPowerOfTen: -6, rounding: .halfToEven)
    if energy == nil { note(.unreadableField) }
    return energy.map { Energy(milliwattHours: $0) }
  }

  /// 2.1.1 has a number without VAT, 2.2.1 amounts without and with it, 2.3.0 one before taxes and
  /// the taxes.
  private mutating func billed() -> BilledAmount? {
    guard let total = object["total_cost"], !total.isNull else { return nil }
    guard let currency = text("currency").flatMap({ CurrencyCode($0) }) else {
      note(.unreadableField)
      return nil
    }
    let exclVAT = (total["excl_vat"] ?? total["before_taxes"] ?? total).amount
    var inclVAT = total["incl_vat"]?.amount
    if let exclVAT, let taxes = total["taxes"], taxes.kind == .array {
      inclVAT = taxes.elements.reduce(exclVAT) { $0 + ($1["amount"]?.amount ?? .overflow) }
    }
    if inclVAT?.isOverflow == true { inclVAT = nil }
    guard exclVAT != nil || inclVAT != nil else {
      note(.unreadableField)
      return nil
    }
    return BilledAmount(currency: currency, exclVAT: exclVAT, inclVAT: inclVAT)
  }

  // MARK: Pieces

  private mutating func settlePieces(_ record: inout SessionRecord, until end: Instant) {
    let start = record.startedAt
    let end = max(start, end)
    var periods = OCPIPeriods(object["charging_periods"], from: start, until: end)
    for remark in periods.remarks { note(remark) }
    if let total = record.energy, periods.statesEnergy {
      if periods.takeForWattHours(ifTotalIs: total) { note(.periodsInWattHours) }
    }
    if periods.pieces.isEmpty {
      record.pieces = [
        .init(start: start, end: end, energy: record.energy ?? .zero, activity: .charging)
      ]
    } else {
      if !periods.statesEnergy { periods.spread(record.energy ?? .zero) }
      record.pieces = periods.pieces
      record.hasPeriods = periods.pieces.count > 1 || periods.statesEnergy
    }
  }
}

extension Instant {
  /// A time as OCPI writes it.
  init?(ocpi text: UnsafeRawBufferPointer) {
    switch Instant.parse(rfc3339: text) {
    case .instant(let instant): self = instant
    case .local(let local): self = TimeZoneTable.utc.instants(forLocal: local).first
    case nil: return nil
    }
  }
}

extension JSONValue {
  /// A number, also one in quotes, as some write it.
  var lenientDecimal: DecimalNumber? {
    decimal ?? text.flatMap { DecimalNumber(utf8: $0, grammar: .meter) }
  }

  fileprivate var amount: ExactAmount? { lenientDecimal.flatMap { ExactAmount($0) } }
}
