import Bytes
import LMDB

/// Checks a sealed segment as a walk over its pages hands it on: what it says of itself, then its
/// blocks, whose records join the pass over all events.
///
/// A block that is not as it was written is lost as a whole: its positions are damaged.
struct SegmentVisitor: PageVisitor {
  private enum Table: String, CaseIterable { case info, blocks }

  let databasesFirst = [Segment.infoTable]
  /// What is wrong beside the events: at most one entry for each table.
  private(set) var damages: [TableDamage] = []

  private let name: String
  private let ledger: String
  private let positions: ClosedRange<UInt64>
  private let pass: RecordPass
  private let decoder: BlockRecords
  private var table: Table?
  private var seen: Set<Table> = []
  private var info: SegmentInfo?
  private var dictionaryBytes: [UInt8] = []
  private var dictionary: DecompressionDictionary?
  private var blocks: UInt64 = 0

  /// - Parameters:
  ///   - positions: those that it must hold; the pass has come up to the first of them.
  ///   - ledger: the UUID that it must name.
  init(_ positions: ClosedRange<UInt64>, ledger: String, pass: RecordPass, decoder: BlockRecords) {
    name = SegmentFiles.name(first: positions.lowerBound)
    self.positions = positions
    self.ledger = ledger
    self.pass = pass
    self.decoder = decoder
  }

  mutating func begin(database: String, entries: UInt64) {
    table = Table(rawValue: database)
    if let table { seen.insert(table) } else { add(.unknown, of: database) }
    // One that is damaged may not be ready to use; then no body fits its checksum.
    if table == .blocks && !dictionaryBytes.isEmpty {
      dictionary = try? dictionaryBytes.withUnsafeBytes { try DecompressionDictionary($0) }
    }
  }

  mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    switch table {
    case .info: takeInfo(key, value)
    case .blocks: takeBlock(key, value)
    case nil: break
    }
  }

  mutating func end() { table = nil }

  private mutating func takeInfo(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    if key.elementsEqual(SegmentInfo.key.keyBytes) {
      info = SegmentInfo(value)
      if info == nil { add(.badRow, of: Segment.infoTable) }
    } else if key.elementsEqual(SegmentInfo.dictionaryKey.keyBytes) {
      dictionaryBytes = Array(value)
    } else {
      add(.unknown, of: Segment.infoTable)
    }
  }

  private mutating func takeBlock(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    blocks += 1
    guard let last = Record.position(ofKey: key), last >= pass.events.next,
      last <= positions.upperBound
    else { return add(.badRow, of: Segment.blocksTable) }
    do throws(BlockDamage) {
      let first = try decoder.load(value, key: last, dictionary: dictionary)
      guard first >= pass.events.next else { throw BlockDamage() }
      // A block before it is missing.
      expect(through: first - 1)
      decoder.forEachRecord { pass.take(sealed: $0, at: $1) }
    } catch {
      expect(through: last)
    }
  }

  private func expect(through position: UInt64) {
    pass.events.expect(through: position, .sealedBlock(through: position))
  }

  private mutating func add(_ flaw: TableFlaw, of table: String) {
    let table = "\(name)/\(table)"
    guard !damages.contains(where: { $0.table == table }) else { return }
    damages.append(TableDamage(table: table, flaw: flaw))
  }

  /// After the walk: compares what the segment says of itself with what was read.
  mutating func finish(_ pages: PageReport) {
    let lastRead = pass.events.next - 1
    // Behind its end another segment is missing.
    expect(through: min(info?.last ?? .max, positions.upperBound))
    for table in Table.allCases where !seen.contains(table) { add(.missing, of: table.rawValue) }
    guard let info else { return add(.missing, of: Segment.infoTable) }
    let checksum = dictionaryBytes.withUnsafeBytes { CRC32C.checksum($0) }
    if checksum != info.dictionaryChecksum { add(.wrongChecksum, of: Segment.infoTable) }
    if info.ledger != ledger { add(.ofAnotherLedger, of: Segment.infoTable) }
    let isAsRead =
      info.first == positions.lowerBound
      && (lastRead...positions.upperBound).contains(info.last)
      && (info.blocks == blocks || !pages.isSound)
      && pass.tree?.agrees(with: info.treeRoot, ofSize: info.last) != false
    if !isAsRead { add(.notAsEvents, of: Segment.infoTable) }
  }
}

/// Makes the records of one block after the other, in memory that is used again.
final class BlockRecords {
  private let block = DecodedBlock()
  private let decompressor: BlockDecompressor
  private var record: [UInt8] = []

  init() throws(LedgerError) { decompressor = try BlockDecompressor() }

  /// Takes in a block, after proving that its records have the checksums that they had when they were
  /// sealed.
  /// - Returns: its first position.
  func load(
    _ bytes: UnsafeRawBufferPointer, key: UInt64, dictionary: DecompressionDictionary?
  ) throws(BlockDamage) -> UInt64 {
    try block.load(bytes, key: key, dictionary: dictionary, with: decompressor)
    try block.loadBodies(with: decompressor)
    var checksum: UInt32 = 0
    forEachRecord { record, _ in
      checksum = withUnsafeBytes(of: Record.storedChecksum(of: record).littleEndian) {
        CRC32C.checksum($0, continuing: checksum)
      }
    }
    guard block.hasChecksums(checksum), let first = block.positions?.lowerBound else {
      throw BlockDamage()
    }
    return first
  }

  /// Calls `body` with each record of the block, made again byte for byte.
  func forEachRecord(_ body: (UnsafeRawBufferPointer, UInt64) -> Void) {
    for index in 0..<block.count {
      let count = block.writeRecord(index, into: &record)
      record.withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[..<count]), block.envelope(index).position)
      }
    }
  }
}
