import Quantities
import Replay
import Sessions
import TestSupport
import Testing

@Suite("Accumulating a backtest")
struct BacktestAccumulatorTests {
  @Test("Totals, counts and hours follow from the sessions")
  func totals() throws {
    let sessions: [BacktestSession] = [
      .control(1, baseline: .euro(1_000_000), candidates: [.euro(1_500_000)]),
      .control(2, baseline: .euro(2_000_000), candidates: [.euro(1_900_000)]),
      .control(4, baseline: .euro(3_000_000), candidates: [.euro(3_000_000)]),
    ]
    let result = try #require(
      BacktestAccumulator.of(sessions, under: [.euro]).result(of: BacktestRange()).candidates.first)
    #expect(result.sessions == 3)
    #expect(result.unpriced.isEmpty)
    #expect(result.totals.baseline == pair(6_000_000))
    #expect(result.totals.candidate == pair(6_400_000))
    #expect(result.totals.delta == pair(400_000))
    #expect(result.totals.deltaPercent?.text(decimals: 4) == "6.6667")
    #expect(result.totals.increased == 1)
    #expect(result.totals.decreased == 1)
    #expect(result.totals.unchanged == 1)
    #expect(result.totals.increase == micro(600_000))
    #expect(result.totals.decrease == micro(-120_000))
    #expect(result.sites.map(\.site) == ["site-1", "site-2"])
    #expect(result.sites.map(\.totals.sessions) == [2, 1])
    #expect(result.hours.map(\.sessions).prefix(2) == [3, 0])
    #expect(result.topChanges.map(\.session.low) == [1, 2])
  }

  @Test(
    "Any split over any number of workers gives the same digest", arguments: [1, 2, 3, 7, 16],
    [11, 12, 13] as [UInt64])
  func splitsDoNotMatter(workers: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let candidates = [
      BacktestCandidate.euro, BacktestCandidate(tariffID: "other", currency: .euro),
    ]
    var sessions = (1...400).map { Self.randomSession(UInt64($0), &random) }
    let expected = BacktestAccumulator.of(sessions, under: candidates).result(of: BacktestRange())
    sessions.shuffle(using: &random)
    var parts = [[BacktestSession]](repeating: [], count: workers)
    for session in sessions { parts[Int.random(in: 0..<workers, using: &random)].append(session) }
    var merged = BacktestAccumulator(candidates: candidates, topCount: 5)
    for part in parts { merged.merge(.of(part, under: candidates)) }
    let result = merged.result(of: BacktestRange())
    #expect(result.digest == expected.digest, "seed \(seed), \(workers) workers")
    #expect(result.candidates.map(\.topChanges) == expected.candidates.map(\.topChanges))
    #expect(result.candidates.map(\.totals) == expected.candidates.map(\.totals))
  }

  /// Few different amounts, so that ties occur; one in ten unpriced.
  private static func randomSession(
    _ number: UInt64, _ random: inout SplitMix64
  ) -> BacktestSession {
    func price(_ random: inout SplitMix64) -> BacktestPrice {
      if Int.random(in: 0..<10, using: &random) == 0 { return .unpriced(.noTariff) }
      return .euro(Int64.random(in: 0...8, using: &random) * 333_333)
    }
    return .control(
      number, baseline: price(&random), candidates: [price(&random), price(&random)])
  }

  @Test("Two sessions that swap their prices change the digest and nothing else")
  func swapChangesDigest() {
    let prices: [BacktestPrice] = [.euro(1_000_000), .euro(2_000_000)]
    func result(_ order: [BacktestPrice]) -> BacktestResult {
      // Numbers 3 apart are at the same site; the hour is the same too.
      let sessions = zip([0, 3] as [UInt64], order).map { number, price in
        BacktestSession.control(number, baseline: .euro(0), candidates: [price])
      }
      return BacktestAccumulator.of(sessions, under: [.euro], topCount: 0)
        .result(of: BacktestRange())
    }
    let (left, right) = (result(prices), result(prices.reversed()))
    #expect(left.candidates[0].totals == right.candidates[0].totals)
    #expect(left.candidates[0].sites == right.candidates[0].sites)
    #expect(left.candidates[0].distribution == right.candidates[0].distribution)
    #expect(left.digest != right.digest)
  }

  @Test("A session in another currency stays unpriced, with the reason")
  func otherCurrency() {
    let krona = BacktestPrice.priced(
      tariffID: "new", currency: .krone, amount: pair(5_000_000))
    let session = BacktestSession.control(1, baseline: .euro(1_000_000), candidates: [krona])
    let candidate = BacktestCandidate(tariffID: "new", currency: .krone)
    let result = BacktestAccumulator.of([session], under: [candidate])
      .result(of: BacktestRange()).candidates[0]
    #expect(result.sessions == 1)
    #expect(result.totals.sessions == 0)
    #expect(
      result.unpriced.map(\.reason.rawValue)
        == ["the tariff in force is in EUR, the candidate in SEK"])
    #expect(result.totals.deltaPercent == nil)
  }

  @Test("Every cause of a missing price is counted by itself, in order of its text")
  func unpricedReasons() {
    let huge = AmountPair(
      excludingVAT: .zero, includingVAT: ExactAmount(flat: .max) + ExactAmount(flat: .max))
    let sessions: [BacktestSession] = [
      .control(1, baseline: .unpriced(.noSite), candidates: [.euro(1)]),
      .control(2, baseline: .euro(1), candidates: [.unpriced(.noTariff)]),
      .control(3, baseline: .euro(1), candidates: []),
      .control(
        4, baseline: .euro(1),
        candidates: [.priced(tariffID: "new", currency: .euro, amount: huge)]),
      .control(
        5, baseline: .euro(1),
        candidates: [
          .priced(
            tariffID: "new", currency: .euro,
            amount: AmountPair(excludingVAT: .overflow, includingVAT: .overflow))
        ]),
    ]
    let result = BacktestAccumulator.of(sessions, under: [.euro])
      .result(of: BacktestRange()).candidates[0]
    #expect(result.unpriced.map(\.reason) == [.noTariff, .outOfRange, .noSite])
    #expect(result.unpriced.map(\.sessions) == [2, 2, 1])
    #expect(result.unpricedSessions == 5)
  }

  @Test("An empty range gives a result with nothing in it")
  func emptyRange() {
    let result = BacktestAccumulator(candidates: [.euro]).result(
      of: BacktestRange(), guardRails: GuardRails(maxRevenueDelta: 0, maxIncreaseShare: 0))
    #expect(result.firstStart == nil)
    #expect(result.candidates[0].sessions == 0)
    #expect(result.candidates[0].distribution.sorted.histogram.isEmpty)
    #expect(result.violations.isEmpty)
  }

  @Test("The reason is asked for only when the session is among those that changed most")
  func reasonsAreLazy() {
    var accumulator = BacktestAccumulator(candidates: [.euro], topCount: 2)
    var asked: [UInt64] = []
    for (number, change) in [(1, 10), (2, 20), (3, 5), (4, 0), (5, -30)] as [(UInt64, Int64)] {
      let session = BacktestSession.control(
        number, baseline: .euro(100_000_000), candidates: [.euro(100_000_000 + change * 10_000)])
      accumulator.add(session) { _ in
        asked.append(number)
        return "reason"
      }
    }
    #expect(asked == [1, 2, 5])
    let top = accumulator.result(of: BacktestRange()).candidates[0].topChanges
    #expect(top.map(\.session.low) == [5, 2])
  }

  @Test("Sessions that changed equally are listed by their id")
  func tiesGoBySessionID() {
    let ids: [UInt64] = [9, 3, 7, 1]
    let sessions = ids.map { number in
      BacktestSession(
        id: SessionID(high: 0, low: number), site: nil, station: "s",
        startedAt: Instant(millisecondsSinceEpoch: 0), localHour: nil, baseline: .euro(0),
        candidates: [.euro(number % 2 == 1 ? 1_000_000 : -1_000_000)])
    }
    let top = BacktestAccumulator.of(sessions, under: [.euro], topCount: 3)
      .result(of: BacktestRange()).candidates[0].topChanges
    #expect(top.map(\.session.low) == [1, 3, 7])
  }
}
