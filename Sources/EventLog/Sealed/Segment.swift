import Bytes
import LMDB

/// A sealed segment: an LMDB environment with the blocks of a range of positions, which nobody
/// writes any more. What is in it: `Schemas/log-record.md`.
final class Segment: Sendable {
  let info: SegmentInfo
  /// The bytes of all pages in use.
  let usedBytes: Int
  /// Of the bodies; nil if they have none.
  let dictionary: DecompressionDictionary?
  private let environment: Environment
  private let blocks: Database

  static let blocksTable = "blocks"
  static let infoTable = "info"

  /// Opens the segment in `directory`. nil if it is there and is not what was written.
  init?(at directory: String) throws {
    // The map becomes as large as the file is.
    environment = try Environment(
      path: directory, options: .init(access: .immutable, mapBytes: 4096, maxDatabases: 2))
    blocks = try environment.openDatabase(Self.blocksTable)
    let infoTable = try environment.openDatabase(Self.infoTable)
    let (blocks, environment) = (blocks, environment)
    let contents = try environment.read { transaction -> (SegmentInfo, [UInt8], Int)? in
      guard let row = try transaction.value(of: SegmentInfo.key.keyBytes, in: infoTable),
        let info = SegmentInfo(row),
        let dictionary = try transaction.value(
          of: SegmentInfo.dictionaryKey.keyBytes, in: infoTable),
        CRC32C.checksum(dictionary) == info.dictionaryChecksum
      else { return nil }
      let usedBytes =
        try transaction.statistics(of: blocks).usedBytes
        + transaction.statistics(of: infoTable).usedBytes
      return (info, Array(dictionary), usedBytes)
    }
    guard let (info, dictionary, usedBytes) = contents else { return nil }
    self.info = info
    self.usedBytes = usedBytes
    self.dictionary =
      dictionary.isEmpty
      ? nil : try dictionary.withUnsafeBytes { try DecompressionDictionary($0) }
  }

  /// Loads the block that holds `position` into `decoded`.
  func load(
    _ position: UInt64, into decoded: DecodedBlock, with decompressor: BlockDecompressor
  ) throws {
    try environment.read { transaction in
      try transaction.withCursor(in: blocks) { cursor in
        // Blocks have their last positions as keys.
        guard let entry = try cursor.seek(position), let key = Record.position(ofKey: entry.key)
        else { throw damage(at: position, through: info.last) }
        do throws(BlockDamage) {
          try decoded.load(
            entry.value, key: key, dictionary: dictionary, of: self, with: decompressor)
          guard decoded.contains(position) else { throw BlockDamage() }
        } catch {
          throw damage(at: try firstPosition(cursor), through: key)
        }
      }
    }
  }

  /// The first position of the block under a cursor, as the block before it says.
  private func firstPosition(_ cursor: borrowing Cursor) throws -> UInt64 {
    guard let entry = try cursor.previous(), let key = Record.position(ofKey: entry.key) else {
      return info.first
    }
    return key &+ 1
  }

  private func damage(at position: UInt64, through last: UInt64) -> LedgerError {
    .damaged(position: position, reason: .sealedBlock(through: max(last, position)))
  }
}
