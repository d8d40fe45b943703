import Bytes

/// Reads sealed events for one snapshot at a time, and keeps the last few blocks decoded.
///
/// `Sendable` because a snapshot has it for itself, between being taken from ``SegmentStore`` and
/// given back.
final class SealedReader: @unchecked Sendable {
  /// It, or a snapshot that holds it, has this reader.
  private unowned let store: SegmentStore
  private let decompressor: BlockDecompressor
  /// That used last at the end.
  private(set) var blocks: [DecodedBlock] = []
  private var record: [UInt8] = []

  /// Walking back along a stream comes by the same blocks again. Of small ones, that is: of those
  /// with more than a megabyte of bodies only the one asked for last stays, so that the memory is
  /// bounded by the largest body (16 MiB) and what callers are in the middle of.
  private static let maxBlocks = 8

  init(_ store: SegmentStore) throws {
    self.store = store
    decompressor = try BlockDecompressor()
  }

  /// The block that holds `position`. It is valid until other blocks have been asked for, and as
  /// long as it has users.
  func block(containing position: UInt64) throws -> DecodedBlock {
    if let last = blocks.last, last.contains(position) { return last }
    if let index = blocks.lastIndex(where: { $0.contains(position) }) {
      let block = blocks.remove(at: index)
      blocks.append(block)
      return block
    }
    let block = unusedBlock()
    // Only at the end again when it holds something.
    try store.segment(containing: position).load(position, into: block, with: decompressor)
    blocks.append(block)
    return block
  }

  /// A block to be loaded: new, or the one that has not been used for longest.
  private func unusedBlock() -> DecodedBlock {
    blocks.removeAll { $0.isLarge && $0.users == 0 }
    guard blocks.count >= Self.maxBlocks, let index = blocks.firstIndex(where: { $0.users == 0 })
    else { return DecodedBlock() }
    return blocks.remove(at: index)
  }

  /// Makes the bodies of a block readable.
  @inline(__always)
  func loadBodies(of block: DecodedBlock) throws {
    do throws(BlockDamage) {
      try block.loadBodies(with: decompressor)
    } catch {
      throw damage(to: block)
    }
  }

  private func damage(to block: DecodedBlock) -> LedgerError {
    // A block that is used has positions.
    let positions = block.positions ?? 1...1
    return .damaged(
      position: positions.lowerBound, reason: .sealedBlock(through: positions.upperBound))
  }

  /// Runs `body` with the record at `index` of a block, made again byte for byte.
  func withRecord<R>(
    _ index: Int, of block: DecodedBlock, _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    try loadBodies(of: block)
    // Taken out, as `body` may ask for another record.
    var scratch = record
    record = []
    defer { record = scratch }
    let count = block.writeRecord(index, into: &scratch)
    return try scratch.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }

  /// Calls `body` with the records at `indices`, made again, until it returns false. If these are all
  /// of the block, proves at the end that they have the checksums which they had when they were
  /// sealed.
  func forEachRecord(
    _ indices: Range<Int>, of block: DecodedBlock,
    _ body: (UnsafeRawBufferPointer, UInt64) throws -> Bool
  ) throws -> Bool {
    var checksum: UInt32 = 0
    for index in indices {
      let position = block.envelope(index).position
      let goesOn = try withRecord(index, of: block) { record in
        checksum = withUnsafeBytes(of: Record.storedChecksum(of: record).littleEndian) {
          CRC32C.checksum($0, continuing: checksum)
        }
        return try body(record, position)
      }
      guard goesOn else { return false }
    }
    guard indices.count < block.count || block.hasChecksums(checksum) else {
      throw damage(to: block)
    }
    return true
  }

  /// Gives large memory back: the snapshot is over.
  func release() {
    blocks.removeAll(where: \.isLarge)
    if record.count > 1 << 20 { record = [] }
  }
}
