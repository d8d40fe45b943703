import Bytes
import Glibc
import LMDB

/// The index says something that cannot be, or is the index of another history. Never leaves this
/// module: the index is removed and the log is read without it.
struct IndexDamage: Error {}

/// The LMDB environment of the position index: what a builder writes and readers look up.
final class IndexStore: Sendable {
  let identity: DirectoryIdentity
  let shape: IndexShape
  private let environment: Environment
  private let meta: Database
  private let blocks: Database
  private let lists: Database

  /// Opens what is in the directory `path`, making it if there is nothing.
  ///
  /// - Throws: `IndexDamage` if it is another ledger's or of another layout; ``LMDB/LMDBError``.
  init(path: String, identity: DirectoryIdentity, shape: IndexShape) throws {
    let environment = try Self.open(path)
    let create = environment.options.access == .create
    self.environment = environment
    self.identity = identity
    self.shape = shape
    self.meta = try environment.openDatabase("meta", create: create)
    self.blocks = try environment.openDatabase("blocks", create: create)
    self.lists = try environment.openDatabase("lists", create: create)
    try checkShape()
  }

  /// Every commit is synced, as in the log, so a crash leaves a whole index.
  private static func open(_ path: String) throws(LMDBError) -> Environment {
    do throws(LMDBError) {
      return try Environment(path: path, options: .init(access: .create, maxDatabases: 4))
    } catch  where error.code == .permissionDenied || error.code.rawValue == EROFS {
      return try Environment(path: path, options: .init(access: .readOnly, maxDatabases: 4))
    }
  }

  private func checkShape() throws {
    var expected = ByteWriter()
    expected.write(IndexShape.version)
    expected.string(shape.ledgerUUID)
    expected.varint(shape.blockPositions)
    let found = try environment.read { transaction in
      try transaction.value(of: Self.shapeKey.keyBytes, in: meta).map { Array($0) }
    }
    if let found {
      guard found == expected.bytes else { throw IndexDamage() }
      return
    }
    guard try blockCount() == 0 else { throw IndexDamage() }
    try environment.write { transaction in
      try expected.withUnsafeBytes { try transaction.put(Self.shapeKey.keyBytes, $0, in: meta) }
    }
  }

  private static let shapeKey: StaticString = "shape"

  /// Whether an error says that the files are at fault, and not the moment.
  static func isDamage(_ error: any Error) -> Bool {
    guard let error = error as? LMDBError else {
      return error is IndexDamage || error is ByteReaderError
    }
    return [
      .notADatabase, .truncated, .corrupted, .pageNotFound, .versionMismatch, .notFound,
      .noSuchFile,
      .keyExists,
    ].contains(error.code)
  }
}

extension IndexStore {
  /// The number of blocks: they are 0, 1, 2… without gaps.
  func blockCount() throws -> UInt64 {
    try environment.read { transaction in
      try transaction.withCursor(in: blocks) { cursor in
        guard let last = try cursor.last() else { return 0 }
        guard let block = Record.position(ofKey: last.key), block < .max else {
          throw IndexDamage()
        }
        return block + 1
      }
    }
  }

  /// When the parts of a block were received.
  func summary(ofBlock block: UInt64) throws -> BlockSummary {
    try environment.read { transaction in
      guard let value = try transaction.value(of: block, in: blocks) else { throw IndexDamage() }
      return try BlockSummary(value, block: block)
    }
  }

  /// The lists of a station's positions in a block, in order; none if it has no event there.
  func lists(of station: UInt32, inBlock block: UInt64) throws -> [PositionList] {
    try environment.read { transaction in
      var lists: [PositionList] = []
      let start = PositionList.Key(block: block, station: station, offset: 0)
      try start.withBytes { start in
        try transaction.forEach(in: self.lists, from: start) { entry in
          let key = try PositionList.Key(entry.key)
          guard key.block == block && key.station == station else { return false }
          lists.append(try PositionList(entry.value, key: key, shape))
          return true
        }
      }
      return lists
    }
  }

  /// Adds a block, behind the last one, with all its lists in order of their keys. Durable when it
  /// returns.
  func append(
    _ summary: BlockSummary, block: UInt64,
    _ lists: (_ put: (PositionList.Key, UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try environment.write { transaction in
      try lists { key, value in
        try key.withBytes { try transaction.put($0, value, in: self.lists, rule: .append) }
      }
      let value = summary.encoded(block: block)
      try value.withUnsafeBytes { value in
        try withUnsafeBytes(of: block.bigEndian) { key in
          try transaction.put(key, value, in: blocks, rule: .append)
        }
      }
    }
  }

  /// The bytes of all pages in use.
  func usedBytes() throws -> Int {
    try environment.read { transaction in
      try [meta, blocks, lists].reduce(0) { try $0 + transaction.statistics(of: $1).usedBytes }
    }
  }
}
