import Bytes
import LMDB
import Transparency

extension LogSnapshot: TreeHashes {
  /// Size and root of the Merkle tree over all events of the snapshot (RFC 6962). The event at
  /// position p is the leaf at index p - 1.
  public func treeHead() throws -> TreeHead {
    try tables.frontier(transaction, head: head).head(with: TreeHasher())
  }

  /// The tree of the first `size` events.
  /// - Complexity: reads up to 256 events and O(log n) rows.
  public func treeHead(ofSize size: UInt64) throws -> TreeHead {
    guard size <= head else { throw ProofError.shrunk(from: size, to: head) }
    return TreeHead(size: size, root: try root(ofSize: size, with: TreeHasher()))
  }

  /// The proof that the event at `position` is in the tree of the first `size` events.
  ///
  /// - Throws: ``Transparency/ProofError`` if there is no such event in the tree, or no such tree.
  /// - Complexity: reads up to 512 events and O(log n) rows.
  public func inclusionProof(ofPosition position: UInt64, inTreeOf size: UInt64) throws
    -> [SHA256Digest]
  {
    guard size <= head else { throw ProofError.shrunk(from: size, to: head) }
    guard position >= 1 && position <= size else {
      throw ProofError.indexBeyondTree(index: position &- 1, size: size)
    }
    return try inclusionProof(of: position - 1, inTreeOf: size, with: TreeHasher())
  }

  /// The proof that the tree of the first `size` events begins with that of the first `old` ones.
  ///
  /// - Throws: ``Transparency/ProofError`` if the log has fewer events, or `old` is above `size`.
  public func consistencyProof(fromTreeOf old: UInt64, toTreeOf size: UInt64) throws
    -> [SHA256Digest]
  {
    guard old <= size else { throw ProofError.shrunk(from: old, to: size) }
    guard size <= head else { throw ProofError.shrunk(from: size, to: head) }
    return try consistencyProof(from: old, to: size, with: TreeHasher())
  }

  /// The hash of a complete subtree. Below the groups that are stored, it is computed from the
  /// records.
  public func hash(level: Int, index: UInt64) throws -> SHA256Digest {
    guard level < TreeRow.groupLevel else {
      return try tables.subtree(level: level, index: index, transaction)
    }
    let first = index << UInt64(level)
    var frontier = MerkleFrontier()
    var leaves = LeafReader()
    try forEachRecord(from: first + 1, through: first + 1 << UInt64(level)) { record, position in
      let leaf = try leaves.leaf(of: record, at: position, in: self)
      frontier.append(leaf, with: leaves.hasher.tree)
      return true
    }
    return frontier.root(with: leaves.hasher.tree)
  }

  /// What a third party needs, beside a proof, to see which event is in the log; nil if the log does
  /// not reach `position`.
  public func evidence(at position: UInt64) throws -> EventEvidence? {
    guard position >= 1 && position <= head else { return nil }
    var record: [UInt8] = []
    var station: UInt32 = 0
    try forEachRecord(from: position, through: position) { bytes, position in
      _ = try Record.checkedBody(of: bytes, at: position)
      station = try Record.envelope(of: bytes, at: position).station
      record = Array(bytes)
      return true
    }
    let name = station == 0 ? "" : try stationName(station)
    guard let name else { throw LedgerError.damagedTable(name: tables.stations.name) }
    return EventEvidence(stationName: name, record: record)
  }
}

/// Computes leaves from records, and remembers the hashes of station names.
struct LeafReader {
  let hasher = LeafHasher()
  private var stations: [UInt32: SHA256Digest] = [:]

  mutating func leaf(
    of record: UnsafeRawBufferPointer, at position: UInt64, in snapshot: borrowing LogSnapshot
  ) throws -> SHA256Digest {
    let station = try Record.envelope(of: record, at: position).station
    if let known = stations[station] { return hasher.leaf(of: record, station: known) }
    let hash = try snapshot.tables.stationHash(station, snapshot.transaction)
    stations[station] = hash
    return hasher.leaf(of: record, station: hash)
  }
}
