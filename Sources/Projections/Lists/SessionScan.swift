import LMDB

/// Finds the first sessions of a list by going through the summaries of all.
struct SessionScan {
  let order: SessionOrder
  /// Only what comes after it.
  let after: SessionRank?
  /// How many to find.
  let count: Int
  private var filter: SummaryFilter
  private var found: [SessionRank] = []
  /// Ranks from here on are not among the first.
  private var bound = SessionRank(group: .max, value: .max, tie: .max)

  init(
    _ filter: SessionFilter, _ order: SessionOrder, after: SessionRank?, count: Int, _ facts: Facts
  ) {
    self.filter = SummaryFilter(filter, facts)
    self.order = order
    self.after = after
    self.count = max(1, count)
  }

  /// The ranks of the first sessions, in order.
  /// - Complexity: O(sessions), at about the speed of memory.
  mutating func run(
    over summaries: Database, in transaction: borrowing ReadTransaction
  ) throws -> [SessionRank] {
    // The newest sessions are at the end, so a descending list finds its first ones there at once.
    if order.isDescending {
      try transaction.forEachBackwards(in: summaries) { try take($0) }
    } else {
      try transaction.forEach(in: summaries) { try take($0) }
    }
    cut()
    return found
  }

  @inline(__always)
  private mutating func take(_ entry: Entry) throws -> Bool {
    guard let sessionKey = Key.number(entry.key), entry.value.count >= SessionSummary.byteCount
    else { throw ProjectionError.damagedRow("summaries") }
    let summary = SessionSummary(entry.value)
    let rank = SessionRank(summary, sessionKey, in: order)
    guard rank < bound, after.map({ $0 < rank }) ?? true, filter.matches(summary, entry.value)
    else { return true }
    found.append(rank)
    if found.count >= Self.slack, found.count / 2 >= count { cut() }
    return true
  }

  /// Sorting now and then is cheaper than keeping an order all the time.
  private static let slack = 1024

  private mutating func cut() {
    found.sort()
    guard found.count >= count else { return }
    found.removeSubrange(count...)
    bound = found[count - 1]
  }
}
