import Bytes
import LMDB

/// Writes the blocks of a new segment into an environment of its own.
final class SegmentBuilder {
  private let environment: Environment
  private let blocks: Database
  private let infoTable: Database
  private let encoder: BlockEncoder
  private let dictionary: [UInt8]
  private var window = BlockWindow()
  /// Blocks with their keys on the way into one transaction.
  private var waiting: [(key: UInt64, block: [UInt8])] = []
  private var waitingBytes = 0
  private var blockCount: UInt64 = 0

  /// So many bytes of blocks are written at once: memory, and pages that a commit rewrites.
  private static let bytesPerCommit = 4 << 20

  /// - Parameter directory: where the segment is built; it must not exist.
  init(in directory: String, dictionary: [UInt8]) throws {
    try FileSystem.makeDirectory(directory)
    environment = try Environment(
      path: directory, options: .init(access: .create, maxDatabases: 2))
    blocks = try environment.openDatabase(Segment.blocksTable, create: true)
    infoTable = try environment.openDatabase(Segment.infoTable, create: true)
    encoder = try BlockEncoder(dictionary: dictionary)
    self.dictionary = dictionary
  }

  /// Adds the record that follows the last one.
  ///
  /// - Throws: ``LedgerError/damaged(position:reason:)`` if it is damaged.
  func append(_ record: UnsafeRawBufferPointer, at position: UInt64) throws {
    if window.isFull { try writeBlock() }
    try window.append(record, at: position)
  }

  /// Writes what is left, and what the segment is.
  func finish(
    ledger: String, first: UInt64, last: UInt64, treeRoot: SHA256Digest
  ) throws {
    while !window.isEmpty { try writeBlock() }
    try commit()
    let checksum = dictionary.withUnsafeBytes { CRC32C.checksum($0) }
    let info = SegmentInfo(
      ledger: ledger, first: first, last: last, blocks: blockCount, dictionaryChecksum: checksum,
      treeRoot: treeRoot)
    try environment.write { transaction in
      try info.encoded.withUnsafeBytes {
        try transaction.put(SegmentInfo.key.keyBytes, $0, in: infoTable)
      }
      try dictionary.withUnsafeBytes {
        try transaction.put(SegmentInfo.dictionaryKey.keyBytes, $0, in: infoTable)
      }
    }
    try environment.makeFileWhole()
  }

  private func writeBlock() throws {
    let count = try encoder.fillBlock(from: window)
    let key = window.envelopes[count - 1].position
    window.removeFirst(count)
    waiting.append((key, Array(encoder.block)))
    waitingBytes += encoder.block.count
    blockCount += 1
    if waitingBytes >= Self.bytesPerCommit { try commit() }
  }

  private func commit() throws {
    try environment.write { transaction in
      for (key, block) in waiting {
        try block.withUnsafeBytes { try transaction.put(key, $0, in: blocks, rule: .append) }
      }
    }
    waiting.removeAll(keepingCapacity: true)
    waitingBytes = 0
  }
}
