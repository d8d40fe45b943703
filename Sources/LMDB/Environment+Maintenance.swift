import CLMDB
import Glibc
import Synchronization

/// The size of an environment and its readers.
public struct EnvironmentInfo: Sendable, Hashable {
  /// The most bytes the file can hold.
  public var mapBytes: Int
  /// The bytes of the file up to the last page in use; free pages inside count.
  public var fileBytes: Int
  /// The number of the last commit.
  public var lastTransaction: Int
  /// The most read transactions at once.
  public var maxReaders: Int
  /// The most reader slots that were ever taken at once.
  public var readers: Int

  init(_ environment: OpaquePointer) {
    var raw = MDB_envinfo()
    var pages = MDB_stat()
    // Both fail only for a null pointer.
    mdb_env_info(environment, &raw)
    mdb_env_stat(environment, &pages)
    self.mapBytes = raw.me_mapsize
    self.fileBytes = (raw.me_last_pgno + 1) * Int(pages.ms_psize)
    self.lastTransaction = raw.me_last_txnid
    self.maxReaders = Int(raw.me_maxreaders)
    self.readers = Int(raw.me_numreaders)
  }
}

extension Environment {
  /// The version of liblmdb in use, `LMDB 0.9.24: (July 24, 2019)`.
  public static var libraryVersion: String { String(cString: mdb_version(nil, nil, nil)) }

  /// Size and readers now.
  public var info: EnvironmentInfo { EnvironmentInfo(handle) }

  /// Frees the slots of readers whose process has died, and returns how many there were.
  ///
  /// Runs by itself at open, every 256 write transactions, and when all slots are taken.
  @discardableResult
  public func clearStaleReaders() -> Int {
    var dead: Int32 = 0
    // A failure means that the lock file is gone; the next transaction reports that.
    return mdb_reader_check(handle, &dead) == MDB_SUCCESS ? Int(dead) : 0
  }

  /// Makes the map `mapBytes` large (rounded up to whole pages).
  ///
  /// - Throws: `busy` while a transaction of this process is active.
  public func grow(toMapBytes mapBytes: Int) throws(LMDBError) {
    let result = activity.withLock { activity in
      activity.transactions == 0 ? mdb_env_set_mapsize(handle, mapBytes) : nil
    }
    guard let result else {
      throw LMDBError(code: .busy, operation: "grow the map", path: path)
    }
    try check(result, "grow the map", path)
  }

  /// Brings everything committed to the disk: the one durable moment of an environment that is
  /// opened with ``Synchronization/onRequest``.
  public func sync() throws(LMDBError) {
    try check(mdb_env_sync(handle, 1), "sync", path)
  }

  /// Writes a consistent copy into the directory `destination`, which must exist and be empty.
  ///
  /// Writers go on meanwhile. `isCompacting` leaves out free pages, at some cost of time.
  public func copy(to destination: String, isCompacting: Bool = false) throws(LMDBError) {
    let flags = isCompacting ? UInt32(MDB_CP_COMPACT) : 0
    try check(mdb_env_copy2(handle, destination, flags), "copy the environment", path)
  }
  /// Gives the file the size of all its pages, which it may fall a little short of: then its size
  /// tells whether it was cut. For an environment that will be opened as ``Access/immutable``, after
  /// its last commit. The file is to be synced afterwards.
  public func makeFileWhole() throws(LMDBError) {
    let operation: StaticString = "extend the file"
    var descriptor: Int32 = -1
    try check(mdb_env_get_fd(handle, &descriptor), operation, path)
    var status = stat()
    let size = off_t(info.fileBytes)
    guard fstat(descriptor, &status) == 0,
      status.st_size >= size || ftruncate(descriptor, size) == 0
    else { return try check(errno, operation, path) }
  }
}
