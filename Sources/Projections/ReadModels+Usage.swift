import LMDB
import Sessions

extension ReadModels {
  /// Calls `body` with the usage and the cost of every session of one part of the ledger, so that
  /// several threads can go through all of it at once.
  ///
  /// The parts together are all sessions, each once. What `body` gets is overwritten by the next
  /// call, so that a pass over a million sessions allocates nothing for each.
  /// - Complexity: O(sessions of the part).
  public func forEachUsage(
    inPart part: Int, of parts: Int, _ body: (UsageRow, SessionCost) throws -> Void
  ) throws {
    precondition((0..<parts).contains(part), "part \(part) of \(parts)")
    var row = UsageRow()
    try generation.environment.read { transaction in
      guard let keys = try keyRange(part, parts, transaction) else { return }
      try transaction.withCursor(in: generation.costs) { costs in
        var cost = try costs.seek(keys.lowerBound)
        try withUnsafeBytes(of: keys.lowerBound.bigEndian) { start in
          try transaction.forEach(in: generation.usage, from: start) { entry in
            guard let key = Key.number(entry.key), key <= keys.upperBound else { return false }
            // Both models have a row for every session, so the cursors go side by side.
            guard let current = cost, current.key.elementsEqual(entry.key) else {
              throw ProjectionError.damagedRow("costs")
            }
            try row.read(entry.value)
            try body(row, try SessionCost(row: current.value))
            cost = try costs.next()
            return true
          }
        }
      }
    }
  }

  /// The session keys of one part: an even share of the range that they span.
  private func keyRange(
    _ part: Int, _ parts: Int, _ transaction: borrowing ReadTransaction
  ) throws -> ClosedRange<UInt64>? {
    let ends = try transaction.withCursor(in: generation.usage) { cursor in
      (
        try cursor.first().flatMap { Key.number($0.key) },
        try cursor.last().flatMap { Key.number($0.key) }
      )
    }
    guard let first = ends.0, let last = ends.1 else { return nil }
    let share = (last - first) / UInt64(parts) + 1
    let start = first + share * UInt64(part)
    guard start <= last else { return nil }
    return start...min(last, start + share - 1)
  }
}
