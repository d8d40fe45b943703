import LMDB
import Sessions

extension ReadModels {
  /// Calls `body` with one page of the sessions that match.
  ///
  /// - Parameters:
  ///   - cursor: go on behind the page that gave it; one of this filter and this order, see
  ///     ``SessionCursor/isOf(_:in:)``.
  ///   - limit: how many at most; nil means all.
  /// - Returns: where the next page begins; nil if this was the last one.
  /// - Complexity: O(sessions), but over their summaries; only the sessions of the page are decoded.
  public func forEachSession(
    matching filter: SessionFilter, in order: SessionOrder, after cursor: SessionCursor? = nil,
    limit: Int?, _ body: (SessionEntry) throws -> Void
  ) throws -> SessionCursor? {
    try generation.environment.read { transaction in
      let facts = try facts(in: transaction)
      var left = limit ?? .max
      var last = cursor?.rank
      while true {
        // One more than wanted tells whether there is another page.
        let count = left == .max ? left : left + 1
        var scan = SessionScan(filter, order, after: last, count: count, facts)
        let ranks = try scan.run(over: generation.summaries, in: transaction)
        for rank in ranks {
          // A summary can match where the session does not, so the session is looked at too.
          let key = rank.sessionKey(in: order)
          guard let found = try entry(key, matching: filter, facts, transaction) else {
            last = rank
            continue
          }
          if left == 0 {
            return last.map {
              SessionCursor(rank: $0, order: order, filter: filter.fingerprint)
            }
          }
          try body(found)
          left -= 1
          last = rank
        }
        if ranks.count < count { return nil }
      }
    }
  }
}
