import Foundation
import Testing

@Suite("Pricing one CDR")
struct PriceTests {
  /// A CDR of one hour of charging with this energy, and half an hour of parking after it.
  private func cdr(energy: String = "20.0", start: String = "2026-03-02T12:00:00Z") -> String {
    """
    {"id":"C1","start_date_time":"\(start)","end_date_time":"2026-03-02T13:30:00Z",
    "currency":"EUR","charging_periods":[
    {"start_date_time":"\(start)","dimensions":[
    {"type":"ENERGY","volume":\(energy)},{"type":"TIME","volume":1.0}]},
    {"start_date_time":"2026-03-02T13:00:00Z","dimensions":[{"type":"PARKING_TIME","volume":0.5}]}],
    "total_cost":{"excl_vat":0},"total_energy":\(energy),"total_time":1.5,
    "last_updated":"2026-03-02T14:00:00Z"}
    """
  }

  private let components = """
    {"type":"FLAT","price":0.50,"vat":20,"step_size":1},
    {"type":"ENERGY","price":0.25,"vat":10,"step_size":1},
    {"type":"TIME","price":2.00,"vat":20,"step_size":60},
    {"type":"PARKING_TIME","price":5.00,"vat":20,"step_size":300}
    """

  private func price(_ tariff: String, _ cdr: String, _ more: String...) throws -> Ending {
    let workspace = try Workspace()
    return try workspace.start(
      [
        "price", "--tariff", workspace.write("tariff.json", tariff), "--cdr",
        workspace.write("cdr.json", cdr), "--format", "json",
      ] + more
    ).wait()
  }

  @Test("Energy, time, parking and a flat fee add up with their own VAT")
  func sum() throws {
    // 0.50 + 20 × 0.25 + 1 × 2.00 + 0.5 × 5.00; VAT is 10 % on the energy, 20 % on the rest.
    let found = try price(tariff("T", components), cdr()).json
    #expect(found["currency"] as? String == "EUR")
    let total = try #require(found["total_cost"] as? [String: Any])
    #expect(total["excl_vat"] as? String == "10.00" && total["incl_vat"] as? String == "11.50")
    let exact = try #require(found["total_cost_exact"] as? [String: Any])
    #expect((exact["excl_vat"] as? String)?.hasPrefix("10.000000") == true)
    #expect((found["segments"] as? [Any])?.isEmpty == false && found["notes"] is [Any])
  }

  @Test("A tariff with restrictions in local time needs the zone, and gets it")
  func localTime() throws {
    let energy = #"{"type":"ENERGY","price":1.00,"step_size":1}"#
    // 12:00 in UTC is 13:00 in Berlin.
    let afternoon = tariff("T", energy, restrictions: #"{"start_time":"13:00","end_time":"18:00"}"#)
    let missing = try price(afternoon, cdr())
    #expect(missing.code == 2 && missing.errors.contains("time zone"))
    func total(_ zone: String) throws -> String? {
      let found = try price(afternoon, cdr(), "--time-zone", zone).json
      return (found["total_cost"] as? [String: Any])?["excl_vat"] as? String
    }
    #expect(try total("Europe/Berlin") == "20.00")
    #expect(try total("Europe/London") == "0.00")
    let unknown = try price(afternoon, cdr(), "--time-zone", "Moon/Base")
    #expect(unknown.code == 2 && unknown.errors.contains("Moon/Base"))
  }

  @Test("A CDR that says nothing sensible is refused with the place of the mistake")
  func badCDRs() throws {
    let cases = [
      ("", "cdr.json"), ("{}", "charging_periods"), ("[1]", "cdr.json"), ("{", ":1:"),
      (cdr(energy: "\"much\""), "volume"), (cdr(energy: "1e400"), "volume"),
      (cdr(start: "yesterday"), "start_date_time"),
    ]
    for (text, place) in cases {
      let ending = try price(tariff("T", components), text)
      #expect(ending.code == 2 && ending.errors.contains(place), "\(text): \(ending.errors)")
      #expect(ending.output.isEmpty)
    }
  }

  @Test("Amounts beyond all sense are an error or exact, never a crash")
  func hugeAmounts() throws {
    let expensive = tariff("T", #"{"type":"ENERGY","price":999999999999,"step_size":1}"#)
    let ending = try price(expensive, cdr(energy: "999999999999"))
    #expect([0, 2].contains(ending.code), "\(ending.signal ?? 0) \(ending.errors)")
    #expect(ending.code == 2 || ending.text.contains("999999999998000000000001"))
  }

  @Test("A reservation that nobody used is priced only if it is said so")
  func expiredReservation() throws {
    let reserved = cdr().replacing(
      #"{"type":"PARKING_TIME","volume":0.5}"#,
      with: #"{"type":"RESERVATION_TIME","volume":0.5}"#)
    let expired = tariff(
      "T", #"{"type":"TIME","price":4.00,"step_size":1}"#,
      restrictions: #"{"reservation":"RESERVATION_EXPIRES"}"#)
    func total(_ more: String...) throws -> String? {
      let workspace = try Workspace()
      let words = [
        "price", "--tariff", try workspace.write("tariff.json", expired), "--cdr",
        try workspace.write("cdr.json", reserved), "--format", "json",
      ]
      let found = try workspace.start(words + more).wait().json
      return (found["total_cost"] as? [String: Any])?["excl_vat"] as? String
    }
    #expect(try total() == "0.00")
    #expect(try total("--reservation-expired") == "2.00")
  }
}
