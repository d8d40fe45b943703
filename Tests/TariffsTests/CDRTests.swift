import JSON
import Quantities
import Testing

@testable import Tariffs

@Suite("Pricing a CDR")
struct CDRTests {
  @Test("Periods become intervals: each ends where the next begins, the last with the CDR")
  func periods() throws {
    let cdr = try read(
      period("10:00", "ENERGY 1.5", "TIME 0.5", "MIN_POWER 2.9", "MAX_POWER 3.1"),
      period("10:30", "ENERGY 0.25", "TIME 0.25", "MAX_CURRENT 16"),
      period("10:45", "PARKING_TIME 0.25"))
    let intervals = cdr.usage.intervals
    #expect(intervals.map(\.activity) == [.charging, .charging, .parking])
    #expect(intervals.map(\.energy.milliwattHours) == [1_500_000, 250_000, 0])
    #expect(intervals.map(\.end.rfc3339).last == "2024-01-15T11:00:00.000Z")
    #expect(intervals[0].minPower == Power(milliwatts: 2_900_000))
    #expect(intervals[0].maxPower == Power(milliwatts: 3_100_000))
    #expect(intervals[1].maxCurrent == Current(milliamperes: 16_000))
    #expect(intervals.allSatisfy { $0.statedMilliseconds == nil })
    #expect(cdr.notes.isEmpty)
  }

  @Test(
    "A third of an hour is the clock's, however many digits it is written with",
    arguments: ["0.333", "0.3333", "0.3334", "0.33333333"])
  func rounding(hours: String) throws {
    let cdr = try read(period("10:00", "TIME \(hours)"), end: "10:20")
    #expect(cdr.usage.intervals[0].statedMilliseconds == nil)
    // Five minutes of 0.0834 h are 0.30 at 3.60 an hour, not 0.3002.
    let five = try read(period("10:00", "TIME 0.0834"), end: "10:05")
    #expect(try total(tariff(element("TIME 3.60/1")), five.usage) == "0.3/0.3")
  }

  @Test("A volume that is another time is billed as stated, with a note")
  func otherVolume() throws {
    let cdr = try read(period("10:00", "TIME 0.5"), end: "11:00")
    #expect(cdr.usage.intervals[0].statedMilliseconds == 1_800_000)
    #expect(cdr.notes.map(\.code) == [.contradiction])
    #expect(try total(tariff(element("TIME 2/1")), cdr.usage) == "1/1")
  }

  @Test("A stated time is shared out when a price changes inside the period")
  func statedTimeIsCut() throws {
    let cdr = try read(period("10:00", "TIME 0.5"), end: "11:00")
    let prices = try tariff(
      element("TIME 2/1", when: #""end_time": "10:30""#), element("TIME 4/1"))
    // 15 of the 30 stated minutes before 10:30.
    #expect(try total(prices, cdr.usage) == "1.5/1.5")
  }

  @Test("A period without any time bills its energy only")
  func energyOnly() throws {
    let cdr = try read(period("10:00", "ENERGY 2"))
    let pricing = try CDRPricing(cdr, with: tariff(element("TIME 1/1", "ENERGY 1/1")), zone: nil)
    #expect(short(pricing.cost.total.amount.exclVAT) == "2")
    #expect(pricing.notes.contains { $0.code == .unpriced && $0.message.contains("no time") })
  }

  @Test("Charging and parking in one period follow each other")
  func severalTimes() throws {
    let cdr = try read(period("10:00", "ENERGY 2", "TIME 0.75", "PARKING_TIME 0.25"))
    #expect(cdr.usage.intervals.map(\.activity) == [.charging, .parking])
    #expect(cdr.usage.intervals[0].end == instant("2024-01-15T10:45:00Z"))
    #expect(cdr.usage.intervals.map(\.energy.wattHours) == [2000, 0])
    #expect(cdr.periods == [0, 0])
    #expect(cdr.notes.map(\.code) == [.contradiction])
  }

  @Test("The session starts after the reservation")
  func reservation() throws {
    let cdr = try read(period("10:00", "RESERVATION_TIME 0.25"), period("10:15", "TIME 0.75"))
    #expect(cdr.usage.startedAt == instant("2024-01-15T10:15:00Z"))
    #expect(!cdr.usage.isReservationExpired)
  }

  @Test("A CDR of reserved time only says how an expired reservation is priced")
  func reservationOnly() throws {
    #expect(
      try read(period("10:00", "RESERVATION_TIME 1")).notes.map(\.code) == [.reservation])
    let expired = try read(period("10:00", "RESERVATION_TIME 1"), expired: true)
    #expect(expired.usage.isReservationExpired && expired.notes.isEmpty)
  }

  @Test("Periods out of order are put in order, and those outside of the CDR are priced")
  func disorder() throws {
    let cdr = try read(
      period("10:30", "TIME 0.5"), period("09:30", "TIME 0.5"), period("10:00", "TIME 0.5"))
    #expect(cdr.periods == [1, 2, 0])
    #expect(cdr.notes.map(\.code) == [.contradiction, .contradiction])
    #expect(try total(tariff(element("TIME 2/1")), cdr.usage) == "3/3")
  }

  @Test("Unknown times of 1970 do not become durations")
  func unknownTimes() throws {
    let json = cdrText(
      period("10:00", "TIME 0.5"), start: "1970-1-1T00:00:00Z", end: "1970-1-1T00:00:00Z")
    let cdr = try readCDR(json)
    #expect(cdr.usage.startedAt == instant("2024-01-15T10:00:00Z"))
    #expect(cdr.usage.intervals[0].end == instant("2024-01-15T10:30:00Z"))
  }

  @Test("The periods' parking counts, not the total that the CDR states")
  func statedParking() throws {
    let cdr = try read(
      period("10:00", "TIME 0.5"), period("10:30", "PARKING_TIME 0.5"),
      more: #""total_parking_time": 2,"#)
    #expect(try total(tariff(element("PARKING_TIME 2/1")), cdr.usage) == "1/1")
  }

  @Test("Contradictions with the tariff and inside the CDR are noted")
  func contradictions() throws {
    let cdr = try read(
      period("10:00", "ENERGY 2", "TIME 1", tariff: "T9"),
      more: #""total_energy": 2.5, "credit": true, "currency": "SEK","#)
    let pricing = try CDRPricing(cdr, with: tariff(element("ENERGY 1/1 +0")), zone: nil)
    let codes = pricing.notes.map(\.code)
    #expect(codes == [.contradiction, .credit, .zoneAssumed, .otherTariff, .contradiction])
  }

  @Test(
    "A bad CDR is refused with its path",
    arguments: [
      ("$.charging_periods", #"{"charging_periods": []}"#),
      (
        "$",
        #"{"charging_periods": [{"start_date_time": "2024-01-15T10:00:00Z", "dimensions": []}]}"#
      ),
      (
        "$.charging_periods[0].start_date_time",
        #"{"charging_periods": [{"start_date_time": 5, "dimensions": []}]}"#
      ),
      ("$.charging_periods[0].dimensions[0].volume", cdrText(period("10:00", #"TIME "1""#))),
      ("$.charging_periods[0].dimensions[0].volume", cdrText(period("10:00", "TIME -1"))),
      ("$.charging_periods[0].dimensions[0].volume", cdrText(period("10:00", "TIME 1e300"))),
      ("$.charging_periods[0].dimensions[0].volume", cdrText(period("10:00", "ENERGY 1e300"))),
    ])
  func badCDR(path: String, json: String) {
    let error = #expect(throws: JSONPathError.self) { try readCDR(json) }
    #expect(error?.path == path)
  }

  @Test("The JSON names every amount's element, component and period")
  func output() throws {
    let cdr = try read(
      period("10:00", "ENERGY 3", "TIME 0.5"), period("10:30", "PARKING_TIME 0.5"),
      more: #""id": "C1", "total_cost": {"excl_vat": 1.25, "incl_vat": 1.4},"#)
    let prices = try tariff(
      element("FLAT 0.5/1 +20", "ENERGY 0.25/1 +10"), element("PARKING_TIME 1/2400"))
    var writer = JSONWriter()
    try CDRPricing(cdr, with: prices, zone: .utc).write(to: &writer)
    try JSONParser().withParsed(utf8: writer.bytes) { json in
      #expect(json["cdr_id"]?.string == "C1" && json["currency"]?.string == "EUR")
      #expect(json["total_cost"]?["excl_vat"]?.string == "1.92")
      #expect(json["total_cost"]?["incl_vat"]?.string == "2.09")
      #expect(json["total_cost_exact"]?["excl_vat"]?.string == "1.916666666666666667")
      #expect(json["total_cost_fraction"]?["excl_vat"]?.string == "23/12")
      #expect(json["stated_total_cost"]?["incl_vat"]?.string == "1.400000000000000000")
      let segments = try #require(json["segments"]).elements.map { $0 }
      #expect(segments.count == 2)
      let charges = try #require(segments[0]["charges"]).elements.map { $0 }
      #expect(charges.map { $0["dimension"]?.string } == ["FLAT", "ENERGY"])
      #expect(charges[1]["element"]?.int64 == 0 && charges[1]["component"]?.int64 == 1)
      #expect(charges[1]["energy_mwh"]?.int64 == 3_000_000)
      #expect(charges[1]["price"]?.string == "0.250000")
      #expect(charges[1]["vat_percent"]?.string == "10.0000")
      #expect(segments[1]["period"]?.int64 == 1)
      #expect(segments[1]["activity"]?.string == "parking")
      let step = try #require(json["steps"]?.elements.first { _ in true })
      #expect(step["added_time_ms"]?.int64 == 600_000)
      #expect(json["notes"]?.elements.contains { $0["code"]?.string == "vat_omitted" } == true)
    }
  }

  @Test("negative energy lowers the cost, and a note says where it stands")
  func negativeEnergy() throws {
    let cdr = try read(period("10:00", "ENERGY 3"), period("10:30", "ENERGY -1.25"))
    let note = try #require(cdr.notes.first { $0.code == .negativeEnergy })
    #expect(
      note.message == "$.charging_periods[1].dimensions[0].volume: -1.25 kWh is negative; it is "
        + "priced as energy that was fed back, and lowers the cost. An import counts it as none")
    let cost = try CDRPricing(cdr, with: tariff(element("ENERGY 0.20/1")), zone: .utc).cost
    #expect(cost.total.amount.exclVAT.decimalString(decimals: 4) == "0.3500")
    #expect(try read(period("10:00", "ENERGY 0")).notes.allSatisfy { $0.code != .negativeEnergy })
  }
}

/// A charging period; a dimension is `TYPE volume`.
private func period(_ time: String, _ dimensions: String..., tariff: String? = nil) -> String {
  let parts = dimensions.map { text in
    let words = text.split(separator: " ")
    return #"{"type": "\#(words[0])", "volume": \#(words[1])}"#
  }
  let tariffID = tariff.map { #", "tariff_id": "\#($0)""# } ?? ""
  return """
    {"start_date_time": "2024-01-15T\(time):00Z", "dimensions": [\(parts.joined(separator: ","))]
     \(tariffID)}
    """
}

private func cdrText(
  _ periods: String..., start: String = "2024-01-15T10:00:00Z",
  end: String = "2024-01-15T11:00:00Z", more: String = ""
) -> String {
  """
  {\(more) "start_date_time": "\(start)", "end_date_time": "\(end)",
   "charging_periods": [\(periods.joined(separator: ","))]}
  """
}

private func read(
  _ periods: String..., end: String = "11:00", more: String = "", expired: Bool = false
) throws -> CDRUsage {
  let text = cdrText(
    periods.joined(separator: ","), end: "2024-01-15T\(end):00Z", more: more)
  return try readCDR(text, expired: expired)
}

private func readCDR(_ json: String, expired: Bool = false) throws -> CDRUsage {
  try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
    try CDRUsage(json: value, isReservationExpired: expired)
  }
}
