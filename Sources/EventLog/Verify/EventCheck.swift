import Quantities

/// Checks the records of the log one after the other: that none is missing, each checksum, each link
/// to the previous event of the station. And computes what the tables beside them must say.
///
/// One pass over the log feeds it; whatever else needs every record joins that pass.
struct EventCheck {
  /// The position that comes next.
  private(set) var next: UInt64
  private(set) var damaged = PositionRanges()
  private(set) var firstDamage: LedgerError.Damage?
  /// Whether a key was met that is no position, or not at its place.
  private(set) var hasStrayKey = false
  /// The ends of all streams.
  private(set) var streams: [UInt32: StreamHead] = [:]
  private(set) var totals = LogTotals()
  /// The greatest source that an event names.
  private(set) var greatestSource: UInt32 = 0
  private let first: UInt64

  /// - Parameter first: the position to begin with; links to events before it are not checked.
  init(from first: UInt64) {
    self.first = first
    next = first
  }

  /// Takes a record as it is in the table.
  /// - Returns: what is known of it; nil if it cannot be trusted.
  mutating func take(
    key: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer
  ) -> Envelope? {
    guard let position = Record.position(ofKey: key), position >= next, position < .max else {
      hasStrayKey = true
      return nil
    }
    expect(through: position - 1)
    next = position + 1
    do {
      let envelope = try Record.envelope(of: record, at: position)
      let body = try Record.checkedBody(of: record, at: position)
      try count(envelope, bodyBytes: body.count)
      return envelope
    } catch {
      if case .damaged(_, let reason) = error { add(position...position, reason) }
      return nil
    }
  }

  /// Notes that no event up to `position` is still to come.
  mutating func expect(through position: UInt64, _ reason: LedgerError.Damage = .missing) {
    guard position >= next else { return }
    add(next...position, reason)
    next = position + 1
  }

  private mutating func count(_ envelope: Envelope, bodyBytes: Int) throws(LedgerError) {
    let position = envelope.position
    var stream = streams[envelope.station] ?? .empty
    // A damaged event hides its station, so a link to one cannot be checked.
    let isLinked =
      envelope.previousOfStream == stream.lastPosition
      || envelope.previousOfStream > stream.lastPosition
        && damaged.contains(envelope.previousOfStream)
      || stream.count == 0 && envelope.previousOfStream < first
    stream.lastPosition = position
    stream.greatestReceivedAt = max(stream.greatestReceivedAt, envelope.receivedAt)
    stream.count += 1
    streams[envelope.station] = stream
    greatestSource = max(greatestSource, envelope.source)
    totals.count(
      bodyBytes: bodyBytes, receivedAt: envelope.receivedAt, recordedAt: envelope.recordedAt)
    guard isLinked else { throw .damaged(position: position, reason: .brokenChain) }
  }

  /// Notes positions that something else found.
  mutating func add(_ positions: ClosedRange<UInt64>, _ reason: LedgerError.Damage) {
    if firstDamage == nil { firstDamage = reason }
    damaged.append(positions)
  }
}
