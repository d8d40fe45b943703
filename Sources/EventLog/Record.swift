import Bytes
import Quantities

/// The record of an event: a header of 56 bytes, little-endian, then the body. Written down for
/// readers in other languages in `Schemas/log-record.md`.
enum Record {
  static let version: UInt8 = 1
  static let headerBytes = 56
  /// The greatest body. Greater ones are refused before they reach the log (SEMANTICS 8).
  static let maxBodyBytes = 16 << 20

  /// Where the fields are that the tree leaves out.
  static let flagsOffset = Offset.flags
  static let checksumOffset = Offset.checksum
  static let saltOffset = Offset.salt

  /// Where each field begins.
  private enum Offset {
    static let version = 0
    static let kind = 1
    static let direction = 2
    static let flags = 3
    static let station = 4
    static let receivedAt = 8
    static let recordedAt = 16
    static let previousOfStream = 24
    static let source = 32
    static let checksum = 36
    static let salt = 40
  }

  /// Writes header and body into `bytes`, which has exactly the size for both.
  @inline(__always)
  static func write(
    _ envelope: Envelope, body: UnsafeRawBufferPointer,
    into bytes: UnsafeMutableRawBufferPointer
  ) {
    func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ offset: Int) {
      bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }
    store(version, Offset.version)
    store(envelope.kind.rawValue, Offset.kind)
    store(envelope.direction.rawValue, Offset.direction)
    store(envelope.flags.rawValue, Offset.flags)
    store(envelope.station, Offset.station)
    store(envelope.receivedAt.millisecondsSinceEpoch, Offset.receivedAt)
    store(envelope.recordedAt.millisecondsSinceEpoch, Offset.recordedAt)
    store(envelope.previousOfStream, Offset.previousOfStream)
    store(envelope.source, Offset.source)
    store(0 as UInt32, Offset.checksum)
    store(envelope.salt.low, Offset.salt)
    store(envelope.salt.high, Offset.salt + 8)
    UnsafeMutableRawBufferPointer(rebasing: bytes[headerBytes...]).copyMemory(from: body)
    let checksum = CRC32C.checksum(
      UnsafeRawBufferPointer(bytes), continuing: keyChecksum(envelope.position))
    store(checksum, Offset.checksum)
  }

  /// Reads the header alone. The checksum is not looked at: it covers the body.
  @inline(__always)
  static func envelope(
    of record: UnsafeRawBufferPointer, at position: UInt64
  ) throws(LedgerError) -> Envelope {
    guard record.count >= headerBytes else {
      throw .damaged(position: position, reason: .tooShort)
    }
    guard record[Offset.version] == version else {
      throw .damaged(position: position, reason: .unknownVersion)
    }
    guard let direction = Direction(rawValue: record[Offset.direction]) else {
      throw .damaged(position: position, reason: .unknownDirection)
    }
    func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, _ offset: Int) -> T {
      T(littleEndian: record.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
    return Envelope(
      position: position, kind: EventKind(rawValue: record[Offset.kind]), direction: direction,
      flags: RecordFlags(rawValue: record[Offset.flags]),
      station: load(UInt32.self, Offset.station),
      receivedAt: Instant(millisecondsSinceEpoch: load(Int64.self, Offset.receivedAt)),
      recordedAt: Instant(millisecondsSinceEpoch: load(Int64.self, Offset.recordedAt)),
      previousOfStream: load(UInt64.self, Offset.previousOfStream),
      source: load(UInt32.self, Offset.source),
      salt: Salt(low: load(UInt64.self, Offset.salt), high: load(UInt64.self, Offset.salt + 8)))
  }

  /// The body of a record whose checksum is right.
  @inline(__always)
  static func checkedBody(
    of record: UnsafeRawBufferPointer, at position: UInt64
  ) throws(LedgerError) -> UnsafeRawBufferPointer {
    guard record.count >= headerBytes else {
      throw .damaged(position: position, reason: .tooShort)
    }
    guard storedChecksum(of: record) == checksum(of: record, at: position) else {
      throw .damaged(position: position, reason: .wrongChecksum)
    }
    return UnsafeRawBufferPointer(rebasing: record[headerBytes...])
  }

  /// The checksum as it stands in a whole record.
  @inline(__always)
  static func storedChecksum(of record: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(littleEndian: record.loadUnaligned(fromByteOffset: Offset.checksum, as: UInt32.self))
  }

  /// The checksum with its own field taken as zero.
  private static func checksum(
    of record: UnsafeRawBufferPointer, at position: UInt64
  ) -> UInt32 {
    let before = UnsafeRawBufferPointer(rebasing: record[..<Offset.checksum])
    let after = UnsafeRawBufferPointer(rebasing: record[Offset.salt...])
    var checksum = CRC32C.checksum(before, continuing: keyChecksum(position))
    checksum = withUnsafeBytes(of: 0 as UInt32) { CRC32C.checksum($0, continuing: checksum) }
    return CRC32C.checksum(after, continuing: checksum)
  }

  /// The key is covered too, so that a record found under another position is noticed.
  private static func keyChecksum(_ position: UInt64) -> UInt32 {
    withUnsafeBytes(of: position.bigEndian) { CRC32C.checksum($0) }
  }

  /// The position that a key of `events` stands for; nil if it cannot be one.
  @inline(__always)
  static func position(ofKey key: UnsafeRawBufferPointer) -> UInt64? {
    guard key.count == 8 else { return nil }
    return UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
  }
}
