import Bytes
import LMDB

/// A row of the table `event_ids`: an id, the position of its event, and a checksum, as nothing else
/// in the log tells what the id was.
struct EventIDRow {
  let id: EventID
  let position: UInt64

  static let byteCount = EventID.byteCount + 12

  init(id: EventID, position: UInt64) {
    self.id = id
    self.position = position
  }

  /// nil if the bytes are not what was written in `slot`.
  init?(_ bytes: UnsafeRawBufferPointer, slot: UInt32) {
    guard bytes.count == Self.byteCount,
      bytes.hasChecksum(at: EventID.byteCount + 8, continuing: Self.checksum(of: slot))
    else { return nil }
    let position = bytes.loadUnaligned(fromByteOffset: EventID.byteCount, as: UInt64.self)
    self.init(id: EventID(loadingFrom: bytes), position: UInt64(littleEndian: position))
  }

  func write(into bytes: UnsafeMutableRawBufferPointer, slot: UInt32) {
    id.write(into: bytes)
    bytes.storeBytes(of: position.littleEndian, toByteOffset: EventID.byteCount, as: UInt64.self)
    bytes.storeChecksum(at: EventID.byteCount + 8, continuing: Self.checksum(of: slot))
  }

  /// The key is covered too, so that a row found in another slot is noticed.
  private static func checksum(of slot: UInt32) -> UInt32 {
    withUnsafeBytes(of: slot.bigEndian) { CRC32C.checksum($0) }
  }
}

/// The row `event_ids` of `meta`: how many ids there ever were, the window, and a checksum.
struct EventIDExtent {
  let count: UInt64
  let window: UInt64

  private static let byteCount = 20
  private static let key: StaticString = "event_ids"

  /// nil in a ledger that has never remembered an id.
  static func read(
    _ transaction: borrowing some Transaction & ~Copyable, _ meta: Database
  ) throws -> EventIDExtent? {
    guard let bytes = try transaction.value(of: key.keyBytes, in: meta) else { return nil }
    guard let extent = EventIDExtent(bytes) else {
      throw LedgerError.damagedTable(name: meta.name)
    }
    return extent
  }

  init(count: UInt64, window: UInt64) {
    self.count = count
    self.window = window
  }

  /// nil if the bytes are not the row.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount, bytes.hasChecksum(at: Self.byteCount - 4) else {
      return nil
    }
    count = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    window = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    guard (1...UInt64(EventIDRing.maxWindow)).contains(window), count < .max else { return nil }
  }

  func write(_ transaction: borrowing WriteTransaction, _ meta: Database) throws(LMDBError) {
    try transaction.put(Self.key.keyBytes, byteCount: Self.byteCount, in: meta) { bytes in
      bytes.storeBytes(of: count.littleEndian, as: UInt64.self)
      bytes.storeBytes(of: window.littleEndian, toByteOffset: 8, as: UInt64.self)
      bytes.storeChecksum(at: Self.byteCount - 4)
    }
  }

  static func remove(
    _ transaction: borrowing WriteTransaction, _ meta: Database
  ) throws(LMDBError) {
    try transaction.delete(key.keyBytes, in: meta)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the four bytes at `offset` are the CRC-32C of those before them.
  fileprivate func hasChecksum(at offset: Int, continuing checksum: UInt32 = 0) -> Bool {
    let covered = UnsafeRawBufferPointer(rebasing: self[..<offset])
    let stored = loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return UInt32(littleEndian: stored) == CRC32C.checksum(covered, continuing: checksum)
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func storeChecksum(at offset: Int, continuing checksum: UInt32 = 0) {
    let covered = UnsafeRawBufferPointer(rebasing: self[..<offset])
    storeBytes(
      of: CRC32C.checksum(covered, continuing: checksum).littleEndian, toByteOffset: offset,
      as: UInt32.self)
  }
}
