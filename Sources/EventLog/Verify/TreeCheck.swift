import Bytes
import Transparency

/// Computes the hash tree from the records and the names of the stations, and compares it with the
/// stored one. It finds what a checksum does not: a record that was changed together with it.
///
/// A second thread makes half of the hashes while the records are read. For comparing, eight bytes
/// are kept for 256 events. It ends at the first damaged event, for without its leaf nothing behind
/// it can be computed.
struct TreeCheck {
  private(set) var isWhole = true
  /// The leaves so far.
  private var size: UInt64 = 0
  private let appender = TreeAppender()
  private var stations: [UInt32: SHA256Digest] = [
    0: LeafHasher.hash(ofStation: UnsafeRawBufferPointer(start: nil, count: 0))
  ]
  /// A hash of each row that the table must have.
  private var rows: [UInt64] = []
  /// The rows of the table so far.
  private(set) var rowCount: UInt64 = 0

  /// After so many leaves their rows are looked at: a compromise between memory and waiting.
  private static let leavesAtOnce: UInt64 = 1 << 14

  init() { appender.beginBatch(MerkleFrontier(), lastStation: .max) }

  /// Takes a row of the table of stations, all of which come before the events.
  mutating func take(station key: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) {
    guard key.count == 4 else { return }
    let id = UInt32(bigEndian: key.loadUnaligned(as: UInt32.self))
    stations[id] = LeafHasher.hash(ofStation: name)
  }

  /// Takes the next record; nil stands for one that cannot be trusted.
  mutating func take(_ record: UnsafeRawBufferPointer, _ envelope: Envelope?) {
    guard isWhole, let envelope, envelope.position == size + 1,
      let station = stations[envelope.station]
    else {
      isWhole = false
      return
    }
    appender.append(record, station: station, index: size)
    size += 1
    if size.isMultiple(of: Self.leavesAtOnce) { finish() }
  }

  /// The tree of the records so far.
  mutating func finish() {
    appender.finish()
    rows += appender.rows.map { $0.hashes.withUnsafeBytes(Self.hash) }
    appender.beginBatch(appender.frontier, lastStation: .max)
  }

  /// The tree as it was when ``finish()`` was called last.
  var frontier: MerkleFrontier { appender.frontier }

  /// Whether a root over the first `size` events is that of the records so far. True if that cannot be
  /// said.
  mutating func agrees(with root: SHA256Digest, ofSize size: UInt64) -> Bool {
    guard isWhole, size == self.size else { return true }
    finish()
    return frontier.root(with: TreeHasher()) == root
  }

  /// Takes a row of the table, after all records.
  /// - Returns: the positions that the row is of, if it is not what the records give.
  mutating func take(
    group key: UnsafeRawBufferPointer, row: UnsafeRawBufferPointer
  ) -> ClosedRange<UInt64>? {
    defer { rowCount += 1 }
    // What is behind the last full group of the records is not of any.
    guard isWhole, rowCount < rows.count else { return nil }
    if Record.position(ofKey: key) == rowCount && rows[Int(rowCount)] == Self.hash(row) {
      return nil
    }
    return rowCount * TreeRow.groupSize + 1...(rowCount + 1) * TreeRow.groupSize
  }

  /// Whether the table has as many rows as the records fill.
  var hasAllRows: Bool { rowCount == rows.count }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = StableHash64()
    hash.combine(sized: bytes)
    return hash.value
  }
}
