import Quantities

extension LogSnapshot {
  /// Calls `body` with the events from `first` through `last` that were received in [`start`, `end`),
  /// in order of position, until it returns false. An `end` of
  /// ``Quantities/Instant/distantFuture`` leaves nothing out.
  ///
  /// Received-at has no order in the log, as history is imported. Where the index covers the log, the
  /// parts that hold no such event are passed over; the rest is looked through.
  /// - Throws: ``LedgerError/damaged(position:reason:)``; what `body` throws.
  /// - Complexity: O(n) envelopes of the parts that may hold such events: 4,096 positions each where
  ///   there is an index, else the whole range. Bodies and checksums of other events are not read.
  public func forEachEvent(
    receivedFrom start: Instant, to end: Instant, from first: UInt64 = 1,
    through last: UInt64 = .max,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    let received = ReceivedRange(start: start, end: end)
    let last = min(last, head)
    var next = max(first, 1)
    var isStopped = false
    func isWanted(_ envelope: Envelope) -> Bool { received.contains(envelope.receivedAt) }
    func visit(through last: UInt64) throws {
      try forEachEvent(from: next, through: last, where: isWanted) { envelope, bytes in
        isStopped = try !body(envelope, bytes)
        return !isStopped
      }
    }
    if let view = positionIndex.view(of: self) {
      let shape = view.shape
      while next <= last, !isStopped, shape.block(of: next) < view.blocks {
        guard let summary = view.summary(ofBlock: shape.block(of: next)) else { break }
        for zone in summary.zones[shape.zone(of: next)...] where !isStopped && next <= last {
          let zoneEnd = shape.lastOfZone(of: next)
          if received.mayContain(from: zone.earliest, through: zone.latest) {
            try visit(through: min(zoneEnd, last))
          }
          next = zoneEnd + 1
        }
      }
    }
    if !isStopped && next <= last { try visit(through: last) }
  }
}
