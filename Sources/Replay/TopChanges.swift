public import Quantities
public import Sessions

/// A session whose price changes much under a candidate, with the reason.
public struct SessionChange: Hashable, Sendable {
  /// Which session.
  public var session: SessionID
  /// Nil for a station without a site.
  public var site: String?
  /// The name of the station.
  public var station: String
  /// The start of the session.
  public var startedAt: Instant
  /// The tariff in force at the start; empty if the baseline is what was billed.
  public var baselineTariffID: String
  /// The price under the tariff in force, or what was billed.
  public var baseline: AmountPair
  /// The price under the candidate.
  public var candidate: AmountPair
  /// Plain words: `energy 30.2 kWh at 0.45 instead of 0.39`.
  public var reason: String

  /// What the session would cost more.
  public var delta: AmountPair { candidate - baseline }

  /// The order of a list of changes: the greatest change with VAT first, then by session id, so
  /// that the list is the same in whatever order sessions come.
  static func precedes(
    _ left: (change: ExactAmount, session: SessionID),
    _ right: (change: ExactAmount, session: SessionID)
  ) -> Bool {
    let (leftSize, rightSize) = (left.change.magnitude, right.change.magnitude)
    guard leftSize == rightSize else { return leftSize > rightSize }
    return (left.session.high, left.session.low) < (right.session.high, right.session.low)
  }

  fileprivate var rank: (change: ExactAmount, session: SessionID) {
    (delta.includingVAT, session)
  }
}

/// The sessions that changed most: a sorted list that never grows above its capacity.
///
/// - Complexity: adding costs one comparison for a session that does not enter the list, and
///   O(capacity) for one that does. Of n sessions in random order about capacity × ln n enter.
struct TopChanges: Sendable {
  private(set) var changes: [SessionChange] = []
  let capacity: Int

  init(capacity: Int) { self.capacity = max(0, capacity) }

  /// Whether a session with this change would enter the list, so that its reason is only worked
  /// out when it is needed. A session that costs the same never enters.
  func admits(change: ExactAmount, session: SessionID) -> Bool {
    guard change != .zero, capacity > 0 else { return false }
    guard changes.count == capacity, let last = changes.last else { return true }
    return SessionChange.precedes((change, session), last.rank)
  }

  mutating func insert(_ change: SessionChange) {
    guard admits(change: change.delta.includingVAT, session: change.session) else { return }
    let index = changes.firstIndex { SessionChange.precedes(change.rank, $0.rank) }
    changes.insert(change, at: index ?? changes.endIndex)
    if changes.count > capacity { changes.removeLast() }
  }

  mutating func merge(_ other: TopChanges) {
    for change in other.changes { insert(change) }
  }
}
