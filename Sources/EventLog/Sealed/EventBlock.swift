import Bytes

/// A block: the records of consecutive positions, compressed together, as the value of one key of a
/// sealed segment. Written down for readers in other languages in `Schemas/log-record.md`.
///
/// The header is followed by the salts as they are (random bytes do not get smaller), by the other
/// fields of the envelopes column by column, and by the bodies one behind the other; the last two
/// are zstd frames. A record's own checksum is not stored: it is a function of what is.
///
/// The checksum of the block takes its place when events are read. It covers the key and every byte
/// from which the records are computed. Each record, checksum included, was compared with the one
/// it replaces before the segment came into use, so as long as the bytes are the same, the records
/// are. `recordsChecksum` lets `verify` prove that with the decoder at hand.
struct EventBlock: Hashable {
  /// The first position.
  var first: UInt64
  /// The number of events, at least 1.
  var count: Int
  /// The compressed columns, and what they are uncompressed.
  var storedColumnBytes: Int
  var columnBytes: Int
  /// The same of the bodies.
  var storedBodyBytes: Int
  var bodyBytes: Int
  /// CRC-32C over the CRC fields of the records in order.
  var recordsChecksum: UInt32

  var last: UInt64 { first + UInt64(count) - 1 }
  /// Of the whole block.
  var byteCount: Int {
    Self.headerBytes + count * Self.saltBytes + storedColumnBytes + storedBodyBytes
  }
  /// Where the parts begin.
  var columnsOffset: Int { Self.headerBytes + count * Self.saltBytes }
  var bodiesOffset: Int { columnsOffset + storedColumnBytes }

  static let version: UInt32 = 1
  static let headerBytes = 40
  static let saltBytes = 16
  /// The most events of a block.
  static let maxEvents = 1024
  /// The size that a block should come close to, and exceeds only with a single event: two pages
  /// less what LMDB keeps for itself. A value above half a page takes whole pages.
  static let targetBytes = 2 * 4096 - 16
  /// The most bytes of columns: three of one byte, the others varints.
  static let maxColumnBytesPerEvent = 3 + 5 + 5 + 10 + 10 + 10 + 5
}

/// A block whose bytes are not as they were written.
struct BlockDamage: Error {}

extension EventBlock {
  private enum Offset {
    static let version = 0
    static let checksum = 4
    static let first = 8
    static let count = 16
    static let storedColumnBytes = 20
    static let columnBytes = 24
    static let storedBodyBytes = 28
    static let bodyBytes = 32
    static let recordsChecksum = 36
  }

  /// Writes the header into a block whose other parts are in their places.
  func writeHeader(into block: UnsafeMutableRawBufferPointer) {
    func store(_ value: Int, _ offset: Int) {
      // Bodies are limited to 16 MiB and a block to a few of them.
      block.storeBytes(
        of: UInt32(truncatingIfNeeded: value).littleEndian, toByteOffset: offset, as: UInt32.self)
    }
    store(Int(Self.version), Offset.version)
    block.storeBytes(of: first.littleEndian, toByteOffset: Offset.first, as: UInt64.self)
    store(count, Offset.count)
    store(storedColumnBytes, Offset.storedColumnBytes)
    store(columnBytes, Offset.columnBytes)
    store(storedBodyBytes, Offset.storedBodyBytes)
    store(bodyBytes, Offset.bodyBytes)
    store(Int(recordsChecksum), Offset.recordsChecksum)
    let checksum = Self.checksum(of: UnsafeRawBufferPointer(block), key: last)
    store(Int(checksum), Offset.checksum)
  }

  /// Reads the header of the block under the key `key`, and checks the whole block.
  init(_ block: UnsafeRawBufferPointer, key: UInt64) throws(BlockDamage) {
    func load(_ offset: Int) -> UInt32 {
      UInt32(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    guard block.count >= Self.headerBytes, load(Offset.version) == Self.version,
      load(Offset.checksum) == Self.checksum(of: block, key: key)
    else { throw BlockDamage() }
    self.init(
      first: UInt64(
        littleEndian: block.loadUnaligned(fromByteOffset: Offset.first, as: UInt64.self)),
      count: Int(load(Offset.count)), storedColumnBytes: Int(load(Offset.storedColumnBytes)),
      columnBytes: Int(load(Offset.columnBytes)),
      storedBodyBytes: Int(load(Offset.storedBodyBytes)), bodyBytes: Int(load(Offset.bodyBytes)),
      recordsChecksum: load(Offset.recordsChecksum))
    // What follows holds for every block that was written; a right checksum is no proof of it.
    guard (1...Self.maxEvents).contains(count), first >= 1, first <= key,
      key - first == UInt64(count) - 1, block.count == byteCount,
      columnBytes <= count * Self.maxColumnBytesPerEvent,
      bodyBytes <= Record.maxBodyBytes + BlockWindow.fullBodyBytes
    else { throw BlockDamage() }
  }

  /// Over the key as it is stored, then the block with its own checksum left out.
  private static func checksum(of block: UnsafeRawBufferPointer, key: UInt64) -> UInt32 {
    var checksum = withUnsafeBytes(of: key.bigEndian) { CRC32C.checksum($0) }
    let before = UnsafeRawBufferPointer(rebasing: block[..<Offset.checksum])
    checksum = CRC32C.checksum(before, continuing: checksum)
    let after = UnsafeRawBufferPointer(rebasing: block[Offset.first...])
    return CRC32C.checksum(after, continuing: checksum)
  }
}
