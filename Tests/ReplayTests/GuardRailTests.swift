import Quantities
import Testing

@testable import Replay

@Suite("Guard rails and percentages")
struct GuardRailTests {
  private func totals(_ pairs: [(Int64, Int64)]) -> BacktestTotals {
    var totals = BacktestTotals()
    for (before, after) in pairs { totals.add(baseline: pair(before), candidate: pair(after)) }
    return totals
  }

  private func isViolated(_ rails: GuardRails, _ pairs: [(Int64, Int64)]) -> Bool {
    rails.checks(of: totals(pairs)).contains(where: \.isViolated)
  }

  @Test("What is exactly at the limit passes; one unit beyond does not")
  func revenueBoundary() {
    let fivePercent = GuardRails(maxRevenueDelta: 5_000_000)
    #expect(!isViolated(fivePercent, [(100_000_000, 105_000_000)]))
    #expect(isViolated(fivePercent, [(100_000_000, 105_000_005)]))
    #expect(!isViolated(fivePercent, [(100_000_000, 95_000_000)]))
    #expect(isViolated(fivePercent, [(100_000_000, 94_999_995)]))
  }

  @Test("A limit of zero allows no change at all")
  func zeroLimit() {
    #expect(!isViolated(GuardRails(maxRevenueDelta: 0), [(5, 5)]))
    #expect(isViolated(GuardRails(maxRevenueDelta: 0), [(5_000_000_000, 5_000_000_005)]))
  }

  @Test("Revenue where there was none violates any limit")
  func fromNothing() {
    let rails = GuardRails(maxRevenueDelta: .max)
    #expect(isViolated(rails, [(0, 5)]))
    #expect(!isViolated(rails, [(0, 0)]))
  }

  @Test("The share of sessions that pay more is compared exactly")
  func increaseShare() {
    let third = [(10, 15), (10, 5), (10, 10)] as [(Int64, Int64)]
    #expect(isViolated(GuardRails(maxIncreaseShare: 33_333_333), third))
    #expect(!isViolated(GuardRails(maxIncreaseShare: 33_333_334), third))
  }

  @Test("Each limit that is set is reported, kept or not")
  func checksAreListed() {
    let rails = GuardRails(maxRevenueDelta: 1, maxIncreaseShare: 100_000_000)
    let checks = rails.checks(of: totals([(10, 20)]))
    #expect(checks.map(\.rule) == [.revenueDelta, .increaseShare])
    #expect(checks.map(\.isViolated) == [true, false])
    #expect(GuardRails().checks(of: totals([(10, 20)])).isEmpty)
  }

  @Test(
    "A limit is read as people write it",
    arguments: [
      ("5", 5_000_000), ("5%", 5_000_000), ("2.5 %", 2_500_000), ("0", 0), ("1e2%", 100_000_000),
      ("0.000001", 1), ("0.0000001", nil), ("-1", nil), ("", nil), ("%", nil), ("five", nil),
      ("5 percent", nil), ("99999999999999999999", nil),
    ] as [(String, Int64?)])
  func limits(text: String, limit: Int64?) {
    #expect(GuardRails.limit(text) == limit)
  }

  @Test(
    "Percentages round half to even",
    arguments: [
      (1, 8, 2, "12.50"), (1, 3, 4, "33.3333"), (2, 3, 0, "67"), (1, 1600, 2, "0.06"),
      (3, 1600, 2, "0.19"), (-1, 1600, 2, "-0.06"), (0, 7, 2, "0.00"), (-1, 1_000_000, 2, "0.00"),
      (5, 1000, 0, "0"), (15, 1000, 0, "2"),
    ])
  func rounding(count: Int, all: Int, decimals: Int, text: String) {
    #expect(Percentage(count: count, of: all)?.text(decimals: decimals) == text)
  }

  @Test("Amounts at the ends of the range give a percentage or nil, never a trap")
  func extremes() {
    let (least, most) = (ExactAmount(numerator: 1), ExactAmount(numerator: .max))
    #expect(Percentage(most, of: most)?.text(decimals: 4) == "100.0000")
    #expect(Percentage(most, of: least)?.text(decimals: 4) == nil)
    #expect(Percentage(least, of: -most)?.text(decimals: 6) == "0.000000")
    #expect(Percentage(.overflow, of: most) == nil)
    #expect(Percentage(most, of: .zero) == nil)
  }
}
