/// How the price changes from session to session: how many sessions for each change, in minor units
/// of the currency (cents), with VAT.
///
/// A count for each different change holds the distribution without loss at the resolution that is
/// printed: quantiles are exact, merging is associative, and memory grows with the number of
/// different changes and not with the number of sessions.
public struct ChangeDistribution: Hashable, Sendable {
  /// Sessions for each change in minor units, rounded half to even.
  private var counts: [Int64: Int] = [:]
  /// Sessions in the distribution.
  public private(set) var sessions = 0

  public init() {}

  /// Adds a session whose price changes by `change` minor units.
  mutating func add(_ change: Int64, sessions count: Int = 1) {
    guard count > 0 else { return }
    counts[change, default: 0] += count
    sessions += count
  }

  mutating func merge(_ other: ChangeDistribution) {
    counts.merge(other.counts, uniquingKeysWith: +)
    sessions += other.sessions
  }

  /// Sessions whose change rounds to nothing.
  public var unchanged: Int { counts[0] ?? 0 }

  /// Every change that occurs with its number of sessions, from the greatest fall to the greatest
  /// rise.
  ///
  /// - Complexity: O(d log d) for d different changes.
  public var sorted: SortedChanges {
    SortedChanges(
      changes: counts.map { (change: $0.key, sessions: $0.value) }.sorted { $0.change < $1.change },
      sessions: sessions)
  }
}

/// A distribution in ascending order of the change, ready to be asked.
public struct SortedChanges: Sendable {
  /// In minor units, ascending; each occurs in at least one session.
  public let changes: [(change: Int64, sessions: Int)]
  /// Sessions in the distribution.
  public let sessions: Int
  /// For each entry, how many sessions changed by at most so much.
  private let cumulative: [Int]

  fileprivate init(changes: [(change: Int64, sessions: Int)], sessions: Int) {
    self.changes = changes
    self.sessions = sessions
    var sum = 0
    self.cumulative = changes.map { entry in
      sum += entry.sessions
      return sum
    }
  }

  /// The change that `perMille` thousandths of the sessions do not exceed, in minor units: the
  /// nearest-rank quantile, so a change that occurs. Nil without sessions.
  ///
  /// Rounding keeps order, so the quantile of the rounded changes is the rounded quantile.
  ///
  /// - Parameter perMille: 0 for the least change, 500 for the median, 1000 for the greatest.
  public func quantile(perMille: Int) -> Int64? {
    guard sessions > 0 else { return nil }
    let whole = Int128(sessions) * Int128(min(max(perMille, 0), 1000))
    let rank = max(1, Int((whole + 999) / 1000))
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] >= rank { high = middle } else { low = middle + 1 }
    }
    return changes[low].change
  }
}
