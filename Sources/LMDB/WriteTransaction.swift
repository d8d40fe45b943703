import CLMDB

/// The one writer of an environment, inside a closure of ``Environment/write(_:)``.
///
/// After a call has thrown anything but `keyExists` or `badSize`, the transaction can only be given
/// up: its commit throws `badTransaction`.
public struct WriteTransaction: ~Copyable, Transaction {
  /// Where it writes.
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
    environment.writeEnded()
  }

  /// Makes the changes durable and visible. On failure nothing is changed.
  package consuming func commit() throws(LMDBError) {
    // Whatever comes out, liblmdb has freed the transaction.
    isEnded = true
    environment.reserveSpaceAhead()
    let result = mdb_txn_commit(handle.pointer)
    try check(
      DiskSpace.code(ofFailedCommit: result, path: environment.path), "commit", environment.path)
  }
}

@available(*, unavailable)
extension WriteTransaction: Sendable {}

/// Which keys a put accepts.
public enum PutRule: Sendable {
  /// Any key; an old value is replaced.
  case replace
  /// Only a key that is not there yet.
  case insert
  /// Only a key above the last one: the fastest way, pages are filled to the brim.
  case append

  var flags: UInt32 {
    switch self {
    case .replace: 0
    case .insert: UInt32(MDB_NOOVERWRITE)
    case .append: UInt32(MDB_APPEND)
    }
  }
}

extension WriteTransaction {
  /// Stores `value` under `key` (1 to 511 bytes). A key that `rule` does not accept throws
  /// `keyExists`.
  public func put(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, in database: Database,
    rule: PutRule = .replace
  ) throws(LMDBError) {
    var keyView = MDB_val(borrowing: key)
    var valueView = MDB_val(borrowing: value)
    try check(
      mdb_put(handle.pointer, database.handle, &keyView, &valueView, rule.flags), "put a value",
      environment.path)
  }

  /// Reserves `byteCount` bytes under `key` and lets `fill` write the value in place.
  ///
  /// `fill` must write every byte, and must not touch the database.
  public func put(
    _ key: UnsafeRawBufferPointer, byteCount: Int, in database: Database,
    rule: PutRule = .replace, fill: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(LMDBError) {
    fill(try reserve(key, byteCount: byteCount, in: database, rule: rule))
  }

  /// Reserves `byteCount` bytes under `key`. The caller writes every one of them before the next call
  /// of the transaction, and holds them no longer.
  public func reserve(
    _ key: UnsafeRawBufferPointer, byteCount: Int, in database: Database,
    rule: PutRule = .replace
  ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
    var keyView = MDB_val(borrowing: key)
    var valueView = MDB_val(mv_size: byteCount, mv_data: nil)
    let flags = rule.flags | UInt32(MDB_RESERVE)
    try check(
      mdb_put(handle.pointer, database.handle, &keyView, &valueView, flags), "put a value",
      environment.path)
    return UnsafeMutableRawBufferPointer(start: valueView.mv_data, count: byteCount)
  }

  /// Stores `value` under an integer key: eight bytes, highest first.
  public func put(
    _ key: UInt64, _ value: UnsafeRawBufferPointer, in database: Database,
    rule: PutRule = .replace
  ) throws(LMDBError) {
    try withUnsafeBytes(of: key.bigEndian) { (bytes) throws(LMDBError) in
      try put(bytes, value, in: database, rule: rule)
    }
  }

  /// Removes `key`. False if it was not there.
  @discardableResult
  public func delete(
    _ key: UnsafeRawBufferPointer, in database: Database
  ) throws(LMDBError) -> Bool {
    var keyView = MDB_val(borrowing: key)
    let result = mdb_del(handle.pointer, database.handle, &keyView, nil)
    if result == MDB_NOTFOUND { return false }
    try check(result, "delete a key", environment.path)
    return true
  }

  /// Removes everything in `database`.
  public func clear(_ database: Database) throws(LMDBError) {
    try check(
      mdb_drop(handle.pointer, database.handle, 0), "clear a database", environment.path)
  }
}
