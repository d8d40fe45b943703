import CLMDB
import Synchronization

/// A named database of an environment: keys in byte order, one value each.
public struct Database: Sendable, Hashable {
  /// The name in its environment.
  public let name: String
  let handle: MDB_dbi
}

/// The size and shape of a database.
public struct DatabaseStatistics: Sendable, Hashable {
  /// The number of keys.
  public var entries: Int
  /// The levels of the tree; 0 when empty.
  public var depth: Int
  /// Pages that lead to others.
  public var branchPages: Int
  /// Pages of keys and values.
  public var leafPages: Int
  /// Pages of values above about 2,000 bytes.
  public var overflowPages: Int
  /// The size of a page.
  public var pageBytes: Int

  /// The bytes of all pages.
  public var usedBytes: Int { (branchPages + leafPages + overflowPages) * pageBytes }

  init(_ raw: MDB_stat) {
    self.entries = raw.ms_entries
    self.depth = Int(raw.ms_depth)
    self.branchPages = raw.ms_branch_pages
    self.leafPages = raw.ms_leaf_pages
    self.overflowPages = raw.ms_overflow_pages
    self.pageBytes = Int(raw.ms_psize)
  }
}

extension Environment {
  /// Opens a named database, creating it if asked. Transactions that are active already cannot use
  /// it. Not inside a write transaction of the same thread.
  ///
  /// - Throws: `notFound` if it does not exist and is not to be created.
  public func openDatabase(_ name: String, create: Bool = false) throws(LMDBError) -> Database {
    // Handles are shared by the process, and only one transaction at a time may open them.
    try databaseOpening.withLock { _ throws(LMDBError) in
      options.access.isReading
        ? try openInRead(name) : try openInWrite(name, create ? UInt32(MDB_CREATE) : 0)
    }
  }

  private func openInWrite(_ name: String, _ flags: UInt32) throws(LMDBError) -> Database {
    let transaction = try beginWrite()
    let database = try Self.open(name, flags, transaction.handle, path)
    try transaction.commit()
    return database
  }

  private func openInRead(_ name: String) throws(LMDBError) -> Database {
    let transaction = try beginRead()
    let database = try Self.open(name, 0, transaction.handle, path)
    try transaction.keepOpenedDatabases()
    return database
  }

  private static func open(
    _ name: String, _ flags: UInt32, _ transaction: TransactionHandle, _ path: String
  ) throws(LMDBError) -> Database {
    var handle: MDB_dbi = 0
    try check(
      mdb_dbi_open(transaction.pointer, name, flags, &handle), "open the database", path)
    return Database(name: name, handle: handle)
  }
}
