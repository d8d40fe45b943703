extension Ledger {
  /// Calls `body` with the events of a range of positions in order, until it returns false, and
  /// returns the position of the last event it was called with (`first` - 1 if there was none).
  ///
  /// The range ends at the head of the log when the scan began. The snapshot is renewed every
  /// 100,000 events and at least every second, so a scan of any length does not make the file
  /// grow. Bodies live only inside `body`.
  @discardableResult
  public func scan(
    from first: UInt64 = 1, through last: UInt64 = .max,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws -> UInt64 {
    let end = min(last, try head())
    var next = max(first, 1)
    var isStopped = false
    while next <= end && !isStopped {
      var renewal = SnapshotRenewal()
      try read { snapshot in
        try snapshot.forEachEvent(from: next, through: end) { envelope, bytes in
          next = envelope.position + 1
          isStopped = try !body(envelope, bytes)
          return !isStopped && !renewal.isDue()
        }
      }
    }
    return next - 1
  }

  /// As ``scan(from:through:_:)``, but without bodies and checksums.
  @discardableResult
  public func scanEnvelopes(
    from first: UInt64 = 1, through last: UInt64 = .max, _ body: (Envelope) throws -> Bool
  ) throws -> UInt64 {
    let end = min(last, try head())
    var next = max(first, 1)
    var isStopped = false
    while next <= end && !isStopped {
      var renewal = SnapshotRenewal()
      try read { snapshot in
        try snapshot.forEachEnvelope(from: next, through: end) { envelope in
          next = envelope.position + 1
          isStopped = try !body(envelope)
          return !isStopped && !renewal.isDue()
        }
      }
    }
    return next - 1
  }
}

/// Says when a scan should take a new snapshot.
struct SnapshotRenewal {
  private static let events = 100_000
  private static let milliseconds: Int64 = 1000
  /// The clock is asked once in so many events.
  private static let eventsPerClock = 64

  private var count = 0
  private let begun = SystemClock.monotonicMilliseconds()

  mutating func isDue() -> Bool {
    count += 1
    if count >= Self.events { return true }
    guard count % Self.eventsPerClock == 0 else { return false }
    return SystemClock.monotonicMilliseconds() - begun >= Self.milliseconds
  }
}
