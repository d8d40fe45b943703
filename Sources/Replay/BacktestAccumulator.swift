import ChargerEvents
import Quantities
import Sessions

/// Takes sessions one by one and sums up what each candidate would have changed.
///
/// Workers fill one accumulator each over any split of the sessions, and merging is associative and
/// commutative: all sums are exact integers and all choices have a total order. So the result is
/// the same, byte for byte, on any number of workers. Memory depends on the number of sites and of
/// different changes, not on the number of sessions.
///
///     var accumulator = BacktestAccumulator(candidates: [candidate])
///     accumulator.add(session) { candidate in
///       before.reason(for: after[candidate], of: used, in: currency)
///     }
///     let result = accumulator.result(of: range)
public struct BacktestAccumulator: Sendable {
  private let baseline: BacktestBaseline
  private var candidates: [CandidateAccumulator]
  private var firstStart: Instant?
  private var lastStart: Instant?

  /// - Parameters:
  ///   - baseline: what sessions have as their baseline.
  ///   - topCount: how many of the sessions that changed most are kept.
  public init(
    candidates: [BacktestCandidate], baseline: BacktestBaseline = .computed, topCount: Int = 20
  ) {
    self.baseline = baseline
    self.candidates = candidates.map { CandidateAccumulator($0, topCount: topCount) }
  }

  /// Adds a session. Each session belongs to exactly one accumulator.
  ///
  /// - Parameters:
  ///   - session: with one price for each candidate; a missing one counts as having no tariff.
  ///   - reason: the words for the change under the candidate of this index. It is asked only for
  ///     a session that enters the list of those that changed most.
  public mutating func add(_ session: BacktestSession, reason: (_ candidate: Int) -> String) {
    firstStart = min(firstStart ?? session.startedAt, session.startedAt)
    lastStart = max(lastStart ?? session.startedAt, session.startedAt)
    for index in candidates.indices {
      let price =
        index < session.candidates.count ? session.candidates[index] : .unpriced(.noTariff)
      candidates[index].add(session, price: price) { reason(index) }
    }
  }

  /// Adds what another worker found. Both must have been made with the same arguments.
  public mutating func merge(_ other: BacktestAccumulator) {
    precondition(candidates.count == other.candidates.count, "other candidates")
    if let first = other.firstStart { firstStart = min(firstStart ?? first, first) }
    if let last = other.lastStart { lastStart = max(lastStart ?? last, last) }
    for index in candidates.indices { candidates[index].merge(other.candidates[index]) }
  }

  /// What came out, for the sessions so far.
  public func result(
    of range: BacktestRange, guardRails: GuardRails = GuardRails()
  ) -> BacktestResult {
    BacktestResult(
      range: range, baseline: baseline, firstStart: firstStart, lastStart: lastStart,
      guardRails: guardRails, candidates: candidates.map { $0.result(against: baseline) })
  }
}

/// The part of one candidate.
private struct CandidateAccumulator: Sendable {
  private let candidate: BacktestCandidate
  /// Of the currency: cents have 2.
  private let decimals: Int
  private var sessions = 0
  private var unpriced: [UnpricedReason: Int] = [:]
  private var billsWithOneAmount = 0
  private var totals = BacktestTotals()
  private var sites: [String: BacktestTotals] = [:]
  private var hours = [BacktestTotals](repeating: BacktestTotals(), count: 24)
  private var distribution = ChangeDistribution()
  private var top: TopChanges
  private var fingerprint = SessionFingerprint()

  init(_ candidate: BacktestCandidate, topCount: Int) {
    self.candidate = candidate
    self.decimals = candidate.currency.minorUnits
    self.top = TopChanges(capacity: topCount)
  }

  mutating func add(_ session: BacktestSession, price: BacktestPrice, reason: () -> String) {
    sessions += 1
    switch comparison(session.baseline, price) {
    case .failure(let reason):
      unpriced[reason, default: 0] += 1
      fingerprint.add(session.id, baseline: .zero, candidate: .zero, isCompared: false)
    case .success(let pair):
      fingerprint.add(
        session.id, baseline: pair.baseline, candidate: pair.candidate, isCompared: true)
      count(session, pair, reason: reason)
    }
  }

  private mutating func count(_ session: BacktestSession, _ pair: Pair, reason: () -> String) {
    totals.add(baseline: pair.baseline, candidate: pair.candidate)
    if pair.hasOneAmount { billsWithOneAmount += 1 }
    if let site = session.site {
      sites[site, default: BacktestTotals()].add(
        baseline: pair.baseline, candidate: pair.candidate)
    }
    if let hour = session.localHour, hours.indices.contains(hour) {
      hours[hour].add(baseline: pair.baseline, candidate: pair.candidate)
    }
    let change = pair.candidate.includingVAT - pair.baseline.includingVAT
    // Summable amounts fit 64 bits at any number of decimals that a currency has.
    distribution.add(Int64(clamping: change.rounded(toDecimals: decimals) ?? 0))
    guard top.admits(change: change, session: session.id) else { return }
    top.insert(
      SessionChange(
        session: session.id, site: session.site, station: session.station,
        startedAt: session.startedAt, baselineTariffID: pair.baselineTariffID,
        baseline: pair.baseline, candidate: pair.candidate, reason: reason()))
  }

  private struct Pair {
    var baselineTariffID: String
    var baseline: AmountPair
    var candidate: AmountPair
    /// The bill states one amount, so only that one is compared.
    var hasOneAmount = false
  }

  private enum Comparison {
    case success(Pair)
    case failure(UnpricedReason)
  }

  /// The two prices of a session, if they can be compared.
  private func comparison(_ baseline: BacktestPrice, _ price: BacktestPrice) -> Comparison {
    if case .unpriced(let reason) = baseline { return .failure(reason) }
    guard case .priced(_, let currency, let after) = price else {
      if case .unpriced(let reason) = price { return .failure(reason) }
      return .failure(.noTariff)
    }
    switch baseline {
    case .unpriced(let reason):
      return .failure(reason)
    case .priced(let tariffID, let ownCurrency, let before):
      guard ownCurrency == currency, currency == candidate.currency else {
        return .failure(.otherCurrency(inForce: ownCurrency, candidate: currency))
      }
      return sum(Pair(baselineTariffID: tariffID, baseline: before, candidate: after))
    case .billed(let bill):
      guard bill.currency == currency, currency == candidate.currency else {
        return .failure(.otherCurrency(billed: bill.currency, candidate: currency))
      }
      return comparison(bill, after)
    }
  }

  /// A bill with one amount is compared with that amount alone, in both columns: anything else would
  /// take VAT for a change of price.
  private func comparison(_ bill: BilledAmount, _ after: AmountPair) -> Comparison {
    guard let first = bill.exclVAT ?? bill.inclVAT else { return .failure(.noBill) }
    var pair = Pair(
      baselineTariffID: "",
      baseline: AmountPair(excludingVAT: first, includingVAT: bill.inclVAT ?? first),
      candidate: after)
    pair.hasOneAmount = bill.exclVAT == nil || bill.inclVAT == nil
    if bill.exclVAT == nil { pair.candidate.excludingVAT = after.includingVAT }
    if bill.inclVAT == nil { pair.candidate.includingVAT = after.excludingVAT }
    return sum(pair)
  }

  private func sum(_ pair: Pair) -> Comparison {
    pair.baseline.isSummable && pair.candidate.isSummable
      ? .success(pair) : .failure(.outOfRange)
  }

  mutating func merge(_ other: CandidateAccumulator) {
    sessions += other.sessions
    billsWithOneAmount += other.billsWithOneAmount
    unpriced.merge(other.unpriced, uniquingKeysWith: +)
    totals.merge(other.totals)
    for (site, totals) in other.sites { sites[site, default: BacktestTotals()].merge(totals) }
    for hour in hours.indices { hours[hour].merge(other.hours[hour]) }
    distribution.merge(other.distribution)
    top.merge(other.top)
    fingerprint.merge(other.fingerprint)
  }

  func result(against baseline: BacktestBaseline) -> CandidateResult {
    CandidateResult(
      candidate: candidate, baseline: baseline, sessions: sessions,
      unpriced: unpriced.sorted { $0.key < $1.key }.map {
        UnpricedSessions(reason: $0.key, sessions: $0.value)
      },
      billsWithOneAmount: billsWithOneAmount, totals: totals,
      sites: sites.sorted { $0.key < $1.key }.map { SiteTotals(site: $0.key, totals: $0.value) },
      hours: hours, distribution: distribution, topChanges: top.changes,
      fingerprint: fingerprint.value)
  }
}
