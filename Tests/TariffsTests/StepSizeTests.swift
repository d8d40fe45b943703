import Quantities
import Testing

@testable import Tariffs

/// mod_cdrs, "step_size", and the examples of PriceComponent.
@Suite("Rounding up to the step size")
struct StepSizeTests {
  @Test(
    "115.2 Wh cost 0.029 in steps of 1 Wh, 0.03125 in steps of 25 and 0.125 in steps of 500",
    arguments: [(1, "0.029"), (25, "0.03125"), (500, "0.125")])
  func wattHours(step: Int, expected: String) throws {
    var session = usage("2024-01-15T10:00:00Z", .charge(minutes: 5))
    session.intervals[0].energy = Energy(milliwattHours: 115_200)
    #expect(
      try total(tariff(element("ENERGY 0.25/\(step)")), session) == "\(expected)/\(expected)")
  }

  @Test("5.4 kWh in steps of 500 Wh are billed as 5.5 kWh, the addition at the last price")
  func energyAcrossPrices() throws {
    let prices = try tariff(
      element("ENERGY 0.20/500", when: #""end_time": "17:00""#), element("ENERGY 0.27/500"))
    let session = usage(
      "2024-01-15T16:00:00Z", .charge(minutes: 60, wh: 4300), .charge(minutes: 30, wh: 1100))
    // 4.3 x 0.20 + 1.2 x 0.27
    #expect(try total(prices, session) == "1.184/1.184")
  }

  @Test("6 + 22 minutes in steps of 10 minutes bill 24 minutes at the later price")
  func timeAcrossPrices() throws {
    let prices = try tariff(
      element("TIME 5/600", when: #""end_time": "17:00""#), element("TIME 7/600"))
    let session = usage("2024-01-15T16:54:00Z", .charge(minutes: 28))
    // 0.5 + 24/60 x 7
    #expect(try total(prices, session) == "3.3/3.3")
  }

  @Test("After 21 minutes of charging, 16 minutes of parking become 20 and the charging stays 21")
  func parkingTakesTheRounding() throws {
    let prices = try tariff(element("TIME 1/600", "PARKING_TIME 2/600"))
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 21), .park(minutes: 16))
    // 0.35 + 20/60 x 2
    #expect(
      try total(prices, session) == "1.016666666666666667/1.016666666666666667")
  }

  @Test("A multiple of the step stays as it is", arguments: [1, 300, 900])
  func exactMultiple(step: Int) throws {
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 45))
    #expect(try total(tariff(element("TIME 2/\(step)")), session) == "1.5/1.5")
  }

  @Test("Only the step of the last price counts: 25 + 10 minutes become 45 in steps of 15")
  func lastStepCounts() throws {
    let session = usage("2024-01-15T16:35:00Z", .charge(minutes: 35))
    #expect(try total(Self.evening(), session) == "1.3/1.3")
  }

  @Test("Ten minutes across a price change and two of parking cost 0.55, not 0.383")
  func chargingIsExactBeforeParking() throws {
    let session = usage("2024-01-15T16:55:00Z", .charge(minutes: 10), .park(minutes: 2))
    #expect(try total(Self.evening(), session) == "0.55/0.55")
  }

  @Test("Parking that is free after 20:00 does not count into the step: 0.73, not 0.78")
  func freeParkingIsNotRounded() throws {
    let session = usage("2024-01-15T19:40:00Z", .charge(minutes: 12), .park(minutes: 20))
    #expect(try total(Self.evening(), session) == "0.73/0.73")
  }

  @Test("With all parking free, the charging time takes the rounding")
  func onlyFreeParking() throws {
    let session = usage("2024-01-15T19:55:00Z", .charge(minutes: 10), .park(minutes: 2))
    #expect(try total(Self.evening(), session) == "0.6/0.6")
  }

  @Test("Parking takes the rounding even if charging comes after it")
  func parkingBeforeCharging() throws {
    let prices = try tariff(element("TIME 1/600", "PARKING_TIME 2/600"))
    let session = usage("2024-01-15T10:00:00Z", .park(minutes: 6), .charge(minutes: 21))
    // 10/60 x 2 + 0.35
    #expect(
      try total(prices, session) == "0.683333333333333333/0.683333333333333333")
  }

  @Test("A step of 0 does not round")
  func stepZero() throws {
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 1, wh: 333))
    #expect(try total(tariff(element("ENERGY 0.30/0")), session) == "0.0999/0.0999")
  }

  @Test("The addition is shown with the price that it was billed at")
  func additionIsExplained() throws {
    let compiled = try CompiledTariff(Self.evening(), zone: .utc)
    let cost = try compiled.price(usage("2024-01-15T16:35:00Z", .charge(minutes: 35)))
    let step = try #require(cost.steps.first)
    #expect(cost.steps.count == 1)
    #expect(step.price.element == 1 && step.price.component == 0 && step.stepSize == 900)
    #expect(step.used == 35 * 60_000 && step.added == 10 * 60_000)
    #expect(short(step.amount.exclVAT) == "0.4")
    #expect(cost.lines.map(\.billed) == [25 * 60_000, 20 * 60_000])
  }

  /// Cheaper charging before 17:00, parking free after 20:00.
  private static func evening() throws -> Tariff {
    try tariff(
      element("TIME 1.20/1800", "PARKING_TIME 1.00/900", when: #""end_time": "17:00""#),
      element(
        "TIME 2.40/900", "PARKING_TIME 1.00/900",
        when: #""start_time": "17:00", "end_time": "20:00""#),
      element("TIME 2.40/900", when: #""start_time": "20:00", "end_time": "23:59""#))
  }
}
