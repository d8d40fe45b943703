import Bytes
import Quantities

/// Turns records into the bytes of blocks. Its memory is used again from block to block.
final class BlockEncoder {
  private let columnCompressor: BlockCompressor
  private let bodyCompressor: BlockCompressor
  private var columns = ByteWriter()
  private var encodedCount = 0
  /// What an event took in the last block: a guess for the next one.
  private var bytesPerEvent = 64.0
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var blockBytes = 0

  /// - Parameter dictionary: of the bodies; empty for none.
  init(dictionary: [UInt8]) throws(LedgerError) {
    columnCompressor = try BlockCompressor(dictionary: [])
    bodyCompressor = try BlockCompressor(dictionary: dictionary)
  }

  deinit { memory.deallocate() }

  /// The block that was written last. Valid until the next one is.
  var block: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[..<blockBytes])
  }

  /// Writes the first records of a window, which is not empty, into ``block`` and returns how many:
  /// as many as ``EventBlock/targetBytes`` has room for, within a few per cent.
  func fillBlock(from window: BlockWindow) throws(LedgerError) -> Int {
    var search = BlockSearch(available: window.count, bytesPerEvent: bytesPerEvent)
    while let count = search.next {
      try encode(window, count)
      search.note(bytes: block.count, of: count)
    }
    if encodedCount != search.best { try encode(window, search.best) }
    bytesPerEvent = Double(block.count) / Double(search.best)
    return search.best
  }

  /// Writes the first `count` records of a window into ``block``.
  func encode(_ window: BlockWindow, _ count: Int) throws(LedgerError) {
    encodedCount = count
    writeColumns(window, count)
    let bodyBytes = window.bodyBytes(of: count)
    let columnsStart = EventBlock.headerBytes + count * EventBlock.saltBytes
    let columnBound = BlockCompressor.bound(columns.bytes.count)
    reserve(columnsStart + columnBound + BlockCompressor.bound(bodyBytes))
    writeSalts(window, count)
    let storedColumnBytes = try columnCompressor.compress(
      columns.bytes[...], into: UnsafeMutableRawBufferPointer(rebasing: memory[columnsStart...]))
    let bodiesStart = columnsStart + storedColumnBytes
    let storedBodyBytes = try bodyCompressor.compress(
      window.bodies[..<bodyBytes],
      into: UnsafeMutableRawBufferPointer(rebasing: memory[bodiesStart...]))
    let header = EventBlock(
      first: window.envelopes[0].position, count: count, storedColumnBytes: storedColumnBytes,
      columnBytes: columns.bytes.count, storedBodyBytes: storedBodyBytes, bodyBytes: bodyBytes,
      recordsChecksum: window.recordsChecksum(of: count))
    blockBytes = header.byteCount
    header.writeHeader(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<blockBytes]))
  }

  private func reserve(_ byteCount: Int) {
    guard memory.count < byteCount else { return }
    memory.deallocate()
    memory = .allocate(byteCount: max(byteCount, 2 * memory.count), alignment: 16)
  }

  private func writeSalts(_ window: BlockWindow, _ count: Int) {
    for index in 0..<count {
      let salt = window.envelopes[index].salt
      let offset = EventBlock.headerBytes + index * EventBlock.saltBytes
      memory.storeBytes(of: salt.low.littleEndian, toByteOffset: offset, as: UInt64.self)
      memory.storeBytes(of: salt.high.littleEndian, toByteOffset: offset + 8, as: UInt64.self)
    }
  }

  /// One field of all envelopes after the other: what is alike stands together.
  private func writeColumns(_ window: BlockWindow, _ count: Int) {
    let envelopes = window.envelopes[..<count]
    columns.removeAll()
    for envelope in envelopes { columns.write(envelope.kind.rawValue) }
    for envelope in envelopes { columns.write(envelope.direction.rawValue) }
    for envelope in envelopes { columns.write(envelope.flags.rawValue) }
    for envelope in envelopes { columns.varint(UInt64(envelope.station)) }
    for envelope in envelopes { columns.varint(UInt64(envelope.source)) }
    writeDifferences(of: envelopes.lazy.map(\.receivedAt.millisecondsSinceEpoch))
    writeDifferences(of: envelopes.lazy.map(\.recordedAt.millisecondsSinceEpoch))
    for envelope in envelopes {
      let previous = envelope.previousOfStream
      columns.varint(previous == 0 ? 0 : envelope.position - previous)
    }
    var start = 0
    for end in window.ends[..<count] {
      columns.varint(UInt64(end - start))
      start = end
    }
  }

  /// The first number, then what each adds to the one before, in 64 bits that wrap.
  private func writeDifferences(of times: some Sequence<Int64>) {
    var previous: Int64 = 0
    for time in times {
      columns.zigzag(time &- previous)
      previous = time
    }
  }
}

/// Finds how many events fill a block, in few attempts: size grows nearly in step with the number.
struct BlockSearch {
  /// A block of this size is full enough: 3 % below the target.
  private static let goodBytes = EventBlock.targetBytes * 97 / 100
  /// What is aimed at, so that a little more than expected still fits.
  private static let aimedBytes = Double(EventBlock.targetBytes) * 0.985
  private static let maxAttempts = 4

  private var fitting = 0
  private var tooMany: Int
  private var attempts = 0
  private var bytesPerEvent: Double
  private var isGood = false

  init(available: Int, bytesPerEvent: Double) {
    tooMany = available + 1
    self.bytesPerEvent = bytesPerEvent
  }

  /// The greatest number known to fit; 1 if not even that does.
  var best: Int { max(fitting, 1) }

  /// The number to be tried next; nil at the end.
  var next: Int? {
    guard !isGood, tooMany - fitting > 1 else { return nil }
    if attempts >= Self.maxAttempts {
      return fitting > 0 ? nil : max(tooMany / 2, 1)
    }
    let guess = Int(min(Self.aimedBytes / bytesPerEvent, Double(tooMany)))
    return min(max(guess, fitting + 1), tooMany - 1)
  }

  mutating func note(bytes: Int, of count: Int) {
    attempts += 1
    bytesPerEvent = Double(bytes) / Double(count)
    if bytes > EventBlock.targetBytes {
      tooMany = count
    } else {
      fitting = count
      isGood = bytes >= Self.goodBytes
    }
  }
}
