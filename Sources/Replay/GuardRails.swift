import Quantities

/// Limits that a candidate must keep for a backtest to pass. What is exactly at a limit passes.
public struct GuardRails: Hashable, Sendable {
  /// How far revenue with VAT may move either way, in millionths of a percent of the baseline.
  public var maxRevenueDelta: Int64?
  /// Which share of the compared sessions may cost more, in millionths of a percent.
  public var maxIncreaseShare: Int64?

  public init(maxRevenueDelta: Int64? = nil, maxIncreaseShare: Int64? = nil) {
    self.maxRevenueDelta = maxRevenueDelta
    self.maxIncreaseShare = maxIncreaseShare
  }

  /// Whether there is a limit at all.
  public var isEmpty: Bool { maxRevenueDelta == nil && maxIncreaseShare == nil }

  /// Reads a limit as people write it: `5`, `2.5%`, `0.000001 %`. Nil if it is negative, no decimal
  /// number, or finer than a millionth of a percent.
  public static func limit(_ text: String) -> Int64? {
    var digits = text[...]
    if digits.last == "%" {
      digits.removeLast()
      if digits.last == " " { digits.removeLast() }
    }
    guard let number = DecimalNumber(String(digits)), number.coefficient >= 0 else { return nil }
    return number.scaled(toPowerOfTen: -6)
  }

  /// What is limited; the raw value is its name in JSON.
  public enum Rule: String, Sendable, CaseIterable {
    case revenueDelta = "max_revenue_delta"
    case increaseShare = "max_increase_share"
  }

  /// One limit held against one candidate.
  public struct Check: Hashable, Sendable {
    /// Which limit.
    public var rule: Rule
    /// In millionths of a percent.
    public var limit: Int64
    /// Nil where there is nothing to divide by: no session was compared, or all were free.
    public var value: Percentage?
    /// Whether the value is beyond the limit, compared exactly.
    public var isViolated: Bool
  }

  /// Every limit that is set, held against the totals of a candidate.
  ///
  /// Without compared sessions nothing is violated. Revenue where there was none before violates
  /// any limit on its change.
  public func checks(of totals: BacktestTotals) -> [Check] {
    var checks: [Check] = []
    if let limit = maxRevenueDelta {
      let value = totals.deltaPercent
      let isViolated =
        value?.magnitudeExceeds(millionthsOfPercent: limit)
        ?? (totals.delta.includingVAT != .zero)
      checks.append(
        Check(rule: .revenueDelta, limit: limit, value: value, isViolated: isViolated))
    }
    if let limit = maxIncreaseShare {
      let value = totals.increasedPercent
      let isViolated = value?.magnitudeExceeds(millionthsOfPercent: limit) ?? false
      checks.append(
        Check(rule: .increaseShare, limit: limit, value: value, isViolated: isViolated))
    }
    return checks
  }
}
