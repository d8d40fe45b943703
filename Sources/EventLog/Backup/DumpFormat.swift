import Bytes

/// The form of a part of a backup, as `Schemas/dump.md` describes it: sixteen bytes that name the
/// format, then frames.
enum DumpFormat {
  /// The form that this program writes, and the newest that it reads.
  static let version: UInt8 = 1
  /// The end of a part's name.
  static let suffix = ".wattledger-dump"
  /// What a part is called until it is whole.
  static let partialSuffix = ".wattledger-dump.partial"

  /// The text before the version.
  static let signature = Array("wattledger-dump".utf8)
  /// The first bytes of a part.
  static let magic = signature + [version]

  /// A frame holds no more events than this,
  static let maxFrameEvents = 4096
  /// and no more bytes, unless a single record has more.
  static let maxFrameBytes = 1 << 20
  /// What a reader accepts: room for the largest record, and to spare.
  static let maxContentBytes = Record.maxBodyBytes + maxFrameBytes
}

/// What is in a frame. The raw value is the four letters that stand in the file.
enum FrameKind: UInt32 {
  /// Which ledger, and the state of the log before the part.
  case head = 0x4441_4548
  /// Names of stations and sources, before the records that use them.
  case names = 0x454D_414E
  /// Records as they are in the log.
  case records = 0x5343_4552
  /// Event ids of events of this part.
  case eventIDs = 0x4449_5645
  /// The state of the log after the part: nothing follows it.
  case end = 0x5453_414C
}

/// The sixteen bytes before the content of a frame.
struct FrameHeader {
  static let byteCount = 16
  private static let checkedBytes = 12

  /// ``FrameKind``, if it is one.
  var kind: UInt32
  /// The bytes of the content.
  var contentBytes: UInt32
  /// The bytes in the file, compressed.
  var storedBytes: UInt32
  /// CRC-32C of the twelve bytes before it and of what is stored, continued from the frame before: so
  /// a frame has its place, too.
  var checksum: UInt32

  /// A header for `stored`, behind a frame with the checksum `previous`.
  init(_ kind: FrameKind, contentBytes: Int, stored: UnsafeRawBufferPointer, after previous: UInt32)
  {
    // The writer keeps contents below 17 MiB, and what is stored is hardly more.
    self.init(
      kind: kind.rawValue, contentBytes: UInt32(contentBytes), storedBytes: UInt32(stored.count),
      checksum: 0)
    checksum = expectedChecksum(of: stored, after: previous)
  }

  /// From the first sixteen of `bytes`.
  init(loadingFrom bytes: UnsafeRawBufferPointer) {
    func load(_ offset: Int) -> UInt32 {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    self.init(
      kind: load(0), contentBytes: load(4), storedBytes: load(8), checksum: load(12))
  }

  private init(kind: UInt32, contentBytes: UInt32, storedBytes: UInt32, checksum: UInt32) {
    self.kind = kind
    self.contentBytes = contentBytes
    self.storedBytes = storedBytes
    self.checksum = checksum
  }

  func write(into bytes: UnsafeMutableRawBufferPointer) {
    for (index, field) in [kind, contentBytes, storedBytes, checksum].enumerated() {
      bytes.storeBytes(of: field.littleEndian, toByteOffset: index * 4, as: UInt32.self)
    }
  }

  /// The checksum that the frame must have.
  func expectedChecksum(of stored: UnsafeRawBufferPointer, after previous: UInt32) -> UInt32 {
    withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 4) { bytes in
      write(into: bytes)
      let covered = UnsafeRawBufferPointer(rebasing: bytes[..<Self.checkedBytes])
      return CRC32C.checksum(stored, continuing: CRC32C.checksum(covered, continuing: previous))
    }
  }
}

/// The content of the first frame.
struct DumpHead: Equatable {
  /// Which ledger it is, wherever its directory goes.
  var uuid: String
  /// The program that created the ledger.
  var createdBy: String
  /// The state of the log before the first event of the part.
  var before: LogState
}

extension DumpHead {
  /// What its frame holds.
  var content: [UInt8] {
    var writer = ByteWriter()
    writer.string(uuid)
    writer.string(createdBy)
    before.encode(into: &writer)
    return writer.bytes
  }

  init(decoding content: UnsafeRawBufferPointer) throws(ByteReaderError) {
    var reader = ByteReader(content)
    self.uuid = try reader.string()
    self.createdBy = try reader.string()
    self.before = try LogState(decoding: &reader)
    // It goes into `ledger.json` as it is.
    let isPlain = uuid.utf8.allSatisfy { $0 == UInt8(ascii: "-") || Self.isLetterOrDigit($0) }
    guard reader.isAtEnd, isPlain, (1...64).contains(uuid.utf8.count) else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// The content of the last frame.
struct DumpEnd: Equatable {
  /// The number of event ids in the part.
  var eventIDs: UInt64
  /// The state of the log after the last event of the part.
  var after: LogState
}

extension DumpEnd {
  /// What its frame holds.
  var content: [UInt8] {
    var writer = ByteWriter()
    writer.fixed64(eventIDs)
    after.encode(into: &writer)
    return writer.bytes
  }

  init(decoding content: UnsafeRawBufferPointer) throws(ByteReaderError) {
    var reader = ByteReader(content)
    self.eventIDs = try reader.fixed64()
    self.after = try LogState(decoding: &reader)
    guard reader.isAtEnd else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
  }
}
