import Quantities
import Testing

@testable import Tariffs

/// One test for each reading of docs/decisions/0009-pricing-rules.md that no other suite shows.
@Suite("Where the standard leaves room")
struct FuzzySpotTests {
  private let monday = "2024-01-15T10:00:00Z"

  @Test("A price of zero is a price: what it covers counts into the step")
  func zeroIsAPrice() throws {
    let prices = try tariff(
      element("TIME 0/600", when: #""max_duration": 600"#), element("TIME 6/600"))
    // 10 free minutes and 8 at 6.00: 18 become 20.
    #expect(try total(prices, usage(monday, .charge(minutes: 18))) == "1/1")
  }

  @Test("A flat fee is due once, the first that applies, however often others apply")
  func flatOnce() throws {
    let prices = try tariff(
      element("FLAT 1/1", when: #""start_time": "11:00", "end_time": "12:00""#),
      element("FLAT 3/1", when: #""start_time": "12:00""#))
    #expect(try total(prices, usage(monday, .charge(minutes: 300))) == "1/1")
    #expect(try total(prices, usage(monday, .charge(minutes: 30))) == "0/0")
  }

  @Test("A flat fee that begins to apply in the middle of an interval opens a segment there")
  func flatInTheMiddle() throws {
    let prices = try tariff(
      element("ENERGY 0.10/1"), element("FLAT 1/1", when: #""min_duration": 900"#))
    let session = usage(monday, .charge(minutes: 60, wh: 4000))
    #expect(try total(prices, session) == "1.4/1.4")
    let segments = try CompiledTariff(prices, zone: nil).price(session).segments
    #expect(segments.map(\.charges.count) == [1, 2])
    #expect(segments[1].start == instant("2024-01-15T10:15:00Z"))
    #expect(segments[1].charges[0].price.dimension == .flat)
  }

  @Test("An element that asks for unknown power does not apply, and a note says so")
  func unknownPower() throws {
    let prices = try tariff(
      element("ENERGY 0.20/1", when: #""max_power": 16"#), element("ENERGY 0.50/1"))
    let session = usage(monday, .charge(minutes: 60, wh: 1000))
    #expect(try total(prices, session) == "0.5/0.5")
    let notes = try CompiledTariff(prices, zone: nil).price(session).notes
    #expect(notes.contains { $0.code == .electricityUnknown })
  }

  @Test(
    "A window that ends at 00:00 ends with the day; one that ends when it starts is all day",
    arguments: [
      (#""end_time": "00:00""#, "24/24"), (#""start_time": "18:00", "end_time": "00:00""#, "6/6"),
      (#""start_time": "07:00", "end_time": "07:00""#, "24/24"),
      (#""start_time": "18:00""#, "6/6"), (#""end_time": "06:00""#, "6/6"),
    ])
  func windows(restrictions: String, expected: String) throws {
    let prices = try tariff(element("TIME 1/1", when: restrictions))
    let day = usage("2024-01-15T00:00:00Z", .charge(minutes: 24 * 60))
    #expect(try total(prices, day) == expected)
  }

  @Test("A window past midnight goes by the day of the week of each moment")
  func windowPastMidnight() throws {
    let prices = try tariff(
      element(
        "TIME 1/1", when: #""start_time": "22:00", "end_time": "06:00", "day_of_week": ["MONDAY"]"#)
    )
    // Monday 00:00 to 06:00 and 22:00 to 24:00, nothing of Tuesday.
    let session = usage("2024-01-14T12:00:00Z", .charge(minutes: 72 * 60))
    #expect(try total(prices, session) == "8/8")
  }

  @Test("Without VAT the cost with VAT is the cost without, and a note says so")
  func vatOmitted() throws {
    let prices = try tariff(element("ENERGY 1/1", "TIME 1/1 +0.0"))
    let session = usage(monday, .charge(minutes: 60, wh: 1000))
    #expect(try total(prices, session) == "2/2")
    let notes = try CompiledTariff(prices, zone: nil).price(session).notes
    let omitted = notes.filter { $0.code == .vatOmitted }
    #expect(omitted.map(\.message).joined().contains("elements[0].price_components[0]"))
    #expect(omitted.count == 1)
  }

  @Test("One rounding at the end: halves go to the even cent")
  func rounding() throws {
    let prices = try tariff(element("ENERGY 0.25/500"))
    let cost = try CompiledTariff(prices, zone: nil).price(
      usage(monday, .charge(minutes: 60, wh: 500)))
    #expect(short(cost.total.amount.exclVAT) == "0.125")
    #expect(cost.total.amount.exclVAT.decimalString(in: cost.currency) == "0.12")
  }

  @Test("The second price of a dimension in one element is not used")
  func duplicateDimension() throws {
    let prices = try tariff(element("ENERGY 0.10/1", "ENERGY 0.90/1"))
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: 1000))) == "0.1/0.1")
  }

  @Test("Where no element matches, energy is free, and a note says how much")
  func gap() throws {
    let prices = try tariff(element("ENERGY 0.10/1", when: #""max_kwh": 1"#))
    let session = usage(monday, .charge(minutes: 60, wh: 3000))
    #expect(try total(prices, session) == "0.1/0.1")
    let notes = try CompiledTariff(prices, zone: nil).price(session).notes
    #expect(notes.contains { $0.code == .unpriced && $0.message.contains("2000 Wh") })
  }

  @Test("Energy fed back is paid back, and its total is not rounded up")
  func negativeEnergy() throws {
    let prices = try tariff(element("ENERGY 0.10/500"))
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: -1234))) == "-0.1234/-0.1234")
  }

  @Test("A session without any interval still owes its flat fee")
  func nothingUsed() throws {
    let prices = try tariff(element("FLAT 1/1 +20", "ENERGY 1/1"))
    #expect(try total(prices, usage(monday)) == "1/1.2")
    #expect(try total(prices, usage(monday, expired: true)) == "0/0")
  }
}

@Suite("Least and greatest cost")
struct PriceLimitTests {
  private let monday = "2024-01-15T10:00:00Z"

  @Test(
    "Under 2 kWh at 0.25 the minimum of 0.50 and 0.55 is due",
    arguments: [(20_000, "5/5.5"), (1999, "0.5/0.55"), (2000, "0.5/0.55"), (0, "0.5/0.55")])
  func minimum(wattHours: Int64, expected: String) throws {
    let prices = try tariff(
      element("ENERGY 0.25/1 +10"), more: #""min_price": {"excl_vat": 0.50, "incl_vat": 0.55},"#)
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: wattHours))) == expected)
  }

  @Test(
    "A maximum of 10 and 11 holds 50 kWh and leaves 30 kWh alone",
    arguments: [(50_000, "10/11"), (30_000, "8/8.85")])
  func maximum(wattHours: Int64, expected: String) throws {
    let prices = try tariff(
      element("FLAT 0.50/1 +20", "ENERGY 0.25/1 +10"),
      more: #""max_price": {"excl_vat": 10, "incl_vat": 11},"#)
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: wattHours))) == expected)
  }

  @Test("The limits with and without VAT apply on their own")
  func independent() throws {
    let prices = try tariff(
      element("ENERGY 1/1 +20"), more: #""max_price": {"excl_vat": 9, "incl_vat": 10},"#)
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: 8500))) == "8.5/10")
  }

  @Test("A limit without VAT moves the cost with VAT in proportion, and a note says so")
  func limitWithoutVAT() throws {
    let prices = try tariff(
      element("FLAT 5/1", "ENERGY 1/1 +20"), more: #""max_price": {"excl_vat": 12.5},"#)
    let session = usage(monday, .charge(minutes: 60, wh: 20_000))
    #expect(try total(prices, session) == "12.5/14.5")
    let notes = try CompiledTariff(prices, zone: nil).price(session).notes
    #expect(notes.map(\.code).contains(.limitWithoutVAT))
    #expect(notes.map(\.code).contains(.limited))
  }

  @Test("Of nothing the minimum has no VAT rate, so both amounts are the limit")
  func minimumOfNothing() throws {
    let prices = try tariff(element("ENERGY 1/1 +20"), more: #""min_price": {"excl_vat": 2},"#)
    #expect(try total(prices, usage(monday, .charge(minutes: 60))) == "2/2")
  }

  @Test(
    "Where fed-back energy leaves no VAT rate between 0 and 100 %, both amounts are the limit",
    arguments: [(-1050, "0.5/0.5"), (-950, "0.5/0.5"), (-500, "0.5/0.7")])
  func minimumOfAMix(wattHours: Int64, expected: String) throws {
    // 1.00 and 1.20, less what is paid back: -0.05 and 0.15, 0.05 and 0.25, 0.50 and 0.70.
    let prices = try tariff(
      element("FLAT 1/1 +20", "ENERGY 1/1"), more: #""min_price": {"excl_vat": 0.50},"#)
    #expect(try total(prices, usage(monday, .charge(minutes: 60, wh: wattHours))) == expected)
  }
}

@Suite("Sessions that no tariff can price")
struct PricingErrorTests {
  private let monday = "2024-01-15T10:00:00Z"

  @Test(
    "A restriction about local time needs a zone",
    arguments: [
      #""start_time": "10:00""#, #""end_time": "10:00""#, #""start_date": "2024-01-01""#,
      #""end_date": "2024-01-01""#, #""day_of_week": ["MONDAY"]"#,
    ])
  func zoneNeeded(restriction: String) throws {
    let prices = try tariff(element("TIME 1/1"), element("TIME 1/1", when: restriction))
    let error = #expect(throws: PricingError.self) { try CompiledTariff(prices, zone: nil) }
    let key = String(restriction.split(separator: "\"")[0])
    #expect(error?.description.contains("$.elements[1].restrictions.\(key)") == true)
  }

  @Test("An interval that runs backwards is refused")
  func backwards() throws {
    var session = usage(monday, .charge(minutes: 10))
    session.intervals[0].end = instant("2024-01-15T09:00:00Z")
    let compiled = try CompiledTariff(tariff(element("TIME 1/1")), zone: nil)
    #expect(throws: PricingError.negativeInterval(index: 0)) { try compiled.price(session) }
  }

  @Test("Absurd energy, time or prices are refused, never a crash")
  func outOfRange() throws {
    let compiled = try CompiledTariff(
      tariff(element("ENERGY 9223372036854.775807/1 +100")), zone: nil)
    var session = usage(monday, .charge(minutes: 10))
    session.intervals[0].energy = Energy(milliwattHours: .max)
    #expect(throws: PricingError.usageOutOfRange) { try compiled.total(of: session) }
    session.intervals[0].energy = Energy(milliwattHours: 900_000_000_000_000)
    #expect(throws: PricingError.amountOutOfRange) { try compiled.total(of: session) }
    session.intervals = [session.intervals[0], session.intervals[0]]
    #expect(throws: PricingError.usageOutOfRange) { try compiled.price(session) }
    session = usage("1970-01-01T00:00:00Z", .charge(minutes: 10))
    session.intervals[0].end = instant(monday)
    #expect(throws: PricingError.usageOutOfRange) { try compiled.price(session) }
    session.intervals[0].end = .distantFuture
    #expect(throws: PricingError.usageOutOfRange) { try compiled.price(session) }
    session = usage(monday, .charge(minutes: 10))
    session.intervals[0].statedMilliseconds = -1
    #expect(throws: PricingError.usageOutOfRange) { try compiled.price(session) }
  }
}
