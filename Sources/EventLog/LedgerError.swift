import Glibc
import LMDB

/// Why a ledger refuses. Failures of the storage below it are ``LMDB/LMDBError``.
public enum LedgerError: Error, Hashable, Sendable {
  /// What is wrong with a record.
  public enum Damage: Sendable, Hashable {
    case tooShort, unknownVersion, unknownDirection, wrongChecksum
    /// The log goes on behind it.
    case missing
    /// It points to an event of its stream that is not before it.
    case brokenChain
    /// It is in a block of sealed events that cannot be trusted and ends with position `through`.
    case sealedBlock(through: UInt64)
    /// The segment of sealed events that holds it is missing, or not the one that belongs there.
    case sealedSegment
    /// The hash tree has another event in its place, or one near it.
    case notInTree
  }

  /// There is no `ledger.json`, or it cannot be understood.
  case notALedger(path: String, reason: String)
  case newerFormat(path: String, version: UInt64)
  case alreadyExists(path: String)
  /// A record cannot be trusted.
  case damaged(position: UInt64, reason: Damage)
  /// Events are not those that the tree was built over.
  case changed(from: UInt64, through: UInt64)
  /// The ledger is of a format without a tree, and is only read.
  case withoutTree
  /// A row beside the log (heads, names, totals) has not the form that it must have.
  case damagedTable(name: String)
  case bodyTooLarge(bytes: Int)
  /// Names of stations and sources have 1 to ``maxNameBytes`` bytes.
  case badName(bytes: Int)
  /// A station number that this ledger has not given.
  case unknownStation(UInt32)
  /// A source number that this ledger has not given.
  case unknownSource(UInt32)
  /// A commit failed before; what is on the disk must be looked at by opening the ledger again.
  case failed(previous: LMDBError)
  /// Another sealer is at work.
  case alreadySealing(path: String)
  /// A call to the operating system failed.
  case system(operation: String, path: String, errno: Int32)

  /// The longest name of a station or source, in bytes of UTF-8.
  public static let maxNameBytes = 500
}

extension LedgerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notALedger(let path, let reason):
      "\(path) is not a ledger: \(reason)"
    case .newerFormat(let path, let version):
      "\(path) has ledger format \(version), and this program reads up to "
        + "\(LedgerFile.formatVersion). Use the version of the program that wrote it, or a newer one"
    case .alreadyExists(let path):
      "\(path) exists already. Choose another directory, or use the ledger that is there"
    case .damaged(let position, let reason):
      "the event at position \(position) is damaged: \(reason). Restore the ledger from a backup"
    case .changed(let first, let last):
      "the events from \(first) to \(last) are not those that were recorded: their hashes differ "
        + "from the tree's. Restore the ledger from a backup"
    case .withoutTree:
      "the ledger was written by an older program and has no hash tree yet. Run: wattledger log "
        + "upgrade"
    case .damagedTable(let name):
      "the table \(name) of the log is damaged. Restore the ledger from a backup"
    case .bodyTooLarge(let bytes):
      "a body of \(bytes) bytes is above the limit of \(Record.maxBodyBytes)"
    case .badName(let bytes):
      "a name of \(bytes) bytes; names have 1 to \(Self.maxNameBytes)"
    case .unknownStation(let id):
      "no station has the number \(id) in this ledger"
    case .unknownSource(let id):
      "no source has the number \(id) in this ledger"
    case .failed(let previous):
      "the ledger stopped after a failure (\(previous)). Open it again"
    case .alreadySealing(let path):
      "another process is sealing \(path). Wait until it has ended"
    case .system(let operation, let path, let errno):
      "cannot \(operation) \(path): \(String(cString: strerror(errno)))"
    }
  }
}

extension LedgerError.Damage: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort: "it is shorter than its header"
    case .unknownVersion: "its version is not known"
    case .unknownDirection: "its direction is not known"
    case .wrongChecksum: "its checksum is wrong"
    case .missing: "it is missing"
    case .brokenChain: "the link to the previous event of its station is wrong"
    case .sealedBlock(let last):
      "the block of sealed events that holds it, up to position \(last), is not as it was written"
    case .sealedSegment: "the segment of sealed events that holds it is missing or another one"
    case .notInTree: "the hash tree does not have it, or one near it, as it is"
    }
  }
}
