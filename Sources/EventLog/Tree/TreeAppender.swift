import Bytes
import Transparency

/// Grows the tree while a batch appends. Part of the memory that appends use again.
///
/// The frontier is read inside each write transaction (SEMANTICS 6). Only the hashes of station
/// names outlive a batch: a name that was committed never changes.
final class TreeAppender {
  /// The tree with the events of the batch.
  private(set) var frontier = MerkleFrontier()
  private let hasher = LeafHasher()
  private var newSubtrees: [SHA256Digest] = []
  private var stations: [SHA256Digest?] = []
  private var committedStations: UInt32 = 0

  init() { newSubtrees.reserveCapacity(UInt64.bitWidth) }

  /// Begins a batch on top of `frontier`, with stations up to `lastStation`.
  func beginBatch(_ frontier: MerkleFrontier, lastStation: UInt32) {
    self.frontier = frontier
    // Numbers given in the batch before may have been undone and given again to other names.
    let known = Int(committedStations) + 1
    if stations.count > known { stations.removeLast(stations.count - known) }
    committedStations = lastStation
  }

  /// The hash of a station's name, if it is at hand.
  @inline(__always)
  func station(_ id: UInt32) -> SHA256Digest? {
    Int(id) < stations.count ? stations[Int(id)] : nil
  }

  func remember(_ hash: SHA256Digest, ofStation id: UInt32) {
    let missing = Int(id) + 1 - stations.count
    if missing > 0 { stations.append(contentsOf: repeatElement(nil, count: missing)) }
    stations[Int(id)] = hash
  }

  /// Adds the leaf of a record.
  @inline(__always)
  func append(_ record: UnsafeRawBufferPointer, station: SHA256Digest) {
    newSubtrees.removeAll(keepingCapacity: true)
    let leaf = hasher.leaf(of: record, station: station)
    frontier.append(leaf, with: hasher.tree) { level, hash in
      if level >= TreeRow.groupLevel { newSubtrees.append(hash) }
    }
  }

  /// The row that the leaf just added has filled; nil if it filled none.
  var filledRow: (group: UInt64, hashes: [SHA256Digest])? {
    if newSubtrees.isEmpty { return nil }
    return (TreeRow.lastGroup(ofTree: frontier.size), newSubtrees)
  }
}
