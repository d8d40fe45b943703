import CLMDB

extension Environment {
  /// What may be done, and whether a new file may be made.
  public enum Access: Sendable, Hashable {
    /// Read and write; a missing file is created in the directory.
    case create
    /// Read and write what exists.
    case readWrite
    /// Read what exists. The directory must be writable all the same, for the lock file.
    case readOnly
    /// Read a file that nobody will ever write again: no lock file, no reader slots, and the views
    /// of a transaction stay valid as long as the environment is open. A file that is too short for
    /// the pages in use is refused.
    case immutable

    var isReading: Bool { self == .readOnly || self == .immutable }
  }

  /// When a commit has reached the disk.
  public enum Synchronization: Sendable, Hashable {
    /// Before the commit returns: nothing acknowledged is ever lost.
    case everyCommit
    /// When ``Environment/sync()`` says so. A power failure before that can destroy the whole
    /// environment, not only the last commits: for one that is being built from scratch in a
    /// temporary directory, and for nothing else.
    case onRequest
  }

  /// How an environment is opened.
  public struct Options: Sendable, Hashable {
    /// Default: read and write what exists.
    public var access: Access
    /// The most that the file can ever hold, in bytes. Only address space is reserved, so the
    /// default of 1 TiB costs nothing.
    public var mapBytes: Int
    /// The most named databases.
    public var maxDatabases: UInt32
    /// The most simultaneous read transactions of all processes. The first process that opens the
    /// environment decides.
    public var maxReaders: UInt32
    /// Default: every commit is durable.
    public var synchronization: Synchronization
    /// The most disk space in bytes that commits ask for ahead of the last page, so that later ones
    /// find it there. Default: none.
    public var mostBytesAhead = 0

    /// Values as the properties say.
    public init(
      access: Access = .readWrite, mapBytes: Int = 1 << 40, maxDatabases: UInt32 = 16,
      maxReaders: UInt32 = 510, synchronization: Synchronization = .everyCommit
    ) {
      self.access = access
      self.mapBytes = mapBytes
      self.maxDatabases = maxDatabases
      self.maxReaders = maxReaders
      self.synchronization = synchronization
    }

    /// MDB_NOTLS always: a reader's slot belongs to its transaction, not to its thread.
    var flags: UInt32 {
      var flags = UInt32(MDB_NOTLS)
      if access.isReading { flags |= UInt32(MDB_RDONLY) }
      if access == .immutable { flags |= UInt32(MDB_NOLOCK) }
      if synchronization == .onRequest { flags |= UInt32(MDB_NOSYNC) }
      return flags
    }
  }
}
