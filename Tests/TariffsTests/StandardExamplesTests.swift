import Quantities
import Testing

@testable import Tariffs

/// The sums that OCPI's own examples come to, with the corrections to its misprints.
@Suite("Prices that the standard names")
struct StandardExamplesTests {
  private let monday = "2024-01-15T09:30:00Z"

  @Test("20 kWh at 0.25 and 10 % VAT cost 5.00 and 5.50")
  func energy() throws {
    let session = usage(monday, .charge(minutes: 60, wh: 20_000))
    #expect(try total(tariff(element("ENERGY 0.25/1 +10")), session) == "5/5.5")
  }

  @Test("A start fee of 0.50 with 20 % VAT makes that 5.50 and 6.10")
  func startFee() throws {
    let prices = try tariff(element("FLAT 0.50/1 +20", "ENERGY 0.25/1 +10"))
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: 20_000))) == "5.5/6.1")
  }

  @Test("40 minutes of parking in steps of 15 make it 7.00 and 7.90")
  func parking() throws {
    let prices = try tariff(
      element("FLAT 0.50/1 +20", "ENERGY 0.25/1 +10", "PARKING_TIME 2/900 +20"))
    let session = usage(monday, .charge(minutes: 60, wh: 20_000), .park(minutes: 40))
    #expect(try total(prices, session) == "7/7.9")
  }

  @Test("150 minutes at 3 and 42 of parking at 5 cost 11.25 and 12.75")
  func timeAndParking() throws {
    let prices = try tariff(element("TIME 3/60 +10", "PARKING_TIME 5/300 +20"))
    let session = usage(monday, .charge(minutes: 150), .park(minutes: 42))
    #expect(try total(prices, session) == "11.25/12.75")
  }

  @Test("A rate of 5.2 % VAT on 4.75 is exact, and rounds to 5.00")
  func vatWithDecimals() throws {
    let prices = try CompiledTariff(tariff(element("TIME 1.9/300 +5.2")), zone: nil)
    let cost = try prices.price(usage(monday, .charge(minutes: 150)))
    #expect(short(cost.total.amount.inclVAT) == "4.997")
    #expect(cost.total.amount.inclVAT.decimalString(in: cost.currency) == "5.00")
  }

  @Test("20.45 kWh in steps of 100 Wh at 0.25 cost 5.125 and 5.6375")
  func energyStep() throws {
    let session = usage(monday, .charge(minutes: 60, wh: 20_450))
    #expect(try total(tariff(element("ENERGY 0.25/100 +10")), session) == "5.125/5.6375")
  }

  @Test("Monday, 147 minutes at 16 A and 42 of parking: the charging is not rounded")
  func complexOnMonday() throws {
    let session = usage(monday, .charge(minutes: 147, amperes: 16), .park(minutes: 42))
    // 2.50 + 2.45 x 1 + 0.75 x 5
    #expect(try total(Self.complex(), session) == "8.7/9.94")
  }

  @Test("Saturday, 114 minutes at 43 A and 71 of parking: 12.375 and 13.975, not 12.28 and 13.861")
  func complexOnSaturday() throws {
    let session = usage(
      "2024-01-20T13:30:00Z", .charge(minutes: 114, amperes: 43), .park(minutes: 71))
    #expect(try total(Self.complex(), session) == "12.375/13.975")
  }

  @Test("Power decides interval by interval: 1 + 40 + 0.5 kWh cost 20.30")
  func power() throws {
    let prices = try tariff(
      element("ENERGY 0.20/1", when: #""max_power": 16.00"#),
      element("ENERGY 0.35/1", when: #""max_power": 32.00"#), element("ENERGY 0.50/1"))
    let session = usage(
      monday, .charge(minutes: 10, wh: 1000, kW: 6), .charge(minutes: 50, wh: 40_000, kW: 48),
      .charge(minutes: 8, wh: 500, kW: 4))
    #expect(try total(prices, session) == "20.3/20.3")
  }

  @Test("Free for 30 minutes, then 0.25: 1.2 kWh of 6.2 cost 0.30")
  func freeAtFirst() throws {
    let prices = try tariff(
      element("ENERGY 0.00/1", when: #""max_duration": 1800"#),
      element("ENERGY 0.25/1", when: #""max_duration": 3600"#), element("ENERGY 0.40/1"))
    let session = usage(monday, .charge(minutes: 30, wh: 5000), .charge(minutes: 10, wh: 1200))
    #expect(try total(prices, session) == "0.3/0.3")
  }

  @Test("A free tariff costs nothing")
  func free() throws {
    let session = usage(monday, .charge(minutes: 30, wh: 5000), .park(minutes: 600))
    #expect(try total(tariff(element("FLAT 0.00/0")), session) == "0/0")
  }

  /// A start fee, time by current and kind of day, parking by day and hour.
  private static func complex() throws -> Tariff {
    let weekdays = #""day_of_week": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]"#
    return try tariff(
      element("FLAT 2.50/1 +15"),
      element("TIME 1.00/900 +20", when: #""max_current": 32.00"#),
      element("TIME 2.00/600 +20", when: #""min_current": 32.00, \#(weekdays)"#),
      element(
        "TIME 1.25/600 +20", when: #""min_current": 32, "day_of_week": ["SATURDAY", "SUNDAY"]"#),
      element(
        "PARKING_TIME 5.00/300 +10",
        when: #""start_time": "09:00", "end_time": "18:00", \#(weekdays)"#),
      element(
        "PARKING_TIME 6.00/300 +10",
        when: #""start_time": "10:00", "end_time": "17:00", "day_of_week": ["SATURDAY"]"#))
  }
}
