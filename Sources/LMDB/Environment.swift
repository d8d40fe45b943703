import CLMDB
import Glibc
import Synchronization

/// An LMDB environment: a directory with one memory-mapped file of named databases, many readers
/// and one writer at a time, in this process and others.
///
/// Access is by closures. A transaction lives inside its closure only: it cannot be copied, stored
/// or sent to another thread, and as the closures are synchronous, a write transaction ends on the
/// thread that began it, as LMDB demands.
///
///     let environment = try Environment(path: "models/sessions", options: .init(access: .create))
///     let rows = try environment.openDatabase("rows", create: true)
///     try environment.write { transaction in
///       try transaction.put(key, value, in: rows)
///     }
///
/// ### Rules
/// - A process opens an environment once; a second open is refused. Never use one after a fork.
/// - Keep read transactions short: while one lives, pages that it may see are not used again and
///   the file grows. Scans of a long log begin a new one every second.
/// - Not on network file systems. Not a file from a stranger: LMDB trusts its file.
///
/// The environment closes when its last reference goes. It is `Sendable` because liblmdb
/// synchronises transactions itself and everything mutable here is behind a mutex.
public final class Environment: @unchecked Sendable {
  /// The directory.
  public let path: String
  /// How it was opened.
  public let options: Options
  let handle: OpaquePointer
  let activity = Mutex(Activity())
  let databaseOpening = Mutex(())
  private let directory: HeldDirectory

  /// What is going on in this process.
  struct Activity {
    var transactions = 0
    var writer: pthread_t?
    var commits: UInt64 = 0
    /// Where the disk space ends that was asked for ahead.
    var reservedThrough = 0
  }

  /// Opens the environment in the directory `path`, which must exist.
  ///
  /// Slots of readers that died are cleared. Opening takes the same time at any size.
  public init(path: String, options: Options = Options()) throws(LMDBError) {
    let operation: StaticString = "open the environment"
    guard let directory = HeldDirectory(path: path) else {
      throw LMDBError(
        code: .init(rawValue: errno), operation: operation.description, path: path)
    }
    if options.access != .create { try Self.requireDatabaseFile(path) }
    guard OpenEnvironments.register(directory.identity) else {
      throw LMDBError(code: .alreadyOpen, operation: operation.description, path: path)
    }
    do throws(LMDBError) {
      if options.access != .immutable {
        try DiskSpace.reserveLockFile(
          in: path, maxReaders: options.maxReaders, operation: operation)
      }
      self.handle = try Self.open(path, options)
    } catch {
      OpenEnvironments.remove(directory.identity)
      throw error
    }
    self.path = path
    self.options = options
    self.directory = directory
    clearStaleReaders()
  }

  deinit {
    mdb_env_close(handle)
    OpenEnvironments.remove(directory.identity)
  }

  private static func open(_ path: String, _ options: Options) throws(LMDBError) -> OpaquePointer {
    var handle: OpaquePointer?
    try check(mdb_env_create(&handle), "make an environment", path)
    // mdb_env_create gives a handle whenever it succeeds.
    guard let handle else { throw LMDBError(code: .panic, operation: "open", path: path) }
    do throws(LMDBError) {
      try check(mdb_env_set_mapsize(handle, options.mapBytes), "set the size of the map", path)
      try check(mdb_env_set_maxdbs(handle, options.maxDatabases), "set the databases", path)
      try check(mdb_env_set_maxreaders(handle, options.maxReaders), "set the readers", path)
      try check(
        mdb_env_open(handle, path, options.flags, 0o644), "open the environment", path)
      try requireWholeFile(handle, path, options.access)
      return handle
    } catch {
      mdb_env_close(handle)
      throw error
    }
  }

  /// LMDB takes a missing or empty file for a new environment. Where one must exist, that would
  /// turn a lost file into an empty database without a word.
  private static func requireDatabaseFile(_ path: String) throws(LMDBError) {
    var status = stat()
    let operation = "open the environment"
    guard stat(path + "/data.mdb", &status) == 0 else {
      throw LMDBError(code: .init(rawValue: errno), operation: operation, path: path)
    }
    guard status.st_size > 0 else {
      throw LMDBError(code: .notADatabase, operation: operation, path: path)
    }
  }

  /// Reading beyond the end of a file that was cut, by a copy that did not finish say, would kill
  /// the process.
  ///
  /// Pages that were freed by the transaction that took them are never written, so a sound file may
  /// end a few pages early. Whether the missing pages of one that is still written are such pages is
  /// not looked at. One that is never written again must have every page that is in use: it has the
  /// size of all its pages (``makeFileWhole()``), or all of it is read.
  private static func requireWholeFile(
    _ handle: OpaquePointer, _ path: String, _ access: Access
  ) throws(LMDBError) {
    let file = path + "/data.mdb"
    var status = stat()
    guard stat(file, &status) == 0 else {
      throw LMDBError(code: .init(rawValue: errno), operation: "open the environment", path: path)
    }
    let missing = EnvironmentInfo(handle).fileBytes - Int(status.st_size)
    guard missing > 0 else { return }
    let isWhole =
      if missing > mostUnwrittenBytes { false } else if access == .immutable {
        try areUsedPagesThere(file)
      } else { true }
    guard isWhole else {
      throw LMDBError(code: .truncated, operation: "open the environment", path: path)
    }
  }

  /// What a sound file may be short of.
  private static let mostUnwrittenBytes = 1 << 20

  /// - Complexity: O(size of the file).
  private static func areUsedPagesThere(_ file: String) throws(LMDBError) -> Bool {
    var nobody = NoVisitor()
    return PageWalker.walk(try PageSource(path: file), visitor: &nobody)?.isSound == true
  }
}
