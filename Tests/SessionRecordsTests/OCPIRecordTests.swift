import ChargerEvents
import JSON
import Quantities
import Testing

@testable import SessionRecords

private func read(_ text: String) throws -> OCPIRecord {
  let parser = JSONParser()
  var text = text
  return try text.withUTF8 { bytes in
    let object = try parser.parse(UnsafeRawBufferPointer(bytes))
    return try OCPIRecord(try #require(OCPIRecord.kind(of: object)), object)
  }
}

private func amount(_ text: String) -> ExactAmount? {
  DecimalNumber(text).flatMap { ExactAmount($0) }
}

@Suite("CDRs and Sessions of OCPI")
struct OCPIRecordTests {
  @Test("a CDR of 2.2.1: place, token, periods as pieces, what was billed")
  func cdr221() throws {
    let found = try read(SampleOCPI.cdr())
    #expect(found.station == "EVSE-1")
    let record = found.record
    #expect(record.source == .cdr && record.id == "S-1" && record.token == "TOKEN-1")
    #expect(record.names == ["ocpi session NL-ABC s-1", "ocpi cdr NL-ABC cdr-1"])
    #expect(record.connector == 2 && record.hasPeriods)
    #expect(record.knownAt.rfc3339 == "2026-01-12T10:10:00.000Z")
    #expect(record.pieces.map(\.activity) == [.charging, .parking])
    #expect(record.pieces.map(\.energy.milliwattHours) == [20_000_000, 0])
    #expect(record.pieces[0].end.rfc3339 == "2026-01-12T09:00:00.000Z")
    #expect(record.pieces[0].maxPower == Power(milliwatts: 22_000_000))
    #expect(record.billed?.exclVAT == amount("8.00") && record.billed?.inclVAT == amount("9.68"))
    #expect(record.remarks.isEmpty)
  }

  @Test("a CDR of 2.1.1: stop_date_time, a whole location, times without an offset, one amount")
  func cdr211() throws {
    let found = try read(
      """
      {"id":"12345","start_date_time":"2015-06-29T21:39:09","stop_date_time":"2015-06-29T23:37:32",
       "auth_id":"DE8ACC12E46L89","auth_method":"WHITELIST","location":{"id":"LOC1","evses":[
       {"uid":"3256","evse_id":"BE-BEC-E041503003","connectors":[{"id":"1"}]}]},"currency":"EUR",
       "charging_periods":[{"start_date_time":"2015-06-29T21:39:09","dimensions":[
       {"type":"ENERGY","volume":15.342}]}],
       "total_cost":4.00,"total_energy":15.342,"total_time":1.973,
       "last_updated":"2015-06-29T22:01:13"}
      """)
    #expect(found.station == "3256" && found.record.connector == 1)
    #expect(found.record.names == ["ocpi cdr - 12345"])
    #expect(found.record.startedAt.rfc3339 == "2015-06-29T21:39:09.000Z")
    #expect(found.record.endedAt?.rfc3339 == "2015-06-29T23:37:32.000Z")
    #expect(found.record.energy == Energy(milliwattHours: 15_342_000))
    #expect(found.record.billed?.exclVAT == amount("4") && found.record.billed?.inclVAT == nil)
  }

  @Test("a CDR of 2.3.0: taxes are added to what comes before them")
  func cdr230() throws {
    let total =
      #"{"before_taxes":8.00,"taxes":[{"name":"VAT","amount":1.50},{"name":"x","amount":0.1}]}"#
    let billed = try read(SampleOCPI.cdr(total: total)).record.billed
    #expect(billed?.exclVAT == amount("8") && billed?.inclVAT == amount("9.6"))
  }

  @Test("a Session goes on while it is active, and is taken back when it is invalid")
  func sessions() throws {
    let active = try read(SampleOCPI.session(status: "ACTIVE", kWh: "3.5", end: nil))
    #expect(active.station == "EVSE-1" && active.record.isOngoing)
    #expect(active.record.endedAt == nil && active.record.remarks.isEmpty)
    #expect(active.record.pieces.map(\.end.rfc3339) == ["2026-01-12T08:30:00.000Z"])
    #expect(active.record.energy == Energy(milliwattHours: 3_500_000))
    let invalid = try read(SampleOCPI.session(status: "INVALID", kWh: "0", end: nil))
    #expect(invalid.record.isInvalid && !invalid.record.isOngoing)
    #expect(try read(SampleOCPI.session(status: "COMPLETED")).record.isOngoing == false)
  }

  @Test("a period with charging and parking is cut; energy without periods is spread over charging")
  func periods() throws {
    let mixed = #"""
      [{"start_date_time":"2026-01-12T08:00:00Z","dimensions":[
      {"type":"TIME","volume":0.5},{"type":"PARKING_TIME","volume":1.5}]}]
      """#
    let record = try read(SampleOCPI.cdr(periods: mixed)).record
    #expect(record.pieces.map(\.activity) == [.charging, .parking])
    #expect(record.pieces[0].end.rfc3339 == "2026-01-12T08:30:00.000Z")
    #expect(record.pieces.map(\.energy.milliwattHours) == [20_000_000, 0])
    #expect(record.remarks.isEmpty)
  }

  @Test(
    "contradictions are remarks",
    arguments: [
      (
        #"[{"type":"ENERGY","volume":20},{"type":"TIME","volume":9}]"#,
        SessionRecord.Remark.timeDisagrees
      ),
      (#"[{"type":"ENERGY","volume":20},{"type":"RESERVATION_TIME","volume":1}]"#, .reservation),
      (#"[{"type":"ENERGY","volume":-20}]"#, .negativeEnergy),
      (#"[{"type":"ENERGY","volume":"many"}]"#, .unreadableField),
    ])
  func remarks(dimensions: String, remark: SessionRecord.Remark) throws {
    let periods = #"[{"start_date_time":"2026-01-12T08:00:00Z","dimensions":\#(dimensions)}]"#
    #expect(try read(SampleOCPI.cdr(periods: periods)).record.remarks.contains(remark))
  }

  @Test("a period of a thousand million years, or of minus as many, is a remark and no crash")
  func absurdDuration() throws {
    for volume in ["-9000000000000", "9000000000000"] {
      let periods = #"""
        [{"start_date_time":"2026-01-12T08:00:00Z","dimensions":[{"type":"ENERGY","volume":20},
        {"type":"TIME","volume":\#(volume)},{"type":"PARKING_TIME","volume":\#(volume)}]}]
        """#
      let record = try read(SampleOCPI.cdr(periods: periods)).record
      #expect(record.remarks == [.timeDisagrees])
      #expect(record.pieces.first?.start == record.startedAt)
      #expect(record.pieces.last?.end == record.endedAt)
      #expect(record.pieces.map(\.energy.milliwattHours).reduce(0, +) == 20_000_000)
    }
  }

  @Test("records with a number for an id, or with none, do not replace each other")
  func numbersAndNothingForIDs() throws {
    func names(_ id: String, start: Int = 8) throws -> [String] {
      let text = SampleOCPI.session(status: "COMPLETED")
        .replacing(#""id":"S-1","#, with: id).replacing("T08:00", with: "T0\(start):00")
      return try read(text).record.names
    }
    #expect(try names(#""id":12,"#) == ["ocpi session NL-ABC 12"])
    #expect(try names(#""id":12,"#) == names(#""id":"12","#))
    #expect(try names("") == names(#""id":"","#))
    #expect(try names("") != names("", start: 9))
    let cdr = SampleOCPI.cdr().replacing(#""CDR-1""#, with: "7").replacing(#""S-1""#, with: "3")
    #expect(try read(cdr).record.names == ["ocpi session NL-ABC 3", "ocpi cdr NL-ABC 7"])
    #expect(try read(cdr).record.id == "3")
  }

  @Test("periods in any order, before the start and after the end stay within the session")
  func strayPeriods() throws {
    let periods = #"""
      [{"start_date_time":"2026-01-12T23:00:00Z","dimensions":[{"type":"ENERGY","volume":1}]},
      {"start_date_time":"2026-01-12T09:00:00Z","dimensions":[{"type":"ENERGY","volume":2}]},
      {"start_date_time":"2026-01-12T01:00:00Z","dimensions":[{"type":"ENERGY","volume":3}]}]
      """#
    let record = try read(SampleOCPI.cdr(periods: periods)).record
    let times = record.pieces.flatMap { [$0.start, $0.end] }
    #expect(times == times.sorted())
    #expect(times.first == record.startedAt && times.last == record.endedAt)
    #expect(record.pieces.map(\.energy.milliwattHours) == [3_000_000, 2_000_000, 1_000_000])
  }

  @Test("periods in Wh beside a total in kWh are taken for what they are")
  func wattHours() throws {
    let periods = #"""
      [{"start_date_time":"2026-01-12T08:00:00Z","dimensions":[{"type":"ENERGY","volume":120}]},
      {"start_date_time":"2026-01-12T08:30:00Z","dimensions":[{"type":"ENERGY","volume":19900}]}]
      """#
    let record = try read(SampleOCPI.cdr(periods: periods)).record
    #expect(record.pieces.map(\.energy.milliwattHours) == [120_000, 19_900_000])
    #expect(record.remarks == [.periodsInWattHours])
  }

  @Test("a credit CDR names the CDR that it takes back, whatever the case of its letters")
  func credit() throws {
    let credit = try read(SampleOCPI.cdr(id: "CDR-1-C", credits: "cdr-1")).record
    #expect(credit.creditedName == "ocpi cdr NL-ABC cdr-1")
  }

  @Test("a CDR and a Session of 2.1.1 have their charge in common, those of 2.2.1 an id")
  func charge() throws {
    let cdr = try read(SampleOCPI.oldCDR).record
    let session = try read(SampleOCPI.oldSession).record
    #expect(cdr.chargeName == "ocpi charge 1768204800 token-1")
    #expect(session.chargeName == cdr.chargeName && session.names != cdr.names)
    #expect(cdr.billed?.exclVAT == ExactAmount(flat: 8_000_000) && cdr.billed?.inclVAT == nil)
    #expect(try read(SampleOCPI.cdr()).record.chargeName == nil)
    #expect(try read(SampleOCPI.session(status: "ACTIVE")).record.chargeName == nil)
  }

  @Test("an object without any time is refused, one that is neither kind is not taken for one")
  func refused() throws {
    #expect(throws: SessionRecordProblem.noTime) {
      try read(#"{"id":"1","total_energy":1,"start_date_time":"1970-01-01T00:00:00Z"}"#)
    }
    let parser = JSONParser()
    var text = #"{"id":"1","elements":[]}"#
    try text.withUTF8 { bytes in
      let object = try parser.parse(UnsafeRawBufferPointer(bytes))
      #expect(OCPIRecord.kind(of: object) == nil)
    }
  }
}

/// CDRs and Sessions of 2.2.1 from 8:00 to 10:00 with 20 kWh, charged in the first hour.
enum SampleOCPI {
  static let periods = #"""
    [{"start_date_time":"2026-01-12T08:00:00Z","dimensions":[{"type":"ENERGY","volume":20},
    {"type":"TIME","volume":1},{"type":"MAX_POWER","volume":22}]},
    {"start_date_time":"2026-01-12T09:00:00Z","dimensions":[{"type":"PARKING_TIME","volume":1}]}]
    """#

  static func cdr(
    id: String = "CDR-1", periods: String = SampleOCPI.periods,
    total: String = #"{"excl_vat":8.00,"incl_vat":9.68}"#, credits: String? = nil
  ) -> String {
    let credit = credits.map { #","credit":true,"credit_reference_id":"\#($0)""# } ?? ""
    return #"""
      {"country_code":"NL","party_id":"ABC","id":"\#(id)","session_id":"S-1",
      "start_date_time":"2026-01-12T08:00:00Z","end_date_time":"2026-01-12T10:00:00Z",
      "cdr_token":{"uid":"TOKEN-1","type":"RFID"},"cdr_location":{"id":"LOC-1",
      "evse_uid":"EVSE-1","evse_id":"NL*ABC*E1","connector_id":"2"},"currency":"EUR",
      "charging_periods":\#(periods),"total_cost":\#(total),"total_energy":20,"total_time":2,
      "last_updated":"2026-01-12T10:10:00Z"\#(credit)}
      """#
  }

  /// As of 2.1.1, with another name for the end, and another way to write the start in the Session.
  static let oldCDR = #"""
    {"id":"CDR-1","start_date_time":"2026-01-12T08:00:00Z","stop_date_time":"2026-01-12T10:00:00Z",
    "auth_id":"TOKEN-1","auth_method":"WHITELIST","location":{"id":"LOC-1","evses":
    [{"uid":"EVSE-1","connectors":[{"id":"2"}]}]},"currency":"EUR","charging_periods":[],
    "total_cost":8.00,"total_energy":20,"total_time":2,"last_updated":"2026-01-12T10:10:00Z"}
    """#

  static let oldSession = #"""
    {"id":"S-1","start_datetime":"2026-01-12T08:00:00.25Z","end_datetime":"2026-01-12T10:00:00Z",
    "kwh":19.9,"auth_id":"token-1","auth_method":"WHITELIST","location":{"id":"LOC-1","evses":
    [{"uid":"EVSE-1","connectors":[{"id":"2"}]}]},"currency":"EUR","status":"COMPLETED",
    "last_updated":"2026-01-12T10:00:05Z"}
    """#

  static func session(
    status: String, kWh: String = "20", end: String? = "2026-01-12T10:00:00Z"
  ) -> String {
    let end = end.map { #""end_date_time":"\#($0)","# } ?? ""
    return #"""
      {"country_code":"NL","party_id":"ABC","id":"S-1","start_date_time":"2026-01-12T08:00:00Z",
      \#(end)"kwh":\#(kWh),"cdr_token":{"uid":"TOKEN-1"},"location_id":"LOC-1",
      "evse_uid":"EVSE-1","connector_id":"2","currency":"EUR","status":"\#(status)",
      "last_updated":"2026-01-12T08:30:00Z"}
      """#
  }
}
