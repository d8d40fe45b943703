import CLMDB

/// What read and write transactions have in common: looking things up.
public protocol Transaction: ~Copyable {
  /// What it reads.
  var environment: Environment { get }
  /// What calls of liblmdb are given.
  var handle: TransactionHandle { get }
}

/// A transaction of liblmdb, opaque outside this module.
public struct TransactionHandle {
  let pointer: OpaquePointer
}

/// A snapshot of an environment, inside a closure of ``Environment/read(_:)``.
public struct ReadTransaction: ~Copyable, Transaction {
  /// Where it reads.
  public let environment: Environment
  /// What calls of liblmdb are given; of no use outside this module.
  public let handle: TransactionHandle
  private var isEnded = false

  init(environment: Environment, handle: OpaquePointer) {
    self.environment = environment
    self.handle = TransactionHandle(pointer: handle)
  }

  deinit {
    if !isEnded { mdb_txn_abort(handle.pointer) }
    environment.readEnded()
  }

  /// Ends the transaction. The databases it opened stay open, which an abort would undo.
  consuming func keepOpenedDatabases() throws(LMDBError) {
    isEnded = true
    try check(mdb_txn_commit(handle.pointer), "keep a database open", environment.path)
  }
}

@available(*, unavailable)
extension ReadTransaction: Sendable {}

extension Transaction where Self: ~Copyable {
  /// The value of `key`, in place; nil if there is none.
  ///
  /// The view is valid until the transaction ends or, in a write transaction, until the next
  /// change. Its address has no alignment to rely on.
  /// - Complexity: O(log n).
  public func value(
    of key: UnsafeRawBufferPointer, in database: Database
  ) throws(LMDBError) -> UnsafeRawBufferPointer? {
    var keyView = MDB_val(borrowing: key)
    var valueView = MDB_val()
    let result = mdb_get(handle.pointer, database.handle, &keyView, &valueView)
    if result == MDB_NOTFOUND { return nil }
    try check(result, "get a value", environment.path)
    return valueView.bytes
  }

  /// The value of an integer key, which is stored as eight bytes, highest first.
  public func value(
    of key: UInt64, in database: Database
  ) throws(LMDBError) -> UnsafeRawBufferPointer? {
    try withUnsafeBytes(of: key.bigEndian) { (bytes) throws(LMDBError) in
      try value(of: bytes, in: database)
    }
  }

  /// Size and shape of one database.
  public func statistics(of database: Database) throws(LMDBError) -> DatabaseStatistics {
    var raw = MDB_stat()
    try check(
      mdb_stat(handle.pointer, database.handle, &raw), "read the statistics", environment.path)
    return DatabaseStatistics(raw)
  }
}

extension MDB_val {
  init(borrowing bytes: UnsafeRawBufferPointer) {
    // liblmdb takes a mutable pointer and writes nothing through it.
    self.init(
      mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
}
