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
    var isFinished = false
    while !isFinished && next <= last {
      var renewal = SnapshotRenewal()
      try read { snapshot in
        isFinished = true
        func visit(_ envelope: Envelope, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
          next = envelope.position + 1
          guard try body(envelope, bytes) else { return false }
          isFinished = !renewal.isDue()
          return isFinished
        }
        if let station {
          try snapshot.forEachEvent(
            ofStream: station, from: next, through: last, receivedFrom: start, to: end, visit)
        } else {
          try snapshot.forEachEvent(
            receivedFrom: start, to: end, from: next, through: last, visit)
        }
      }
    }
  }
}
