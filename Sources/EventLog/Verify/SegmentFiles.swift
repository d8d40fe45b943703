import Glibc
import LMDB

/// Where a check takes the sealed segments from.
///
/// What is not there or what the disk does not give is for the check to report. Where the system
/// refuses (no rights, no descriptors, no memory), the check ends: that says nothing of the files.
enum SegmentFiles {
  case directory(SegmentDirectory)
  /// The bytes of their files, by first position.
  case memory([UInt64: UnsafeRawBufferPointer])

  /// The first positions of those that are there, in order.
  func firsts() throws(LedgerError) -> [UInt64] {
    switch self {
    case .directory(let directory):
      try Self.found { () throws(LedgerError) in try directory.firsts() } ?? []
    case .memory(let files): files.keys.sorted()
    }
  }

  /// The file of a segment; nil if it is not there or cannot be read.
  func source(first: UInt64) throws(LedgerError) -> PageSource? {
    switch self {
    case .directory(let directory):
      let path = directory.segment(first: first) + "/data.mdb"
      do throws(LMDBError) {
        return try PageSource(path: path)
      } catch {
        guard Self.isOfTheFiles(error.code.rawValue) else {
          throw .system(operation: "read", path: path, errno: error.code.rawValue)
        }
        return nil
      }
    case .memory(let files): return files[first].map { PageSource(memory: $0) }
    }
  }

  /// What is there and not in use, below the ledger's directory.
  func leftOvers(above sealed: UInt64) throws(LedgerError) -> [String] {
    guard case .directory(let directory) = self else { return [] }
    let names = try Self.found { () throws(LedgerError) in
      try directory.leftovers(above: sealed)
    }
    return (names ?? []).map { SegmentDirectory.name + "/" + $0 }
  }

  /// What a segment is called in reports: its directory below the ledger's.
  static func name(first: UInt64) -> String {
    SegmentDirectory.name + "/" + PositionName.text(first)
  }

  /// nil if what `body` looks for is not there or cannot be read.
  private static func found<R>(_ body: () throws(LedgerError) -> R) throws(LedgerError) -> R? {
    do throws(LedgerError) {
      return try body()
    } catch {
      guard case .system(_, _, let errno) = error, isOfTheFiles(errno) else { throw error }
      return nil
    }
  }

  private static func isOfTheFiles(_ errno: Int32) -> Bool {
    [ENOENT, ENOTDIR, EIO].contains(errno)
  }
}
