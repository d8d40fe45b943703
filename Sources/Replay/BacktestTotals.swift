public import Quantities

/// Sums over sessions that have a price under the tariff in force and under the candidate.
///
/// Sums of exact amounts, so merging is associative and no order of sessions changes a digit.
public struct BacktestTotals: Hashable, Sendable {
  /// The sessions that were compared.
  public private(set) var sessions = 0
  /// Under the tariff in force.
  public private(set) var baseline = AmountPair.zero
  /// Under the candidate.
  public private(set) var candidate = AmountPair.zero
  /// Sessions that cost more with VAT under the candidate, by the exact amounts (SEMANTICS 23).
  public private(set) var increased = 0
  /// Sessions that cost less.
  public private(set) var decreased = 0
  /// What the increased sessions cost more, with VAT.
  public private(set) var increase = ExactAmount.zero
  /// What the decreased sessions cost less, with VAT: zero or negative.
  public private(set) var decrease = ExactAmount.zero

  public init() {}

  /// Sessions that cost exactly the same.
  public var unchanged: Int { sessions - increased - decreased }
  /// What the candidate would have brought in more.
  public var delta: AmountPair { candidate - baseline }
  /// The change with VAT in percent of the baseline; nil where the baseline is zero.
  public var deltaPercent: Percentage? {
    Percentage(delta.includingVAT, of: baseline.includingVAT)
  }
  /// The increased sessions in percent of all; nil without a session.
  public var increasedPercent: Percentage? { Percentage(count: increased, of: sessions) }
  /// The decreased sessions in percent of all; nil without a session.
  public var decreasedPercent: Percentage? { Percentage(count: decreased, of: sessions) }

  mutating func add(baseline: AmountPair, candidate: AmountPair) {
    sessions += 1
    self.baseline += baseline
    self.candidate += candidate
    let change = candidate.includingVAT - baseline.includingVAT
    if change > .zero {
      increased += 1
      increase = increase + change
    } else if change < .zero {
      decreased += 1
      decrease = decrease + change
    }
  }

  mutating func merge(_ other: BacktestTotals) {
    sessions += other.sessions
    baseline += other.baseline
    candidate += other.candidate
    increased += other.increased
    decreased += other.decreased
    increase = increase + other.increase
    decrease = decrease + other.decrease
  }
}
