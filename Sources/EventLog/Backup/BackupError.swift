import Glibc

/// Why a backup cannot be written, read or restored. Failures of the ledger itself are
/// ``LedgerError`` and ``LMDB/LMDBError``.
public enum BackupError: Error, Hashable, Sendable {
  /// There is no backup in the directory.
  case notABackup(path: String)
  /// The directory is to become a backup, and something else is in it.
  case holdsOtherFiles(path: String, name: String)
  /// A backup must not go with the ledger that it is of.
  case insideLedger(path: String)
  /// Somebody else is writing a backup there.
  case busy(path: String)
  /// The backup is of another ledger.
  case otherLedger(path: String, uuid: String)
  /// The backup has events that the ledger does not have.
  case ahead(path: String, last: UInt64, head: UInt64)
  /// The ledger has other events than the backup up to `last`.
  case contradicts(path: String, last: UInt64)
  /// A part is missing between two others, or at the beginning.
  case gap(path: String, after: UInt64, name: String)
  /// A part was written by a newer program.
  case newerFormat(part: String, version: UInt8)
  /// A part is not as it was written.
  case damaged(DumpDamage)
  /// What was written is not what the ledger says it holds: found by reading it back.
  case notVerified(DumpDamage)
  /// A restore was asked to go further than the backup.
  case endsBefore(position: UInt64, last: UInt64)
  /// The restored ledger is not what the backup says.
  case restoredDiffers(path: String)
  /// A call to the operating system failed.
  case system(operation: String, path: String, errno: Int32)
}

extension BackupError {
  /// Whether something else must be asked for, and nothing is damaged or in the way of it.
  public var isWrongUse: Bool {
    switch self {
    case .notABackup, .holdsOtherFiles, .insideLedger, .busy, .otherLedger, .endsBefore: true
    case .system(_, _, ENOENT), .system(_, _, ENOTDIR): true
    default: false
    }
  }
}

extension BackupError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notABackup(let path):
      "\(path) holds no backup: there is no file in it that ends in \(DumpFormat.suffix)"
    case .holdsOtherFiles(let path, let name):
      "\(path) holds other things (\(name)). A backup needs a directory of its own"
    case .insideLedger(let path):
      "\(path) is inside the ledger. A backup belongs on another disk"
    case .busy(let path):
      "another program is writing a backup into \(path)"
    case .otherLedger(let path, let uuid):
      "\(path) is the backup of another ledger (\(uuid)). Choose another directory"
    case .ahead(let path, let last, let head):
      "the backup in \(path) goes up to position \(last), and the ledger only to \(head): it was "
        + "restored from an older backup, or lost events. Keep the backup, and choose another "
        + "directory for this ledger"
    case .contradicts(let path, let last):
      "the ledger has other events than its backup in \(path), which goes up to position \(last): it "
        + "was restored from an older backup, or changed. Keep the backup, and choose another "
        + "directory for this ledger"
    case .gap(let path, let after, let name):
      "the backup in \(path) has nothing between position \(after) and its part \(name). Put the "
        + "missing part back"
    case .newerFormat(let part, let version):
      "\(part) has dump format \(version), and this program reads up to \(DumpFormat.version). Use "
        + "the version of the program that wrote it, or a newer one"
    case .damaged(let damage):
      "the backup is damaged. \(damage)"
    case .notVerified(let damage):
      "what was written is not what the ledger says it holds; it was removed. \(damage). Check the "
        + "ledger with: wattledger verify"
    case .endsBefore(let position, let last):
      "the backup ends at position \(last), before \(position)"
    case .restoredDiffers(let path):
      "the ledger that was restored for \(path) is not what the backup holds; it was removed. Check "
        + "the disk"
    case .system(let operation, let path, let errno):
      "cannot \(operation) \(path): \(String(cString: strerror(errno)))"
        + ([ENOSPC, EFBIG, EDQUOT].contains(errno)
          ? ". Parts that were there are intact; with more room, the next run goes on where this one "
            + "stopped" : "")
    }
  }
}

/// What is wrong with a part of a backup, and where.
public struct DumpDamage: Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Error, Hashable, Sendable {
    /// The first bytes are those of no backup.
    case notADump
    /// It stops in the middle.
    case cutShort
    /// Bytes of a frame have changed, or the frame is not in its place.
    case wrongChecksum
    /// A frame cannot be as long as it says.
    case badLength
    /// The checksum is right, but the content cannot be read.
    case badContent
    /// A frame of an unknown kind, or one that does not belong there.
    case unexpectedFrame
    /// The part does not go on from the one before it.
    case otherBeginning
    /// The name of the file says other positions than its content.
    case otherName
    /// A number has two names, or one is missing.
    case badName
    /// A record is damaged.
    case record(LedgerError.Damage)
    /// The records do not give the state of the log that the end frame tells.
    case otherEnd
    /// Something follows the end frame.
    case trailingBytes
  }

  /// The name of the part's file.
  public var part: String
  /// The frame, counted from 0.
  public var frame: Int
  /// Where the frame begins, in bytes from the start of the file.
  public var offset: UInt64
  /// The position up to which the events are sound.
  public var lastSound: UInt64
  /// What is wrong there.
  public var reason: Reason
}

extension DumpDamage: CustomStringConvertible {
  public var description: String {
    "\(part), frame \(frame) at byte \(offset), behind position \(lastSound): \(reason)"
  }
}

extension DumpDamage.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notADump: "it does not begin as a backup does"
    case .cutShort: "the file ends too early"
    case .wrongChecksum: "the checksum is wrong"
    case .badLength: "the length is impossible"
    case .badContent: "the content cannot be read"
    case .unexpectedFrame: "a frame that does not belong there"
    case .otherBeginning: "it does not go on from the part before it"
    case .otherName: "the file's name says other positions than its content"
    case .badName: "the names of stations or sources are not consistent"
    case .record(let damage): "a record is damaged: \(damage)"
    case .otherEnd: "the events are not those that the end of the part tells"
    case .trailingBytes: "something follows the end"
    }
  }
}
