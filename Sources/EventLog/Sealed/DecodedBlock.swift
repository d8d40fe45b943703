import Bytes
import Quantities

/// The events of one block, ready to be handed out. Its memory is used again for the next block.
///
/// Envelopes are there once it is loaded; bodies when somebody asks for them.
final class DecodedBlock {
  private var header: EventBlock?
  /// Keeps the stored bytes in memory.
  private var segment: Segment?
  private var dictionary: DecompressionDictionary?
  private var storedBodies = UnsafeRawBufferPointer(start: nil, count: 0)
  private var hasBodies = false
  private var envelopes = UnsafeMutableBufferPointer<Envelope>(start: nil, count: 0)
  /// Where each body ends.
  private var ends = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)
  private var bodies = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var columns = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// How many are in the middle of handing out its events: it must not be loaded with another block.
  var users = 0

  deinit {
    envelopes.deallocate()
    ends.deallocate()
    bodies.deallocate()
    columns.deallocate()
  }

  /// The positions it holds; nil before it is loaded.
  var positions: ClosedRange<UInt64>? { header.map { $0.first...$0.last } }

  /// The number of events; 0 before it is loaded.
  var count: Int { header?.count ?? 0 }

  func contains(_ position: UInt64) -> Bool {
    guard let header else { return false }
    return header.first <= position && position <= header.last
  }

  /// Whether it holds more memory than is worth keeping.
  var isLarge: Bool { bodies.count > 1 << 20 }

  /// The place of `position`, which it contains.
  @inline(__always)
  func index(of position: UInt64) -> Int { Int(position &- (header?.first ?? position)) }

  @inline(__always)
  func envelope(_ index: Int) -> Envelope { envelopes[index] }

  /// The body at `index`, once ``loadBodies(with:)`` has run.
  @inline(__always)
  func body(_ index: Int) -> UnsafeRawBufferPointer {
    let start = index == 0 ? 0 : ends[index - 1]
    return UnsafeRawBufferPointer(rebasing: bodies[start..<ends[index]])
  }
}

extension DecodedBlock {
  /// Takes in the block with the key `key`, whose stored bytes stay valid until its bodies are loaded.
  ///
  /// - Parameters:
  ///   - dictionary: of the bodies; nil if they have none.
  ///   - segment: keeps the bytes in memory, if something must.
  func load(
    _ block: UnsafeRawBufferPointer, key: UInt64, dictionary: DecompressionDictionary?,
    of segment: Segment? = nil, with decompressor: BlockDecompressor
  ) throws(BlockDamage) {
    header = nil
    hasBodies = false
    let header = try EventBlock(block, key: key)
    Self.reserve(header.columnBytes, &columns)
    let plain = UnsafeMutableRawBufferPointer(rebasing: columns[..<header.columnBytes])
    let stored = block[header.columnsOffset..<header.bodiesOffset]
    try decompressor.decompress(
      UnsafeRawBufferPointer(rebasing: stored), into: plain, dictionary: nil)
    do throws(ByteReaderError) {
      try readColumns(UnsafeRawBufferPointer(plain), header)
    } catch {
      throw BlockDamage()
    }
    readSalts(block, count: header.count)
    guard ends[header.count - 1] == header.bodyBytes else { throw BlockDamage() }
    storedBodies = UnsafeRawBufferPointer(rebasing: block[header.bodiesOffset...])
    self.segment = segment
    self.dictionary = dictionary
    self.header = header
  }

  /// Decompresses the bodies, unless that has been done.
  @inline(__always)
  func loadBodies(with decompressor: BlockDecompressor) throws(BlockDamage) {
    if hasBodies { return }
    guard let header else { throw BlockDamage() }
    Self.reserve(header.bodyBytes, &bodies)
    try decompressor.decompress(
      storedBodies, into: UnsafeMutableRawBufferPointer(rebasing: bodies[..<header.bodyBytes]),
      dictionary: dictionary)
    hasBodies = true
  }

  /// Makes the record at `index` again, byte for byte, at the beginning of `scratch`, and returns
  /// its size. Bodies must be loaded.
  func writeRecord(_ index: Int, into scratch: inout [UInt8]) -> Int {
    let body = body(index)
    let count = Record.headerBytes + body.count
    if count > scratch.count {
      scratch.append(contentsOf: repeatElement(0, count: count - scratch.count))
    }
    scratch.withUnsafeMutableBytes {
      Record.write(
        envelopes[index], body: body, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]))
    }
    return count
  }

  /// Whether records made again have the checksums they had when they were sealed.
  func hasChecksums(_ checksum: UInt32) -> Bool { header?.recordsChecksum == checksum }

  private static func reserve(_ count: Int, _ buffer: inout UnsafeMutableRawBufferPointer) {
    guard buffer.count < max(count, 1) else { return }
    buffer.deallocate()
    buffer = .allocate(byteCount: max(count, 1).nextPowerOf2, alignment: 16)
  }
}

// MARK: - Columns

extension DecodedBlock {
  private func readColumns(
    _ bytes: UnsafeRawBufferPointer, _ header: EventBlock
  ) throws(ByteReaderError) {
    var reader = ByteReader(bytes)
    let kinds = try reader.raw(count: header.count)
    let directions = try reader.raw(count: header.count)
    let flags = try reader.raw(count: header.count)
    prepare(header.count)
    for index in 0..<header.count {
      guard let direction = Direction(rawValue: directions[index]) else {
        throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
      }
      envelopes[index].position = header.first &+ UInt64(index)
      envelopes[index].kind = EventKind(rawValue: kinds[index])
      envelopes[index].direction = direction
      envelopes[index].flags = RecordFlags(rawValue: flags[index])
    }
    for index in 0..<header.count { envelopes[index].station = try reader.number32() }
    for index in 0..<header.count { envelopes[index].source = try reader.number32() }
    try readTimes(&reader, header.count) { envelopes[$0].receivedAt = $1 }
    try readTimes(&reader, header.count) { envelopes[$0].recordedAt = $1 }
    for index in 0..<header.count {
      let distance = try reader.varint()
      let position = envelopes[index].position
      guard distance < position else {
        throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
      }
      envelopes[index].previousOfStream = distance == 0 ? 0 : position - distance
    }
    var end = 0
    for index in 0..<header.count {
      let (sum, overflow) = UInt64(end).addingReportingOverflow(try reader.varint())
      guard !overflow, sum <= UInt64(header.bodyBytes) else {
        throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
      }
      end = Int(sum)
      ends[index] = end
    }
    guard reader.isAtEnd else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
  }

  @inline(__always)
  private func readTimes(
    _ reader: inout ByteReader, _ count: Int, _ store: (Int, Instant) -> Void
  ) throws(ByteReaderError) {
    var milliseconds: Int64 = 0
    for index in 0..<count {
      milliseconds &+= try reader.zigzag()
      store(index, Instant(millisecondsSinceEpoch: milliseconds))
    }
  }

  private func readSalts(_ block: UnsafeRawBufferPointer, count: Int) {
    func load(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    for index in 0..<count {
      let offset = EventBlock.headerBytes + index * EventBlock.saltBytes
      envelopes[index].salt = Salt(low: load(offset), high: load(offset + 8))
    }
  }

  /// Makes room for `count` events, all of them empty.
  private func prepare(_ count: Int) {
    if envelopes.isEmpty {
      envelopes = .allocate(capacity: EventBlock.maxEvents)
      ends = .allocate(capacity: EventBlock.maxEvents)
      let empty = Envelope(
        position: 0, kind: .tick, direction: .none, flags: [], station: 0,
        receivedAt: .distantPast, recordedAt: .distantPast, previousOfStream: 0, source: 0,
        salt: Salt(low: 0, high: 0))
      envelopes.initialize(repeating: empty)
      ends.initialize(repeating: 0)
    }
  }
}

extension ByteReader {
  @inline(__always)
  fileprivate mutating func number32() throws(ByteReaderError) -> UInt32 {
    guard let number = UInt32(exactly: try varint()) else {
      throw ByteReaderError(offset: offset, reason: .unknownValue)
    }
    return number
  }
}

extension Int {
  /// The least power of two that is not below a positive number.
  fileprivate var nextPowerOf2: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
