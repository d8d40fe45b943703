import CLMDB
import Glibc
import Synchronization

extension Environment {
  /// Runs `body` on a snapshot of everything committed so far.
  ///
  /// The snapshot and every view from it end with `body`.
  public func read<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
    try body(try beginRead())
  }

  /// Runs `body` as the only writer of all processes, and commits when it returns.
  ///
  /// If it throws, or the commit does, nothing is changed. Waits for another writer to end.
  /// Beginning a write inside a write would wait for itself for ever, so that stops the program.
  public func write<R>(_ body: (borrowing WriteTransaction) throws -> R) throws -> R {
    let transaction = try beginWrite()
    let result = try body(transaction)
    try transaction.commit()
    return result
  }

  /// A snapshot that ends with its value. For modules that build their own closures on it.
  package func beginRead() throws(LMDBError) -> ReadTransaction {
    let handle = try begin(UInt32(MDB_RDONLY), "begin a read transaction")
    return ReadTransaction(environment: self, handle: handle)
  }

  /// A write transaction that is given up with its value unless it is committed. For modules that
  /// build their own closures on it; it must stay on this thread.
  package func beginWrite() throws(LMDBError) -> WriteTransaction {
    let thread = pthread_self()
    activity.withLock { activity in
      precondition(
        activity.writer != thread, "a write transaction inside a write transaction of \(path)")
    }
    let handle = try begin(0, "begin a write transaction")
    activity.withLock { $0.writer = thread }
    return WriteTransaction(environment: self, handle: handle)
  }

  private func begin(_ flags: UInt32, _ operation: StaticString) throws(LMDBError) -> OpaquePointer
  {
    // Counted before it begins, so that the map cannot be resized in between.
    activity.withLock { $0.transactions += 1 }
    var handle: OpaquePointer?
    var result = mdb_txn_begin(self.handle, nil, flags, &handle)
    if result == MDB_READERS_FULL, clearStaleReaders() > 0 {
      result = mdb_txn_begin(self.handle, nil, flags, &handle)
    }
    if result == MDB_MAP_RESIZED, adoptMapSize() {
      result = mdb_txn_begin(self.handle, nil, flags, &handle)
    }
    guard result == MDB_SUCCESS, let handle else {
      activity.withLock { $0.transactions -= 1 }
      throw LMDBError(
        code: .init(rawValue: result), operation: operation.description, path: path)
    }
    return handle
  }

  /// Another process has grown the map. Possible only if no other transaction of ours is active.
  private func adoptMapSize() -> Bool {
    activity.withLock { activity in
      activity.transactions == 1 && mdb_env_set_mapsize(handle, 0) == MDB_SUCCESS
    }
  }

  func readEnded() {
    activity.withLock { $0.transactions -= 1 }
  }

  func writeEnded() {
    let isDue = activity.withLock { activity in
      activity.transactions -= 1
      activity.writer = nil
      activity.commits &+= 1
      return activity.commits % Self.commitsPerReaderCheck == 0
    }
    if isDue { clearStaleReaders() }
  }

  /// A reader that was killed keeps the file growing until somebody looks.
  private static let commitsPerReaderCheck: UInt64 = 256
}
