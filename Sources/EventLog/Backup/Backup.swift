import Bytes
import Glibc
import Quantities

/// A backup of a ledger: a directory of parts, each a range of positions, which together hold the log
/// from its first event on (`Schemas/dump.md`).
///
///     let report = try ledger.backUp(to: "/mnt/backup/ledger")
///     …
///     let backup = try Backup(at: "/mnt/backup/ledger")
///     try backup.check()
///     try backup.restore(to: "ledger")
///
/// It holds every record byte for byte, with the names and the event ids, so a ledger that is restored
/// from it has the same positions, checksums and hash tree. Read models are not in it: they come back
/// by folding.
public struct Backup: Sendable {
  /// One file of a backup.
  struct Part: Hashable, Sendable {
    /// The positions of its events; one below `first` if there are none.
    var first: UInt64
    var last: UInt64
    var name: String
    var path: String
  }

  /// What is in a backup.
  public struct Contents: Hashable, Sendable {
    /// Which ledger it is of.
    public var ledgerUUID: String
    /// The number of part files.
    public var parts: Int
    /// The bytes of all parts.
    public var bytes: UInt64
    /// The number of events, which is the last position.
    public var events: UInt64
    /// The number of stations that have a name.
    public var stations: UInt32
    /// Log time; nil without events (SEMANTICS 5).
    public var logTime: Instant?
    /// The root of the hash tree over the events.
    public var treeRoot: SHA256Digest
  }

  /// How far a long work on a backup is.
  public struct Progress: Hashable, Sendable {
    /// What is being done.
    public enum Phase: Sendable, Hashable {
      /// Events go from the ledger into a part.
      case writing
      /// A part, or a restored ledger, is read back.
      case verifying
      /// A backup is read alone.
      case checking
      /// Events go from a backup into a new ledger.
      case restoring
    }

    /// What is being done.
    public var phase: Phase
    /// The position that it has come to.
    public var position: UInt64
    /// The position where it began, less one.
    public var start: UInt64
    /// The position where it ends.
    public var end: UInt64
  }

  /// The directory.
  public let path: String
  /// In order of position, without gaps.
  let parts: [Part]

  /// Looks into a directory that holds a backup. No part is read yet.
  ///
  /// - Throws: ``BackupError`` if there is none, or a part is missing.
  public init(at path: String) throws(BackupError) {
    self.path = path
    self.parts = try Self.parts(in: path)
    guard !parts.isEmpty else { throw .notABackup(path: path) }
  }

  /// The position of the last event.
  public var last: UInt64 { parts.last?.last ?? 0 }
}

extension Backup {
  /// The names in a directory. One that cannot be listed is not an empty one: the backup would begin
  /// anew beside the parts that are there.
  static func names(in directory: String) throws(BackupError) -> [String] {
    do throws(LedgerError) {
      return try FileSystem.names(in: directory)
    } catch .system(let operation, let path, let errno) {
      throw .system(operation: operation, path: path, errno: errno)
    } catch {
      preconditionFailure("listing a directory fails as the system says")
    }
  }

  /// The parts in a directory, in order of position.
  static func parts(in directory: String) throws(BackupError) -> [Part] {
    guard access(directory, R_OK | X_OK) == 0 else {
      throw .system(operation: "read", path: directory, errno: errno)
    }
    let parts = try names(in: directory).sorted().compactMap { Part(name: $0, in: directory) }
    var last: UInt64 = 0
    for part in parts {
      guard part.first - 1 == last else {
        throw .gap(path: directory, after: last, name: part.name)
      }
      last = part.last
    }
    return parts
  }
}

extension Backup.Part {
  /// The part of `directory` that has the positions from `first` through `last`.
  init(first: UInt64, last: UInt64, in directory: String) {
    self.first = first
    self.last = last
    let positions = "\(PositionName.text(first))-\(PositionName.text(last))"
    self.name = positions + DumpFormat.suffix
    self.path = "\(directory)/\(name)"
  }

  /// nil if the file is no part.
  init?(name: String, in directory: String) {
    guard name.hasSuffix(DumpFormat.suffix) else { return nil }
    let numbers = name.dropLast(DumpFormat.suffix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, let first = PositionName.position(numbers[0]),
      let last = PositionName.position(numbers[1]), first > 0, last < .max, last >= first - 1
    else { return nil }
    self.init(first: first, last: last, in: directory)
  }

  /// What the part that begins at `first` is called until it is whole.
  static func partialName(first: UInt64) -> String {
    PositionName.text(first) + DumpFormat.partialSuffix
  }
}
