import Bytes
import Quantities

/// A row of `blocks`: when the parts of a block were received, and which history it is of.
struct BlockSummary {
  /// The least and the greatest received-at of a part.
  struct Zone: Hashable {
    var earliest = Instant.distantFuture
    var latest = Instant.distantPast

    mutating func include(_ time: Instant) {
      earliest = min(earliest, time)
      latest = max(latest, time)
    }
  }

  /// The salt of the block's last event: 16 random bytes that no other history has.
  var salt: Salt
  /// In order of position, ``IndexShape/zonesPerBlock`` of them.
  var zones: [Zone]

  /// All zones together.
  var whole: Zone {
    zones.reduce(into: Zone()) { whole, zone in
      whole.include(zone.earliest)
      whole.include(zone.latest)
    }
  }
}

extension BlockSummary {
  private static let byteCount = 4 + 16 + 16 * Int(IndexShape.zonesPerBlock)

  init(_ value: UnsafeRawBufferPointer, block: UInt64) throws {
    guard value.count == Self.byteCount else { throw IndexDamage() }
    let contents = UnsafeRawBufferPointer(rebasing: value[4...])
    try withUnsafeBytes(of: block.bigEndian) { key in
      try Checksum.check(value, key: key, contents)
    }
    var reader = ByteReader(contents)
    salt = Salt(low: try reader.fixed64(), high: try reader.fixed64())
    zones = []
    zones.reserveCapacity(Int(IndexShape.zonesPerBlock))
    while !reader.isAtEnd {
      zones.append(Zone(earliest: try reader.instant(), latest: try reader.instant()))
    }
  }

  func encoded(block: UInt64) -> ByteWriter {
    var contents = ByteWriter(reservingCapacity: Self.byteCount)
    contents.fixed64(salt.low)
    contents.fixed64(salt.high)
    for zone in zones {
      contents.fixed64(UInt64(bitPattern: zone.earliest.millisecondsSinceEpoch))
      contents.fixed64(UInt64(bitPattern: zone.latest.millisecondsSinceEpoch))
    }
    return withUnsafeBytes(of: block.bigEndian) { Checksum.add(to: contents, key: $0) }
  }
}

/// A row of `lists`: some of a station's positions in a block, in order.
struct PositionList {
  /// Rows are small, so that they fill pages well and a range of time can pass over most of them.
  static let maxPositions = 256

  /// Sixteen bytes that sort by block, station and position.
  struct Key: Hashable {
    let block: UInt64
    let station: UInt32
    /// Of the first position, from that of the block.
    let offset: UInt32

    init(block: UInt64, station: UInt32, offset: UInt32) {
      self.block = block
      self.station = station
      self.offset = offset
    }

    init(_ bytes: UnsafeRawBufferPointer) throws {
      guard bytes.count == 16 else { throw IndexDamage() }
      block = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
      station = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      offset = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
      let words = (block.bigEndian, station.bigEndian, offset.bigEndian)
      return try withUnsafeBytes(of: words, body)
    }
  }

  /// Ascending, at least one.
  let positions: [UInt64]
  /// The least received-at of them.
  let earliest: Instant
  /// The greatest received-at of them.
  let latest: Instant

  init(_ value: UnsafeRawBufferPointer, key: Key, _ shape: IndexShape) throws {
    guard value.count > 4 else { throw IndexDamage() }
    let contents = UnsafeRawBufferPointer(rebasing: value[4...])
    try key.withBytes { try Checksum.check(value, key: $0, contents) }
    var reader = ByteReader(contents)
    earliest = try reader.instant()
    latest = try reader.instant()
    let first = shape.first(ofBlock: key.block)
    var offset = UInt64(key.offset)
    var positions = [first + offset]
    while !reader.isAtEnd {
      let (sum, overflow) = offset.addingReportingOverflow(try reader.varint())
      guard !overflow, sum > offset, sum < shape.blockPositions else { throw IndexDamage() }
      offset = sum
      positions.append(first + offset)
    }
    self.positions = positions
  }

  /// The value of a row with the events at `offsets`, ascending, of its block.
  static func encoded(
    _ key: Key, offsets: some Sequence<UInt32>, _ zone: BlockSummary.Zone
  ) -> ByteWriter {
    var contents = ByteWriter(reservingCapacity: 16 + 3 * maxPositions)
    contents.fixed64(UInt64(bitPattern: zone.earliest.millisecondsSinceEpoch))
    contents.fixed64(UInt64(bitPattern: zone.latest.millisecondsSinceEpoch))
    var last = key.offset
    for offset in offsets where offset != key.offset {
      contents.varint(UInt64(offset - last))
      last = offset
    }
    return key.withBytes { Checksum.add(to: contents, key: $0) }
  }
}

/// CRC-32C over the key of a row and what follows the checksum in its value.
private enum Checksum {
  static func check(
    _ value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, _ contents: UnsafeRawBufferPointer
  ) throws {
    let expected = CRC32C.checksum(contents, continuing: CRC32C.checksum(key))
    guard UInt32(littleEndian: value.loadUnaligned(as: UInt32.self)) == expected else {
      throw IndexDamage()
    }
  }

  static func add(to contents: ByteWriter, key: UnsafeRawBufferPointer) -> ByteWriter {
    contents.withUnsafeBytes { contents in
      var value = ByteWriter(reservingCapacity: 4 + contents.count)
      value.fixed32(CRC32C.checksum(contents, continuing: CRC32C.checksum(key)))
      value.raw(contents)
      return value
    }
  }
}

extension ByteReader {
  fileprivate mutating func instant() throws(ByteReaderError) -> Instant {
    Instant(millisecondsSinceEpoch: Int64(bitPattern: try fixed64()))
  }
}
