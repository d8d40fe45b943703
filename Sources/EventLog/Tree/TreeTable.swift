import Bytes
import LMDB
import Transparency

/// The rows of the table `tree`. Each group of 256 leaves has one: the root of the group, then those
/// of the larger subtrees that are complete with it, from below.
///
/// So keys only grow, a row is written once for 256 events, and the tree costs half a byte an event.
/// What is below the roots of groups is computed from the records again.
enum TreeRow {
  /// Subtrees of 2^8 leaves, as high as the tiles of public logs (C2SP tlog-tiles).
  static let groupLevel = 8

  static let groupSize: UInt64 = 1 << UInt64(groupLevel)

  /// The group that the last leaf of a tree of `size` leaves (not 0) is in.
  static func lastGroup(ofTree size: UInt64) -> UInt64 { (size - 1) >> UInt64(groupLevel) }

  /// Where a complete subtree at `groupLevel` or above is: the group that completes it, and the
  /// offset in its row.
  static func place(level: Int, index: UInt64) -> (group: UInt64, offset: Int) {
    let height = UInt64(level - groupLevel)
    return (index << height | (1 << height - 1), Int(height) * SHA256Digest.byteCount)
  }
}

extension LogTables {
  private static let frontierKey: StaticString = "tree"

  /// The table of the tree, which a log of format 1 does not have before its upgrade.
  private var writtenTree: Database {
    get throws(LedgerError) {
      guard let tree else { throw .withoutTree }
      return tree
    }
  }

  /// The frontier of the tree over all events.
  func frontier(_ transaction: borrowing some Reader, head: UInt64) throws -> MerkleFrontier {
    _ = try writtenTree
    guard let bytes = try transaction.value(of: Self.frontierKey.keyBytes, in: meta),
      let frontier = MerkleFrontier(decoding: bytes), frontier.size == head
    else { throw LedgerError.damagedTable(name: meta.name) }
    return frontier
  }

  func write(
    _ frontier: MerkleFrontier, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    try transaction.put(
      Self.frontierKey.keyBytes, byteCount: frontier.byteCount, in: meta
    ) { frontier.encode(into: $0) }
  }

  func write(
    row hashes: [SHA256Digest], group: UInt64, _ transaction: borrowing WriteTransaction
  ) throws {
    try withUnsafeBytes(of: group.bigEndian) { key in
      try hashes.withUnsafeBytes {
        try transaction.put(key, $0, in: try writtenTree, rule: .append)
      }
    }
  }

  /// The hash of a complete subtree at ``TreeRow/groupLevel`` or above.
  func subtree(
    level: Int, index: UInt64, _ transaction: borrowing some Reader
  ) throws -> SHA256Digest {
    let place = TreeRow.place(level: level, index: index)
    let tree = try writtenTree
    guard let row = try transaction.value(of: place.group, in: tree),
      row.count >= place.offset + SHA256Digest.byteCount
    else { throw LedgerError.damagedTable(name: tree.name) }
    return row.loadUnaligned(fromByteOffset: place.offset, as: SHA256Digest.self)
  }

  /// The hash that stands for a station in the tree; that of nothing for the control stream.
  func stationHash(
    _ id: UInt32, _ transaction: borrowing some Reader
  ) throws -> SHA256Digest {
    if id == 0 { return LeafHasher.hash(ofStation: UnsafeRawBufferPointer(start: nil, count: 0)) }
    let name = try withUnsafeBytes(of: id.bigEndian) { key in
      try transaction.value(of: key, in: stations)
    }
    guard let name else { throw LedgerError.damagedTable(name: stations.name) }
    return LeafHasher.hash(ofStation: name)
  }
}
