import Quantities

/// Where and when the ledger got the record that is being folded.
public struct EventStamp: Sendable, Hashable {
  /// The position in the log; 0 is none.
  public var position: UInt64
  /// The time of receipt. A station is folded in order of (received-at, position).
  public var receivedAt: Instant

  public init(position: UInt64, receivedAt: Instant) {
    self.position = position
    self.receivedAt = receivedAt
  }

  /// The station's own time if it can be right (SEMANTICS 4).
  func credible(_ time: Instant?) -> Instant? {
    time.flatMap { SessionPolicy.isCredible($0, receivedAt: receivedAt) ? $0 : nil }
  }
}
