import Bytes
import Transparency

/// Grows the tree while a batch appends. Part of the memory that appends use again.
///
/// Records are gathered in blocks, which a second thread hashes meanwhile; ``finish()`` joins what it
/// has made. Which thread hashes what makes no difference to the tree.
///
/// The frontier is read inside each write transaction (SEMANTICS 6). Only the hashes of station
/// names outlive a batch: a name that was committed never changes.
final class TreeAppender {
  /// A row of the table `tree` that the batch has filled.
  struct Row {
    let group: UInt64
    let hashes: [SHA256Digest]
  }

  /// The tree with the events of the batch, once it is finished.
  private(set) var frontier = MerkleFrontier()
  /// The rows to be written with it.
  private(set) var rows: [Row] = []

  private let hasher = LeafHasher()
  private let thread = HashingThread()
  private var current: LeafBlock
  /// That of ``current``.
  @exclusivity(unchecked) private var input: UnsafeMutablePointer<LeafInput>
  /// Handed over, in the order of their leaves.
  private var handedOver: [LeafBlock] = []
  private var spare: [LeafBlock] = []
  @exclusivity(unchecked) private var stations: [SHA256Digest?] = []
  private var committedStations: UInt32 = 0

  /// Bounds the memory of a large batch: who appends faster than both can hash hashes himself.
  private static let maxHandedOver = 16

  init() {
    current = LeafBlock()
    input = current.input
  }

  /// Begins a batch on top of `frontier`, with stations up to `lastStation`.
  func beginBatch(_ frontier: MerkleFrontier, lastStation: UInt32) {
    // A batch that was given up may have left some, which the thread must not touch any more.
    hashAll()
    spare += handedOver
    handedOver.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    current.reset(firstIndex: frontier.size)
    self.frontier = frontier
    // Numbers given in the batch before may have been undone and given again to other names.
    let known = Int(committedStations) + 1
    if stations.count > known { stations.removeLast(stations.count - known) }
    committedStations = lastStation
  }

  /// Whether the hash of a station's name is at hand.
  @inline(__always)
  func knows(station: UInt32) -> Bool {
    Int(station) < stations.count && stations[Int(station)] != nil
  }

  func remember(_ hash: SHA256Digest, ofStation id: UInt32) {
    let missing = Int(id) + 1 - stations.count
    if missing > 0 { stations.append(contentsOf: repeatElement(nil, count: missing)) }
    stations[Int(id)] = hash
  }
}

extension TreeAppender {
  /// Adds the leaf of the batch's next record, of a station whose name is at hand.
  @inline(__always)
  func append(
    _ record: UnsafeRawBufferPointer, _ commitment: SHA256Digest?, ofStation station: UInt32,
    index: UInt64
  ) {
    guard let name = stations[Int(station)] else { preconditionFailure("a name is not at hand") }
    append(record, commitment, station: name, index: index)
  }

  /// Adds the leaf of the batch's next record. Its commitment may be made already.
  @inline(__always)
  func append(
    _ record: UnsafeRawBufferPointer, _ commitment: SHA256Digest? = nil, station name: SHA256Digest,
    index: UInt64
  ) {
    if input.pointee.isFull { handOver(nextIndex: index) }
    input.pointee.add(record, commitment, station: name, hasher)
  }

  private func handOver(nextIndex: UInt64) {
    if handedOver.count == Self.maxHandedOver { makeRoom() }
    thread.submit(current)
    handedOver.append(current)
    current = spare.popLast() ?? LeafBlock()
    input = current.input
    current.reset(firstIndex: nextIndex)
  }

  private func makeRoom() {
    while !handedOver[0].isHashed {
      if let block = thread.takeBack() {
        block.hash(with: hasher)
      } else {
        thread.wait(for: handedOver[0])
      }
    }
    merge()
  }

  /// Joins the blocks from the first on that are hashed.
  private func merge() {
    let hashed = handedOver.prefix { $0.isHashed }.count
    for block in handedOver[..<hashed] { merge(block) }
    spare += handedOver[..<hashed]
    handedOver.removeFirst(hashed)
  }

  private func merge(_ block: LeafBlock) {
    // A block ends where a subtree of its level ends, so it fills one group at most.
    var filled: [SHA256Digest] = []
    block.merge(into: &frontier, with: hasher.tree) { level, hash in
      if level >= TreeRow.groupLevel { filled.append(hash) }
    }
    if !filled.isEmpty {
      rows.append(Row(group: TreeRow.lastGroup(ofTree: frontier.size), hashes: filled))
    }
  }

  /// Brings ``frontier`` and ``rows`` up to the last leaf.
  func finish() {
    current.hash(with: hasher)
    hashAll()
    merge()
    merge(current)
    current.reset(firstIndex: frontier.size)
  }

  /// Hashes what was handed over, together with the thread.
  private func hashAll() {
    while let block = thread.takeBack() { block.hash(with: hasher) }
    for block in handedOver { thread.wait(for: block) }
  }
}
