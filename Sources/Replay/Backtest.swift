import ChargerEvents
import Projections
import Quantities
import Sessions
import Sites
import Tariffs

/// History priced again: every session of a range under candidates, against the tariff in force or
/// against what was billed.
///
/// All candidates share one pass over the `usage` read model. Workers take parts of it and their
/// sums are merged, which is exact, so the result is the same on any number of workers.
public struct Backtest: Sendable {
  /// The candidates, in the order in which results list them.
  public var tariffs: [Tariff]
  public var filter: SessionFilter
  /// What the candidates are compared with.
  public var baseline: BacktestBaseline
  public var guardRails: GuardRails
  /// How many of the sessions that changed most are listed.
  public var topCount: Int

  public init(
    tariffs: [Tariff], filter: SessionFilter = SessionFilter(),
    baseline: BacktestBaseline = .computed, guardRails: GuardRails = GuardRails(),
    topCount: Int = 20
  ) {
    self.tariffs = tariffs
    self.filter = filter
    self.baseline = baseline
    self.guardRails = guardRails
    self.topCount = topCount
  }

  /// Runs it over everything that `models` hold.
  public func run(
    over models: ReadModels, workers: Int = ReadModels.defaultWorkers
  ) throws -> BacktestResult {
    let facts = try models.facts()
    let candidates = tariffs.map { BacktestCandidate(tariffID: $0.id, currency: $0.currency) }
    let empty = BacktestAccumulator(
      candidates: candidates, baseline: baseline, topCount: topCount)
    let parts = try inParallel(models.usageParts(workers)) { part in
      let worker = BacktestWorker(
        facts: facts, tariffs: tariffs, filter: filter, accumulator: empty)
      switch baseline {
      case .computed:
        try models.forEachUsage(in: part) { session, cost in
          worker.add(session, cost, baseline: BacktestPrice(cost))
        }
      case .billed:
        try models.forEachBilledUsage(in: part) { session, cost, bill in
          worker.add(session, cost, baseline: bill.map { .billed($0) } ?? .unpriced(.noBill))
        }
      }
      return worker.accumulator
    }
    let all = parts.reduce(into: empty) { $0.merge($1) }
    return all.result(of: BacktestRange(filter), guardRails: guardRails)
  }
}

/// One worker's part of a backtest: it prices, and adds up.
private final class BacktestWorker {
  private let facts: Facts
  private let pricer: Pricer
  private let filter: SessionFilter
  /// Most backtests look at everything.
  private let filtersPlaceOrStart: Bool
  private var places: StationPlaces
  private var candidates: [ZonedTariff]
  private(set) var accumulator: BacktestAccumulator
  private var prices: [BacktestPrice] = []
  private var totals: [CostTotal?] = []

  init(
    facts: Facts, tariffs: [Tariff], filter: SessionFilter, accumulator: BacktestAccumulator
  ) {
    self.facts = facts
    self.pricer = Pricer(facts: facts)
    self.filter = filter
    self.filtersPlaceOrStart = filter != SessionFilter()
    self.places = StationPlaces(facts)
    self.candidates = tariffs.map { ZonedTariff($0) }
    self.accumulator = accumulator
  }

  func add(_ session: UsageRow, _ cost: SessionCost, baseline: BacktestPrice) {
    let start = session.usage.startedAt
    let place = places.place(of: session.station, at: start)
    if filtersPlaceOrStart,
      !filter.matches(station: place.station, placement: place.placement, startedAt: start)
    {
      return
    }
    price(session, place)
    accumulator.add(
      BacktestSession(
        id: session.sessionID, site: place.siteID, station: place.station, startedAt: start,
        localHour: place.localHour(at: start), baseline: baseline, candidates: prices)
    ) { candidate in
      if case .billed(let bill) = baseline { return bill.reason(beside: cost) }
      return reason(candidate, session, place)
    }
  }

  /// The session under every candidate.
  private func price(_ session: UsageRow, _ place: StationPlace) {
    prices.removeAll(keepingCapacity: true)
    totals.removeAll(keepingCapacity: true)
    for index in candidates.indices {
      guard place.zone != nil else {
        prices.append(.unpriced(.noSite))
        totals.append(nil)
        continue
      }
      guard let total = candidates[index].total(of: session.usage, at: place) else {
        prices.append(.unpriced(.outOfRange))
        totals.append(nil)
        continue
      }
      let tariff = candidates[index].tariff
      prices.append(
        .priced(
          tariffID: tariff.id, currency: tariff.currency, amount: AmountPair(total.amount)))
      totals.append(total)
    }
  }

  /// Why the price of a session changes. Asked for few sessions, so the price in force is computed
  /// once more to see its parts.
  private func reason(
    _ candidate: Int, _ session: UsageRow, _ place: StationPlace
  ) -> String {
    guard
      case .success(let chosen) = pricer.tariff(
        for: session, station: place.station, at: place.placement),
      let before = try? chosen.compiled.total(of: session.usage), let after = totals[candidate]
    else { return "" }
    return PriceBreakdown(before).reason(
      for: PriceBreakdown(after), of: ChargedQuantities(session.usage),
      in: candidates[candidate].tariff.currency)
  }
}

/// A candidate, compiled for the zones that it has met.
private struct ZonedTariff {
  let tariff: Tariff
  /// By the number of the zone.
  private var compiled: [CompiledTariff?] = []

  init(_ tariff: Tariff) { self.tariff = tariff }

  mutating func total(of usage: Usage, at place: StationPlace) -> CostTotal? {
    guard let total = try? compiledTariff(at: place)?.total(of: usage), !total.amount.isOverflow
    else { return nil }
    return total
  }

  private mutating func compiledTariff(at place: StationPlace) -> CompiledTariff? {
    guard let zone = place.zone else { return nil }
    if zone < compiled.count, let known = compiled[zone] { return known }
    while compiled.count <= zone { compiled.append(nil) }
    compiled[zone] = try? CompiledTariff(tariff, zone: place.placement?.zone)
    return compiled[zone]
  }
}

// MARK: - Between the modules' words

extension BacktestPrice {
  init(_ cost: SessionCost) {
    switch cost {
    case .unpriced(.noSite): self = .unpriced(.noSite)
    case .unpriced(.noTariff): self = .unpriced(.noTariff)
    case .unpriced(.outOfRange): self = .unpriced(.outOfRange)
    case .unpriced(.void): self = .unpriced(.void)
    case .priced(let price):
      self = .priced(
        tariffID: price.tariffID, currency: price.currency,
        amount: AmountPair(excludingVAT: price.exclVAT, includingVAT: price.inclVAT))
    }
  }
}

extension BilledAmount {
  /// A bill has no parts, so what can be said is what the tariff in force makes of the session.
  fileprivate func reason(beside cost: SessionCost) -> String {
    guard case .priced(let price) = cost, price.currency == currency else {
      return "billed as one amount"
    }
    let computed = inclVAT == nil ? price.exclVAT : price.inclVAT
    return "billed as one amount; \(price.tariffID), in force, gives "
      + PlainText.amount(computed)
  }
}

extension AmountPair {
  init(_ amount: TaxedAmount) {
    self.init(excludingVAT: amount.exclVAT, includingVAT: amount.inclVAT)
  }
}

extension PriceBreakdown {
  init(_ total: CostTotal) {
    self.init(
      energy: total.energy.exclVAT, time: total.time.exclVAT,
      parking: total.parkingTime.exclVAT, flat: total.flat.exclVAT,
      other: total.reservation.exclVAT + (total.amount.exclVAT - total.sum.exclVAT),
      vat: total.amount.inclVAT - total.amount.exclVAT)
  }
}

extension ChargedQuantities {
  init(_ usage: Usage) {
    self.init(energy: .zero, chargingMilliseconds: 0, parkingMilliseconds: 0)
    for interval in usage.intervals {
      energy += interval.energy
      let milliseconds = interval.end.milliseconds(since: interval.start)
      if interval.activity == .parking {
        parkingMilliseconds += milliseconds
      } else if interval.activity != .reservation {
        chargingMilliseconds += milliseconds
      }
    }
  }
}

extension BacktestRange {
  init(_ filter: SessionFilter) {
    self.init(
      from: filter.from.map { Bound($0) }, to: filter.to.map { Bound($0) },
      sites: filter.sites.sorted(), stations: filter.stations.sorted())
  }
}

extension BacktestRange.Bound {
  init(_ bound: SessionFilter.Bound) {
    switch bound {
    case .instant(let instant): self = .instant(instant)
    case .date(let date): self = .localDate(date.description)
    }
  }
}
