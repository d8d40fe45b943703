import Quantities

/// The blocks of the position index that belong to the history of one snapshot.
struct IndexView {
  let index: PositionIndex
  let store: IndexStore
  /// How many there are; above 0.
  let blocks: UInt64

  var shape: IndexShape { store.shape }

  /// What `read` finds; nil if it cannot be read, and then the index is not asked again.
  private func found<R>(_ read: (IndexStore) throws -> R) -> R? {
    do {
      return try read(store)
    } catch {
      index.discard(store, because: error)
      return nil
    }
  }

  func summary(ofBlock block: UInt64) -> BlockSummary? {
    found { try $0.summary(ofBlock: block) }
  }

  /// Whether an event of a block may have been received in `range`.
  func mayHold(_ range: ReceivedRange, inBlock block: UInt64) -> Bool? {
    if range.isEverything { return true }
    return summary(ofBlock: block).map {
      range.mayContain(from: $0.whole.earliest, through: $0.whole.latest)
    }
  }

  func lists(of station: UInt32, inBlock block: UInt64) -> [PositionList]? {
    found { try $0.lists(of: station, inBlock: block) }
  }

  /// The log does not agree with it.
  func isWrong() { index.discard(store, because: IndexDamage()) }
}

/// A range of received-at, half-open.
struct ReceivedRange {
  let start: Instant
  /// ``Quantities/Instant/distantFuture`` leaves it open.
  let end: Instant

  /// Whether it leaves nothing out.
  var isEverything: Bool { start == .distantPast && end == .distantFuture }

  func contains(_ time: Instant) -> Bool {
    start <= time && (time < end || end == .distantFuture)
  }

  /// Whether one of the times from `earliest` through `latest` may be in it.
  func mayContain(from earliest: Instant, through latest: Instant) -> Bool {
    start <= latest && (earliest < end || end == .distantFuture)
  }
}

/// Proves that a reader has missed no event of a stream: each record names the one before it.
struct StreamLink {
  /// Everything of the stream before this position was passed over on purpose.
  private(set) var floor: UInt64
  /// The last event that was seen at or behind `floor`.
  private(set) var last: UInt64?

  init(floor: UInt64) { self.floor = floor }

  /// The greatest position that need not be looked for any more.
  var covered: UInt64 { last ?? (floor - 1) }

  /// Whether `envelope` is the next event of `station`. If it is, it is seen.
  mutating func extend(by envelope: Envelope, of station: UInt32) -> Bool {
    let isNext = last.map { $0 == envelope.previousOfStream } ?? (envelope.previousOfStream < floor)
    guard envelope.station == station, isNext else { return false }
    last = envelope.position
    return true
  }
}
