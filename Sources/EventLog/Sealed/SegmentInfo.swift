import Bytes
import LMDB

/// What a sealed segment says of itself: the row `info` of its table `info`.
struct SegmentInfo: Hashable {
  /// The ledger it belongs to.
  var ledger: String
  /// The first and the last position.
  var first: UInt64
  var last: UInt64
  /// The number of blocks.
  var blocks: UInt64
  /// Of the dictionary's bytes, in the row beside this one.
  var dictionaryChecksum: UInt32
  /// The root of the hash tree over the events up to the last position.
  var treeRoot: SHA256Digest

  static let key: StaticString = "info"
  static let dictionaryKey: StaticString = "dictionary"
  private static let version: UInt32 = 1
  private static let uuidBytes = 36
  private static let byteCount = 104

  /// nil if the bytes are not such a row, or damaged.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    var reader = ByteReader(bytes)
    guard let version = try? reader.fixed32(), version == Self.version,
      let dictionaryChecksum = try? reader.fixed32(), let first = try? reader.fixed64(),
      let last = try? reader.fixed64(), let blocks = try? reader.fixed64(),
      let uuid = try? reader.raw(count: Self.uuidBytes),
      let root = try? reader.raw(count: SHA256Digest.byteCount),
      let treeRoot = SHA256Digest(bytes: root), let checksum = try? reader.fixed32(),
      checksum == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes.dropLast(4))),
      1 <= first, first <= last
    else { return nil }
    self.init(
      ledger: String(decoding: uuid, as: UTF8.self), first: first, last: last, blocks: blocks,
      dictionaryChecksum: dictionaryChecksum, treeRoot: treeRoot)
  }

  init(
    ledger: String, first: UInt64, last: UInt64, blocks: UInt64, dictionaryChecksum: UInt32,
    treeRoot: SHA256Digest
  ) {
    self.ledger = ledger
    self.first = first
    self.last = last
    self.blocks = blocks
    self.dictionaryChecksum = dictionaryChecksum
    self.treeRoot = treeRoot
  }

  var encoded: [UInt8] {
    var writer = ByteWriter(reservingCapacity: Self.byteCount)
    writer.fixed32(Self.version)
    writer.fixed32(dictionaryChecksum)
    writer.fixed64(first)
    writer.fixed64(last)
    writer.fixed64(blocks)
    Array(ledger.utf8.prefix(Self.uuidBytes)).withUnsafeBytes { writer.raw($0) }
    // `ledger.json` may have been written by hand.
    while writer.bytes.count < Self.byteCount - 4 - SHA256Digest.byteCount { writer.write(0) }
    treeRoot.withUnsafeBytes { writer.raw($0) }
    writer.fixed32(writer.bytes.withUnsafeBytes { CRC32C.checksum($0) })
    return writer.bytes
  }
}
