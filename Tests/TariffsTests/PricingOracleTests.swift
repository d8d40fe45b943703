import Quantities
import TestSupport
import Testing

@testable import Tariffs

/// The engine against the plainest program that can be written for the same rules: it looks at
/// every second of a session on its own.
@Suite("Second by second")
struct PricingOracleTests {
  @Test(
    "A session costs what its seconds cost, with steps and flat fees",
    arguments: 1...24 as ClosedRange<UInt64>)
  func seconds(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let tariff = randomTariff(&random)
    let session = randomUsage(&random)
    let total = try CompiledTariff(tariff, zone: .berlin).total(of: session)
    #expect(total.amount.exclVAT == Oracle(tariff).price(session), "seed \(seed)")
  }

  /// Edges on whole minutes of the clock and on whole seconds of the session.
  private func randomTariff(_ random: inout SplitMix64) -> Tariff {
    let elements = (0..<4).map { _ in
      var restrictions = TariffRestrictions()
      func chance() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
      func time() -> TimeOfDay {
        TimeOfDay(minutesSinceMidnight: .random(in: 0..<300, using: &random))
      }
      if chance() { restrictions.startTime = time() }
      if chance() { restrictions.endTime = time() }
      if chance() { restrictions.daysOfWeek = [.sunday] }
      if chance() { restrictions.endDate = CivilDate("2024-10-27") }
      if chance() { restrictions.minDurationSeconds = .random(in: 0...9000, using: &random) }
      if chance() { restrictions.maxDurationSeconds = .random(in: 0...9000, using: &random) }
      if chance() { restrictions.maxPower = Power(milliwatts: 11_000_000) }
      let components = TariffDimension.allCases.compactMap { dimension -> PriceComponent? in
        guard Bool.random(using: &random) else { return nil }
        return PriceComponent(
          dimension: dimension,
          price: UnitPrice(millionths: .random(in: 0...999_999, using: &random)),
          stepSize: [0, 1, 7, 600, 900].randomElement(using: &random) ?? 1)
      }
      return TariffElement(priceComponents: components, restrictions: restrictions)
    }
    return Tariff(id: "random", currency: euro, elements: elements)
  }

  /// Whole seconds, each with a whole number of mWh, across the hour that comes twice.
  private func randomUsage(_ random: inout SplitMix64) -> Usage {
    var clock = instant("2024-10-26T22:00:00Z")
      .advanced(byMilliseconds: 1000 * .random(in: 0...9000, using: &random))
    var usage = Usage(startedAt: clock, intervals: [])
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let seconds = Int64.random(in: 1...3000, using: &random)
      let isCharging = Bool.random(using: &random)
      let perSecond = isCharging ? Int64.random(in: 0...6000, using: &random) : 0
      let end = clock.advanced(byMilliseconds: seconds * 1000)
      var interval = UsageInterval(
        start: clock, end: end, energy: Energy(milliwattHours: seconds * perSecond),
        activity: isCharging ? .charging : .parking)
      interval.minPower = Power(milliwatts: perSecond * 3600)
      interval.maxPower = interval.minPower
      usage.intervals.append(interval)
      clock = end
    }
    return usage
  }
}

/// Prices by looking at each second.
private struct Oracle {
  let tariff: Tariff
  private var sum = ExactAmount.zero
  private var totals: [TariffDimension: Int64] = [:]
  private var last: [TariffDimension: PriceComponent] = [:]

  init(_ tariff: Tariff) { self.tariff = tariff }

  func price(_ usage: Usage) -> ExactAmount {
    var copy = self
    for interval in usage.intervals {
      let seconds = interval.end.milliseconds(since: interval.start) / 1000
      for second in 0..<seconds {
        let at = interval.start.advanced(byMilliseconds: second * 1000)
        copy.add(at, usage.startedAt, interval, interval.energy.milliwattHours / seconds)
      }
    }
    copy.roundUp(.energy)
    copy.roundUp(copy.totals[.parkingTime, default: 0] > 0 ? .parkingTime : .time)
    return copy.sum
  }

  private mutating func add(
    _ at: Instant, _ start: Instant, _ interval: UsageInterval, _ energy: Int64
  ) {
    if last[.flat] == nil, let flat = component(.flat, at, start, interval) {
      sum += ExactAmount(flat: flat.price.millionths)
      last[.flat] = flat
    }
    bill(.energy, energy, component(.energy, at, start, interval))
    let time: TariffDimension = interval.activity == .parking ? .parkingTime : .time
    bill(time, 1000, component(time, at, start, interval))
  }

  private mutating func bill(
    _ dimension: TariffDimension, _ quantity: Int64, _ component: PriceComponent?
  ) {
    guard let component, quantity > 0 else { return }
    sum += TaxedAmount(component, quantity: quantity).exclVAT
    totals[dimension, default: 0] += quantity
    last[dimension] = component
  }

  private mutating func roundUp(_ dimension: TariffDimension) {
    guard let component = last[dimension], component.stepSize > 0 else { return }
    let step = component.stepSize * 1000
    let steps = (totals[dimension, default: 0] + step - 1) / step
    bill(dimension, steps * step - totals[dimension, default: 0], component)
  }

  private func component(
    _ dimension: TariffDimension, _ at: Instant, _ start: Instant, _ interval: UsageInterval
  ) -> PriceComponent? {
    for element in tariff.elements where match(element.restrictions, at, start, interval) {
      let found = element.priceComponents.first { $0.dimension == dimension }
      if let found { return found }
    }
    return nil
  }

  private func match(
    _ restrictions: TariffRestrictions, _ at: Instant, _ start: Instant, _ interval: UsageInterval
  ) -> Bool {
    let local = TimeZoneTable.berlin.local(at: at)
    let minute = local.millisecondsOfDay / 60_000
    let from = restrictions.startTime?.minutesSinceMidnight ?? 0
    let to = restrictions.endTime?.minutesSinceMidnight ?? 0
    let isInWindow =
      from == to || (to == 0 && minute >= from) || (from < to && from <= minute && minute < to)
      || (to != 0 && from > to && (minute >= from || minute < to))
    let power = interval.maxPower ?? Power(milliwatts: 0)
    let seconds = at.milliseconds(since: start) / 1000
    return isInWindow
      && (restrictions.daysOfWeek.isEmpty || restrictions.daysOfWeek.contains(local.weekday))
      && restrictions.endDate.map { local.date < $0 } ?? true
      && seconds >= restrictions.minDurationSeconds ?? 0
      && seconds < restrictions.maxDurationSeconds ?? .max
      && power < restrictions.maxPower ?? Power(milliwatts: .max)
  }
}
