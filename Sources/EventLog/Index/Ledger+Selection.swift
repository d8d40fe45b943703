import Quantities

extension Ledger {
  /// Calls `body` with the events of one stream, or of all, in order of position, until it returns
  /// false: those from `first` through `last` that were received in [`start`, `end`). An `end` of
  /// ``Quantities/Instant/distantFuture`` leaves nothing out.
  ///
  /// As ``scan(from:through:_:)`` it ends at the head when it began and renews its snapshot on the way.
  /// The index makes it fast as far as it reaches; ``catchUpIndex(through:_:)`` first is worth it.
  public func scan(
    stream station: UInt32?, from first: UInt64 = 1, through last: UInt64 = .max,
    receivedFrom start: Instant = .distantPast, to end: Instant = .distantFuture,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    let last = min(last, try head())
    var next = max(first, 1)
    var isStopped = false
    while !isStopped && next <= last {
      // By time, a snapshot goes through a piece of the log, however few events are wanted of it.
      let pieceEnd =
        station == nil && last - next >= Self.positionsOfSnapshot
        ? next + Self.positionsOfSnapshot : last
      // Counted from the first event: the way back to it may be long, and must not be gone in vain.
      var renewal: SnapshotRenewal?
      var isCut = false
      func visit(_ envelope: Envelope, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
        next = envelope.position + 1
        isStopped = try !body(envelope, bytes)
        var clock = renewal ?? SnapshotRenewal()
        isCut = clock.isDue()
        renewal = clock
        return !isStopped && !isCut
      }
      try read { snapshot in
        if let station {
          try snapshot.forEachEvent(
            ofStream: station, from: next, through: last, receivedFrom: start, to: end, visit)
        } else {
          try snapshot.forEachEvent(
            receivedFrom: start, to: end, from: next, through: pieceEnd, visit)
        }
      }
      if !isCut { next = pieceEnd + 1 }
    }
  }

  private static let positionsOfSnapshot: UInt64 = 100_000
}
