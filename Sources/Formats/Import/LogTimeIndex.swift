import EventLog
import Quantities

/// The least and the greatest received-at of each block of 4,096 positions: where in the log the
/// records of a range of time can be.
///
/// It costs 16 bytes a block, 4 MB for a log of a billion events.
struct LogTimeIndex {
  static let blockSize: UInt64 = 4096

  private var blocks: [(earliest: Instant, latest: Instant)] = []
  private var head: UInt64 = 0

  /// Reads the envelopes of the log up to `head`.
  init(_ ledger: Ledger, head: UInt64) throws { try extend(ledger, through: head) }

  /// Reads the envelopes that came since.
  mutating func extend(_ ledger: Ledger, through newHead: UInt64) throws {
    var blocks = self.blocks
    blocks.reserveCapacity(Int(newHead / Self.blockSize) + 1)
    try ledger.scanEnvelopes(from: head + 1, through: newHead) { envelope in
      let time = envelope.receivedAt
      if (envelope.position - 1) % Self.blockSize == 0 {
        blocks.append((time, time))
      } else {
        let last = blocks[blocks.count - 1]
        blocks[blocks.count - 1] = (min(last.earliest, time), max(last.latest, time))
      }
      return true
    }
    self.blocks = blocks
    head = newHead
  }

  /// The ranges of positions in which records received in `times` can lie, in order, as few as
  /// possible.
  func positions(receivedIn times: ClosedRange<Instant>) -> [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    for (index, block) in blocks.enumerated()
    where block.earliest <= times.upperBound && times.lowerBound <= block.latest {
      let first = UInt64(index) * Self.blockSize + 1
      let last = min(head, first + Self.blockSize - 1)
      if let previous = ranges.last, previous.upperBound + 1 == first {
        ranges[ranges.count - 1] = previous.lowerBound...last
      } else {
        ranges.append(first...last)
      }
    }
    return ranges
  }
}

/// A set of positions, small where they lie close together.
struct PositionSet {
  private var words: [UInt64: UInt64] = [:]

  func contains(_ position: UInt64) -> Bool {
    (words[position >> 6] ?? 0) & 1 << (position & 63) != 0
  }

  mutating func insert(_ position: UInt64) {
    words[position >> 6, default: 0] |= 1 << (position & 63)
  }
}
