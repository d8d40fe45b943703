import ChargerEvents
import LMDB
import Sessions

extension ReadModels {
  /// Splits all sessions into at most `count` parts, so that several threads can go through them
  /// at once: together they are all sessions that there are now, each once.
  public func usageParts(_ count: Int) throws -> [UsagePart] {
    let ends = try generation.environment.read { transaction in
      try transaction.withCursor(in: generation.usage) { cursor in
        (
          try cursor.first().flatMap { Key.number($0.key) },
          try cursor.last().flatMap { Key.number($0.key) }
        )
      }
    }
    guard let first = ends.0, let last = ends.1 else { return [] }
    let share = (last - first) / UInt64(max(count, 1)) + 1
    return stride(from: first, through: last, by: Int(clamping: share)).map { start in
      UsagePart(sessionKeys: start...min(last, start + (share - 1)))
    }
  }

  /// Calls `body` with the usage and the cost of every session of one part.
  ///
  /// What `body` gets is overwritten by the next call, so that a pass over a million sessions
  /// allocates nothing for each.
  /// - Complexity: O(sessions of the part).
  public func forEachUsage(
    in part: UsagePart, _ body: (UsageRow, SessionCost) throws -> Void
  ) throws {
    try generation.environment.read { transaction in
      try forEachUsage(in: part, transaction) { _, usage, cost in try body(usage, cost) }
    }
  }

  /// As ``forEachUsage(in:_:)``, with what a record of the session says was billed; nil if none does.
  /// - Complexity: O(sessions of the part and their readings): the sessions are read too.
  public func forEachBilledUsage(
    in part: UsagePart, _ body: (UsageRow, SessionCost, BilledAmount?) throws -> Void
  ) throws {
    try generation.environment.read { transaction in
      try forEachUsage(in: part, transaction) { key, usage, cost in
        try body(usage, cost, try generation.session(key, in: transaction)?.billed)
      }
    }
  }

  private func forEachUsage(
    in part: UsagePart, _ transaction: borrowing some Transaction & ~Copyable,
    _ body: (UInt64, UsageRow, SessionCost) throws -> Void
  ) throws {
    let keys = part.sessionKeys
    try transaction.withCursor(in: generation.usage) { usage in
      try transaction.withCursor(in: generation.costs) { costs in
        // Both models have a row for every session, so the cursors go side by side.
        var cost = try costs.seek(keys.lowerBound)
        var next = try usage.seek(keys.lowerBound)
        var row = UsageRow()
        while let entry = next, let key = Key.number(entry.key), key <= keys.upperBound {
          guard let current = cost, current.key.elementsEqual(entry.key) else {
            throw ProjectionError.damagedRow("costs")
          }
          try row.read(entry.value)
          try body(key, row, try SessionCost(row: current.value))
          cost = try costs.next()
          next = try usage.next()
        }
      }
    }
  }
}

/// Some of the sessions, for one thread. Fixed when the split is made: a split of its own for each
/// thread would lose or double sessions while another process adds some.
public struct UsagePart: Sendable {
  let sessionKeys: ClosedRange<UInt64>
}
