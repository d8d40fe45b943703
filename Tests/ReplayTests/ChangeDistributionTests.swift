import TestSupport
import Testing

@testable import Replay

@Suite("The distribution of the change")
struct ChangeDistributionTests {
  private func distribution(_ changes: some Sequence<Int64>) -> SortedChanges {
    var distribution = ChangeDistribution()
    for change in changes { distribution.add(change) }
    return distribution.sorted
  }

  @Test(
    "Quantiles are those of the sorted list, by nearest rank", arguments: [1, 2, 3] as [UInt64])
  func quantiles(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let changes = (0..<Int.random(in: 1...500, using: &random)).map { _ in
      Int64.random(in: -50...50, using: &random)
    }
    let (sorted, all) = (changes.sorted(), distribution(changes))
    for perMille in [0, 1, 50, 250, 500, 750, 950, 999, 1000] {
      let rank = max(1, (changes.count * perMille + 999) / 1000)
      #expect(all.quantile(perMille: perMille) == sorted[rank - 1], "seed \(seed)")
    }
  }

  @Test("Without sessions there is no quantile and no bin")
  func empty() {
    let none = distribution([])
    #expect(none.quantile(perMille: 500) == nil)
    #expect(none.histogram.isEmpty)
  }

  @Test("No change has a bin of its own, and rises and falls mirror each other")
  func zeroBin() {
    let bins = distribution([-10, -1, 0, 0, 1, 10]).histogram
    let zero = bins.first { $0.lower == 0 && $0.upper == 0 }
    #expect(zero?.sessions == 2)
    let falls = bins.filter { ($0.upper ?? .min) <= 0 && $0 != zero }.map(\.sessions)
    let rises = bins.filter { ($0.lower ?? .max) >= 0 && $0 != zero }.map(\.sessions)
    #expect(falls == rises.reversed())
    #expect(falls.reduce(0, +) == 2)
  }

  @Test("A change on an edge belongs to the bin nearer to zero")
  func edges() {
    var changes = [Int64](repeating: 0, count: 1)
    changes += [-100, -50, 50, 100]
    let bins = distribution(changes).histogram
    #expect(bins.first { $0.upper == 50 }?.sessions == 1)
    #expect(bins.first { $0.lower == -50 }?.sessions == 1)
    #expect(bins.first { $0.upper == 100 }?.sessions == 1)
  }

  @Test("Outliers go to the open bins and do not stretch the others")
  func outliers() {
    var changes = (0..<1000).map { Int64($0 % 40) }
    changes += [1_000_000, -1_000_000]
    let bins = distribution(changes).histogram
    #expect(bins.first?.lower == nil)
    #expect(bins.first?.sessions == 1)
    #expect(bins.last?.upper == nil)
    #expect(bins.last?.sessions == 1)
    #expect(bins.count <= 30)
  }

  @Test("Bins hold every session once and stand in order", arguments: [4, 5, 6, 7] as [UInt64])
  func binsPartition(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let scale = Int64.random(in: 1...100_000, using: &random)
    let changes = (0..<300).map { _ in Int64.random(in: -scale...(2 * scale), using: &random) }
    let bins = distribution(changes).histogram
    #expect(bins.reduce(0) { $0 + $1.sessions } == 300, "seed \(seed)")
    for (left, right) in zip(bins, bins.dropFirst()) { #expect(left.upper == right.lower) }
    #expect(bins.count <= 26)
  }

  @Test("The greatest changes a backtest admits do not overflow an edge")
  func greatestChanges() {
    let limit: Int64 = 200_000_000_000_000
    let bins = distribution([-limit, limit]).histogram
    #expect(bins.reduce(0) { $0 + $1.sessions } == 2)
  }
}
