/// Follows the end of the log, whoever appends to it.
///
///     var tail = ledger.tail(after: checkpoint)
///     while let new = try tail.next(timeoutMilliseconds: 10_000) {
///       try ledger.scan(from: new.lowerBound, through: new.upperBound) { … }
///     }
///
/// Appends of this process wake it at once; those of other processes it finds by looking at the
/// head every `pollMilliseconds`. It sees every position once, in order.
public struct LogTail {
  private let ledger: Ledger
  /// The last position it has handed out.
  public private(set) var position: UInt64

  init(_ ledger: Ledger, after position: UInt64) {
    self.ledger = ledger
    self.position = position
  }

  /// Waits for events behind ``position`` and returns their positions; nil if none came in time.
  ///
  /// A time-out of 0 looks once and does not wait. Blocks the thread: not for Swift's task threads.
  public mutating func next(
    timeoutMilliseconds: Int64, pollMilliseconds: Int64 = 200
  ) throws -> ClosedRange<UInt64>? {
    let begun = SystemClock.monotonicMilliseconds()
    while true {
      let head = try ledger.head()
      if head > position {
        defer { position = head }
        return (position + 1)...head
      }
      let left = timeoutMilliseconds - (SystemClock.monotonicMilliseconds() - begun)
      guard left > 0 else { return nil }
      ledger.headSignal.wait(
        beyond: position, milliseconds: min(left, max(pollMilliseconds, 1)))
    }
  }
}

extension Ledger {
  /// A follower of the log that begins behind `position` (0: at the first event).
  public func tail(after position: UInt64) -> LogTail { LogTail(self, after: position) }
}
