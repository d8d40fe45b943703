import CLMDB
import Glibc

/// What went wrong in a database: the code, what was being done, and where.
public struct LMDBError: Error, Hashable, Sendable {
  /// A code of liblmdb (negative), of the operating system (positive), or one of ours.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// As liblmdb and the operating system give it.
    public var rawValue: Int32
    /// Any number; one that nobody knows is described by liblmdb.
    public init(rawValue: Int32) { self.rawValue = rawValue }
  }

  /// What liblmdb or the operating system said.
  public var code: Code
  /// What was being done, to read after "cannot": `commit`, `open the environment`.
  public var operation: String
  /// The directory of the environment.
  public var path: String

  /// From its parts.
  public init(code: Code, operation: String, path: String) {
    self.code = code
    self.operation = operation
    self.path = path
  }
}

extension LMDBError.Code {
  /// The key is there already; with `append`: it is not above the last key.
  public static let keyExists = Self(rawValue: MDB_KEYEXIST)
  /// There is no such database.
  public static let notFound = Self(rawValue: MDB_NOTFOUND)
  /// A page that another page points to is missing: the file is damaged.
  public static let pageNotFound = Self(rawValue: MDB_PAGE_NOTFOUND)
  /// A page is not what it should be: the file is damaged.
  public static let corrupted = Self(rawValue: MDB_CORRUPTED)
  /// A failed write left the environment unusable until it is opened again.
  public static let panic = Self(rawValue: MDB_PANIC)
  /// The file was written by an LMDB with another file format.
  public static let versionMismatch = Self(rawValue: MDB_VERSION_MISMATCH)
  /// The file is not an LMDB database.
  public static let notADatabase = Self(rawValue: MDB_INVALID)
  /// The environment has reached the size of its map.
  public static let mapFull = Self(rawValue: MDB_MAP_FULL)
  /// More databases were opened than the options allow.
  public static let databasesFull = Self(rawValue: MDB_DBS_FULL)
  /// As many read transactions are active as the options allow.
  public static let readersFull = Self(rawValue: MDB_READERS_FULL)
  /// One transaction has changed too many pages.
  public static let transactionFull = Self(rawValue: MDB_TXN_FULL)
  /// Another process made the map larger while this one was busy.
  public static let mapResized = Self(rawValue: MDB_MAP_RESIZED)
  /// An earlier call of this transaction failed, so it can only be given up.
  public static let badTransaction = Self(rawValue: MDB_BAD_TXN)
  /// A key is empty or longer than 511 bytes, or a value is longer than 4 GiB.
  public static let badSize = Self(rawValue: MDB_BAD_VALSIZE)
  /// The directory or the file is not there.
  public static let noSuchFile = Self(rawValue: ENOENT)
  /// The operating system or read-only access forbids it.
  public static let permissionDenied = Self(rawValue: EACCES)
  /// The disk failed.
  public static let inputOutput = Self(rawValue: EIO)
  /// A file reached the limit of its size that the process has.
  public static let fileTooLarge = Self(rawValue: EFBIG)
  /// The disk is full.
  public static let diskFull = Self(rawValue: ENOSPC)
  /// This process has the environment open already.
  public static let alreadyOpen = Self(rawValue: -1)
  /// Transactions are active that must end first.
  public static let busy = Self(rawValue: -2)
  /// The file is much shorter than what is in it.
  public static let truncated = Self(rawValue: -3)
}

extension LMDBError.Code {
  /// Whether it says that something is wrong with the file, and not with the process or its rights.
  var isOfTheFile: Bool {
    let codes: [Self] = [
      .notADatabase, .corrupted, .pageNotFound, .truncated, .versionMismatch, .panic,
    ]
    return codes.contains(self)
  }
}

extension LMDBError: CustomStringConvertible {
  public var description: String {
    let base = "cannot \(operation) in \(path): \(code)"
    guard let advice = code.advice else { return base }
    return base + ". " + advice
  }
}

extension LMDBError.Code: CustomStringConvertible {
  /// What the code means, without a full stop.
  public var description: String {
    switch self {
    case .alreadyOpen: "this process has opened it already"
    case .busy: "transactions are active"
    case .truncated: "the file was cut short"
    case .keyExists: "the key exists, or is not above the last one"
    case .mapFull: "the map is full"
    case .readersFull: "all reader slots are taken"
    case .notADatabase: "the file is not an LMDB database"
    case .versionMismatch: "the file is of another LMDB version"
    case .badSize: "a key must have 1 to 511 bytes"
    default: String(cString: mdb_strerror(rawValue))
    }
  }

  /// What the reader can do about it, as a sentence; nil where the description says enough.
  public var advice: String? {
    switch self {
    case .mapFull: "Open it with a larger map, or grow it while no transaction is active."
    case .readersFull: "End readers that hang, or open it with a greater maximum of readers."
    case .notADatabase: "Restore the directory from a backup; nothing was changed."
    case .versionMismatch: "Use the LMDB version that wrote it, or restore a backup."
    case .corrupted, .pageNotFound, .truncated: "The file is damaged; restore it from a backup."
    case .alreadyOpen: "Use the environment that is open."
    case .noSuchFile: "Check the path, or create it first."
    case .permissionDenied: "Run as the owner of the directory, or change its permissions."
    case .diskFull: "Free some space, then open it again; what was committed is intact."
    case .inputOutput:
      "The disk failed, or a file reached its limit. Look at it, then open it again; what was "
        + "committed is intact."
    case .fileTooLarge:
      "The disk is sound, but a file reached its limit (ulimit -f). Raise it, then open it again; "
        + "what was committed is intact."
    case .panic: "Open it again after looking at the disk."
    case .busy: "End them first."
    default: nil
    }
  }
}

/// Throws unless `result` is MDB_SUCCESS.
func check(
  _ result: Int32, _ operation: StaticString, _ path: String
) throws(LMDBError) {
  guard result != MDB_SUCCESS else { return }
  throw LMDBError(
    code: LMDBError.Code(rawValue: result), operation: operation.description, path: path)
}
