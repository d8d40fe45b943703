import Bytes
import LMDB
import Transparency

extension Ledger {
  /// Computes the tree from the records and the names again, and compares it with what is stored.
  ///
  /// Checksums find accidents; this also finds a record that was changed together with its checksum,
  /// and a station that was given another name. Whether the stored tree itself was changed only an
  /// earlier checkpoint can tell. A ledger of format 1 that is only read has no stored tree: its
  /// checksums alone are looked at.
  ///
  /// - Parameter progress: is called with the position up to which all is well.
  /// - Returns: the head of the tree.
  /// - Throws: ``LedgerError/changed(from:through:)`` at the first events that the tree does not
  ///   have.
  /// - Complexity: reads the whole log, about two million events a second and core.
  public func verifyTree(progress: (UInt64) -> Void = { _ in }) throws -> TreeHead {
    var tree = TreeVerification()
    while true {
      let verified = try read { snapshot in
        try tree.advance(in: snapshot)
        return tree.size == snapshot.head ? try tree.compare(with: snapshot) : nil
      }
      progress(tree.size)
      if let verified { return verified }
    }
  }
}

/// The tree as it is computed from the records, in pieces.
private struct TreeVerification {
  /// So many events a snapshot, that no old page is held for long.
  static let eventsPerSnapshot: UInt64 = 1 << 16

  private var frontier = MerkleFrontier()
  private var leaves = LeafReader()

  var size: UInt64 { frontier.size }

  /// The head of the tree that is stored, if it is the one that the records give.
  func compare(with snapshot: borrowing LogSnapshot) throws -> TreeHead {
    guard snapshot.tables.tree != nil else { return frontier.head(with: leaves.hasher.tree) }
    let stored = try snapshot.treeHead()
    guard stored == frontier.head(with: leaves.hasher.tree) else {
      // Full groups have been compared already: either a later event is wrong, or the row is.
      let grouped = size - size % TreeRow.groupSize
      guard grouped < size else {
        throw LedgerError.damagedTable(name: snapshot.tables.meta.name)
      }
      throw LedgerError.changed(from: grouped + 1, through: size)
    }
    return stored
  }

  mutating func advance(in snapshot: borrowing LogSnapshot) throws {
    let last = min(snapshot.head, size + Self.eventsPerSnapshot)
    try snapshot.forEachRecord(from: size + 1, through: last) { record, position in
      _ = try Record.checkedBody(of: record, at: position)
      let leaf = try leaves.leaf(of: record, at: position, in: snapshot)
      var filled: [(level: Int, hash: SHA256Digest)] = []
      frontier.append(leaf, with: leaves.hasher.tree) { level, hash in
        if level >= TreeRow.groupLevel { filled.append((level, hash)) }
      }
      for (level, hash) in filled {
        let index = (position - 1) >> UInt64(level)
        guard try snapshot.tables.tree == nil || snapshot.hash(level: level, index: index) == hash
        else {
          throw LedgerError.changed(from: position - (1 << UInt64(level)) + 1, through: position)
        }
      }
      return true
    }
  }
}
