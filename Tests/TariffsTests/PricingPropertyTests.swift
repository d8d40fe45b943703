import Quantities
import TestSupport
import Testing

@testable import Tariffs

@Suite("What holds for any tariff and any session")
struct PricingPropertyTests {
  @Test(
    "Both paths agree, and segments, lines and steps add up, whatever is priced",
    arguments: 1...300 as ClosedRange<UInt64>)
  func bothPathsAgree(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let compiled = try CompiledTariff(randomTariff(&random), zone: .berlin)
    for _ in 0..<5 {
      let session = randomUsage(&random, atLeast: 0)
      let cost = try compiled.price(session)
      try expectConsistent(cost, session, fast: compiled.total(of: session), "seed \(seed)")
    }
  }

  @Test(
    "Each segment has the prices that restrictions allow at its start, and so has its middle",
    arguments: 1...150 as ClosedRange<UInt64>)
  func segmentsHaveTheRightPrices(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let tariff = randomTariff(&random)
    let session = randomUsage(&random)
    let cost = try CompiledTariff(tariff, zone: .berlin).price(session)
    var energy: Int64 = 0
    for segment in cost.segments {
      let length = segment.end.milliseconds(since: segment.start)
      for part in [Int64(0), length / 2] where length > 0 {
        var moment = Moment()
        let at = segment.start.advanced(byMilliseconds: part)
        let interval = session.intervals[segment.interval]
        moment.elapsedMilliseconds = at.milliseconds(since: session.startedAt)
        moment.energySoFar = energy + segment.energy.milliwattHours * part / length
        moment.local = TimeZoneTable.berlin.local(at: at)
        moment.weekdayBit = 1 << (moment.local.weekday.rawValue - 1)
        moment.minPower = interval.minPower
        moment.maxPower = interval.maxPower
        let expected = tariff.elements.firstIndex { element in
          element.priceComponents.contains { $0.dimension == .energy }
            && CompiledRestrictions(element.restrictions).match(moment)
        }
        guard segment.energy != .zero else { continue }
        let used = segment.charges.first { $0.price.dimension == .energy }?.price.element
        #expect(used == expected, "seed \(seed), segment at \(segment.start)")
      }
      energy += segment.energy.milliwattHours
    }
  }

  @Test(
    "Cutting a session at its own segments changes nothing",
    arguments: 1...150 as ClosedRange<UInt64>)
  func cutsAreStable(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let compiled = try CompiledTariff(randomTariff(&random), zone: .berlin)
    let session = randomUsage(&random)
    let cost = try compiled.price(session)
    var pieces = session
    pieces.intervals = cost.segments.map { segment in
      var piece = session.intervals[segment.interval]
      piece.start = segment.start
      piece.end = segment.end
      piece.energy = segment.energy
      return piece
    }
    #expect(try compiled.total(of: pieces) == cost.total, "seed \(seed)")
  }

  @Test(
    "Numbers at the ends of their range give a price or an error, never a crash",
    arguments: 1...200 as ClosedRange<UInt64>)
  func extremes(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func extreme() -> Int64 {
      let values: [Int64] = [
        0, 1, -1, 999, 86_400_000, 1_000_000_000_000, 999_999_999_999_999, .max, .max - 1, .min,
      ]
      return values.randomElement(using: &random) ?? 0
    }
    var tariff = randomTariff(&random)
    for element in tariff.elements.indices {
      tariff.elements[element].restrictions.maxEnergy = Energy(milliwattHours: extreme())
      tariff.elements[element].restrictions.minDurationSeconds = extreme()
      for index in tariff.elements[element].priceComponents.indices {
        tariff.elements[element].priceComponents[index].price = UnitPrice(millionths: extreme())
        tariff.elements[element].priceComponents[index].stepSize = extreme()
      }
    }
    var session = randomUsage(&random)
    for index in session.intervals.indices where Bool.random(using: &random) {
      session.intervals[index].energy = Energy(milliwattHours: extreme())
      if Bool.random(using: &random) {
        session.intervals[index].start = Instant(millisecondsSinceEpoch: extreme())
        session.intervals[index].end = Instant(millisecondsSinceEpoch: extreme())
      }
    }
    let compiled = try CompiledTariff(tariff, zone: .berlin)
    #expect(
      outcome { () throws(PricingError) in try compiled.price(session).total }
        == outcome { () throws(PricingError) in try compiled.total(of: session) }, "seed \(seed)")
  }

  /// Up to five elements with prices of every kind and restrictions of every kind.
  private func randomTariff(_ random: inout SplitMix64) -> Tariff {
    let elements = (0..<Int.random(in: 1...5, using: &random)).map { _ in
      var components: [PriceComponent] = []
      for dimension in TariffDimension.allCases where Bool.random(using: &random) {
        components.append(
          PriceComponent(
            dimension: dimension,
            price: UnitPrice(millionths: .random(in: 0...5_000_000, using: &random)),
            vat: Bool.random(using: &random)
              ? VATRate(tenThousandthsOfPercent: .random(in: 0...250_000, using: &random)) : nil,
            stepSize: [0, 1, 60, 300, 500].randomElement(using: &random) ?? 1))
      }
      return TariffElement(
        priceComponents: components, restrictions: randomRestrictions(&random))
    }
    var tariff = Tariff(id: "random", currency: euro, elements: elements)
    if Int.random(in: 0..<4, using: &random) == 0 {
      tariff.maxPrice = PriceLimit(exclVAT: UnitPrice(millionths: 7_000_001))
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      tariff.minPrice = PriceLimit(
        exclVAT: UnitPrice(millionths: 900_000), inclVAT: UnitPrice(millionths: 1_071_000))
    }
    return tariff
  }

  private func randomRestrictions(_ random: inout SplitMix64) -> TariffRestrictions {
    var restrictions = TariffRestrictions()
    func chance() -> Bool { Int.random(in: 0..<5, using: &random) == 0 }
    func time() -> TimeOfDay {
      TimeOfDay(minutesSinceMidnight: .random(in: 0..<1440, using: &random))
    }
    if chance() { restrictions.startTime = time() }
    if chance() { restrictions.endTime = time() }
    if chance() { restrictions.daysOfWeek = [.saturday, .sunday] }
    if chance() { restrictions.startDate = CivilDate("2024-03-31") }
    if chance() { restrictions.endDate = CivilDate("2024-04-01") }
    if chance() {
      restrictions.minEnergy = Energy(milliwattHours: .random(in: 0...9_000_000, using: &random))
    }
    if chance() {
      restrictions.maxEnergy = Energy(milliwattHours: .random(in: 0...9_000_000, using: &random))
    }
    if chance() { restrictions.minDurationSeconds = .random(in: 0...9000, using: &random) }
    if chance() { restrictions.maxDurationSeconds = .random(in: 0...9000, using: &random) }
    if chance() { restrictions.minPower = Power(milliwatts: 11_000_000) }
    if chance() { restrictions.maxPower = Power(milliwatts: 22_000_000) }
    return restrictions
  }

  /// At most a dozen intervals around a change of the clocks.
  private func randomUsage(_ random: inout SplitMix64, atLeast least: Int = 1) -> Usage {
    var clock = instant("2024-03-30T20:00:00Z")
      .advanced(byMilliseconds: .random(in: 0...30_000_000, using: &random))
    var usage = Usage(startedAt: clock, intervals: [])
    let activities: [UsageInterval.Activity] = [.charging, .parking, .suspendedByStation]
    for _ in 0..<Int.random(in: least...12, using: &random) {
      let end = clock.advanced(byMilliseconds: .random(in: 0...7_000_000, using: &random))
      let activity = activities.randomElement(using: &random) ?? .charging
      var interval = UsageInterval(
        start: clock, end: end,
        energy: Energy(
          milliwattHours: activity == .charging ? .random(in: 0...4_000_000, using: &random) : 0),
        activity: activity)
      if Bool.random(using: &random) {
        interval.minPower = Power(milliwatts: .random(in: 0...30_000_000, using: &random))
        interval.maxPower = interval.minPower
      }
      usage.intervals.append(interval)
      clock = end
    }
    return usage
  }
}

private func outcome(
  _ body: () throws(PricingError) -> CostTotal
) -> Result<CostTotal, PricingError> {
  do throws(PricingError) {
    return .success(try body())
  } catch {
    return .failure(error)
  }
}

/// The currency of the tests.
let euro: CurrencyCode = {
  guard let code = CurrencyCode("EUR") else { fatalError("EUR is three letters") }
  return code
}()
