import Bytes
import Quantities

/// Reads a block of the log and writes its lists. Its memory, about seven megabytes, is used again for
/// each block.
struct IndexBuilder {
  private let ledger: Ledger
  private let shape: IndexShape
  /// Of each event of the block: its station, then its offset from the block's first position.
  private var places: [UInt64] = []
  /// By offset.
  private var receivedAt: [Instant] = []
  /// By offset: the previous position of the stream.
  private var previous: [UInt64] = []
  private var salt = Salt(low: 0, high: 0)

  init(_ ledger: Ledger) {
    self.ledger = ledger
    self.shape = ledger.positionIndex.shape
  }

  /// Adds a block whose events are all in the log.
  mutating func build(block: UInt64, in store: IndexStore) throws {
    try gather(block)
    places.sort()
    try checkLinks(block)
    try store.append(summary(), block: block) { put in try writeLists(block, put) }
  }

  private mutating func gather(_ block: UInt64) throws {
    places.removeAll(keepingCapacity: true)
    receivedAt.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    let first = shape.first(ofBlock: block)
    let last = first + (shape.blockPositions - 1)
    let reached = try ledger.scanEnvelopes(from: first, through: last) { envelope in
      places.append(UInt64(envelope.station) << 32 | (envelope.position - first))
      receivedAt.append(envelope.receivedAt)
      previous.append(envelope.previousOfStream)
      salt = envelope.salt
      return true
    }
    guard reached == last else {
      throw LedgerError.damaged(position: reached + 1, reason: .missing)
    }
  }

  /// Records are not checked by their checksums here. So a damaged one must not get into the lists of
  /// another station: each event has to name the one before it.
  private func checkLinks(_ block: UInt64) throws {
    let first = shape.first(ofBlock: block)
    var before: UInt64?
    for place in places {
      let named = previous[Self.offset(place)]
      let isLinked =
        if let before, before >> 32 == place >> 32 {
          named == first + UInt64(Self.offset(before))
        } else {
          named < first
        }
      guard isLinked else {
        let position = first + UInt64(Self.offset(place))
        throw LedgerError.damaged(position: position, reason: .brokenChain)
      }
      before = place
    }
  }

  private func summary() -> BlockSummary {
    var zones: [BlockSummary.Zone] = []
    for start in stride(from: 0, to: receivedAt.count, by: Int(shape.zonePositions)) {
      var zone = BlockSummary.Zone()
      for time in receivedAt[start..<start + Int(shape.zonePositions)] { zone.include(time) }
      zones.append(zone)
    }
    return BlockSummary(salt: salt, zones: zones)
  }

  private func writeLists(
    _ block: UInt64, _ put: (PositionList.Key, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rest = places[...]
    while let first = rest.first {
      let list = rest.prefix(PositionList.maxPositions).prefix { $0 >> 32 == first >> 32 }
      rest = rest[list.endIndex...]
      var zone = BlockSummary.Zone()
      for place in list { zone.include(receivedAt[Self.offset(place)]) }
      let key = PositionList.Key(
        block: block, station: UInt32(truncatingIfNeeded: first >> 32),
        offset: UInt32(truncatingIfNeeded: first))
      let offsets = list.lazy.map { UInt32(truncatingIfNeeded: $0) }
      let value = PositionList.encoded(key, offsets: offsets, zone)
      try value.withUnsafeBytes { try put(key, $0) }
    }
  }

  private static func offset(_ place: UInt64) -> Int { Int(place & 0xffff_ffff) }
}
