import Bytes
import LMDB

/// The row `sealed` of the log's table `meta`: up to which position events are read from segments.
/// Missing while none are.
enum SealedRow {
  private static let key: StaticString = "sealed"
  private static let byteCount = 12

  /// 0 if nothing is sealed.
  static func read(
    _ transaction: borrowing some Transaction & ~Copyable, _ meta: Database
  ) throws -> UInt64 {
    guard let bytes = try transaction.value(of: key.keyBytes, in: meta) else { return 0 }
    guard let sealed = position(in: bytes) else {
      throw LedgerError.damagedTable(name: meta.name)
    }
    return sealed
  }

  /// The position that the row names; nil if it is damaged.
  static func position(in bytes: UnsafeRawBufferPointer) -> UInt64? {
    guard bytes.count == byteCount else { return nil }
    let sealed = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let stored = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
    guard UInt32(littleEndian: stored) == checksum(of: sealed), sealed < .max else { return nil }
    return sealed
  }

  static func write(
    _ sealed: UInt64, _ transaction: borrowing WriteTransaction, _ meta: Database
  ) throws(LMDBError) {
    try transaction.put(key.keyBytes, byteCount: byteCount, in: meta) { bytes in
      bytes.storeBytes(of: sealed.littleEndian, as: UInt64.self)
      bytes.storeBytes(of: checksum(of: sealed).littleEndian, toByteOffset: 8, as: UInt32.self)
    }
  }

  /// The name of the row is covered too.
  private static func checksum(of sealed: UInt64) -> UInt32 {
    withUnsafeBytes(of: sealed.littleEndian) {
      CRC32C.checksum($0, continuing: CRC32C.checksum(key.keyBytes))
    }
  }
}
