import Bytes
import LMDB
import Quantities
import Transparency

/// Everything that the log is at one position, but for the events themselves: what a part of a backup
/// begins with, and what it ends with. Two logs with the same state hold the same events.
struct LogState: Equatable {
  /// The tree over the events; its size is the position of the last event.
  var tree = MerkleFrontier()
  var totals = LogTotals()
  /// The greatest number that a station has; numbers have no gaps.
  var stations: UInt32 = 0
  /// The greatest number that a source has.
  var sources: UInt32 = 0

  /// The log before its first event.
  static let empty = LogState()

  /// The position of the last event; 0 in an empty log.
  var position: UInt64 { tree.size }

  /// The root of the tree over the events.
  var root: SHA256Digest { tree.root(with: TreeHasher()) }
}

extension LogState {
  /// The state of the log in a snapshot.
  init(_ snapshot: borrowing LogSnapshot) throws {
    let tables = snapshot.tables
    self.tree = try tables.frontier(snapshot.transaction, head: snapshot.head)
    self.totals = try LogTotals.read(snapshot.transaction, tables.meta)
    self.stations = try tables.lastID(in: tables.stations, snapshot.transaction)
    self.sources = try tables.lastID(in: tables.sources, snapshot.transaction)
  }
}

extension LogState {
  /// Writes the one encoding of the state (`Schemas/dump.md`).
  func encode(into writer: inout ByteWriter) {
    var frontier = [UInt8](repeating: 0, count: tree.byteCount)
    frontier.withUnsafeMutableBytes { tree.encode(into: $0) }
    frontier.withUnsafeBytes { writer.raw($0) }
    writer.fixed64(totals.bodyBytes)
    writer.fixed64(UInt64(bitPattern: totals.firstReceivedAt.millisecondsSinceEpoch))
    writer.fixed64(UInt64(bitPattern: totals.logTime.millisecondsSinceEpoch))
    writer.fixed32(stations)
    writer.fixed32(sources)
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    self.tree = try Self.tree(decoding: &reader)
    totals.bodyBytes = try reader.fixed64()
    totals.firstReceivedAt = try Self.instant(&reader)
    totals.logTime = try Self.instant(&reader)
    stations = try reader.fixed32()
    sources = try reader.fixed32()
    guard stations < .max, sources < .max else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
  }

  private static func tree(decoding reader: inout ByteReader) throws(ByteReaderError)
    -> MerkleFrontier
  {
    // How many hashes follow is in the size, which stays part of the encoding.
    var ahead = reader
    let size = try ahead.fixed64()
    let bytes = try reader.raw(count: 8 + size.nonzeroBitCount * SHA256Digest.byteCount)
    // No log is as long; counting on from there must not overflow.
    guard size < 1 << 62, let tree = MerkleFrontier(decoding: bytes) else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
    return tree
  }

  private static func instant(_ reader: inout ByteReader) throws(ByteReaderError) -> Instant {
    Instant(millisecondsSinceEpoch: Int64(bitPattern: try reader.fixed64()))
  }
}
