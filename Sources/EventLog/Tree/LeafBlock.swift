import Bytes
import Synchronization
import Transparency

/// Up to 64 neighbouring leaves whose hashes are still to be made, with a copy of everything that
/// they are made from: so another thread can make them while the batch goes on.
///
/// `Sendable` because it belongs to one thread at a time: to who appends until it is handed over,
/// then to who hashes it, and to the first one again once ``isHashed`` is true. So its memory is not
/// checked for exclusive access at run time either.
final class LeafBlock: @unchecked Sendable {
  /// A block that begins at a multiple of its capacity and is full is a subtree of this level.
  static let level = 6
  static let capacity = 1 << level
  /// Greater bodies are hashed where they are, so that blocks stay small.
  private static let maxCopiedBytes = 16 << 10

  /// The number of leaves.
  @exclusivity(unchecked) private(set) var count = 0
  @exclusivity(unchecked) private var firstIndex: UInt64 = 0
  private let isDone = Atomic(false)

  private let entries = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LeafBlock.capacity * LeafEntry.byteCount, alignment: 8)
  /// Salt and body of each entry, one behind the other, and where they end. Empty where the
  /// commitment is made already.
  @exclusivity(unchecked) private var secrets = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LeafBlock.capacity << 9, alignment: 16)
  private let secretEnds = UnsafeMutableBufferPointer<Int>.allocate(capacity: LeafBlock.capacity)
  @exclusivity(unchecked) private var secretBytes = 0
  @exclusivity(unchecked) private var leaves: [SHA256Digest] = []
  @exclusivity(unchecked) private var root: SHA256Digest?

  init() { leaves.reserveCapacity(Self.capacity) }

  deinit {
    entries.deallocate()
    secrets.deallocate()
    secretEnds.deallocate()
  }

  /// Whether its hashes are made.
  var isHashed: Bool { isDone.load(ordering: .acquiring) }

  /// Whether a leaf more would belong to the next subtree of this level.
  var isFull: Bool {
    count > 0 && (firstIndex + UInt64(count)).isMultiple(of: UInt64(Self.capacity))
  }

  /// Makes it empty, for the leaves from `firstIndex` on.
  func reset(firstIndex: UInt64) {
    self.firstIndex = firstIndex
    count = 0
    secretBytes = 0
    leaves.removeAll(keepingCapacity: true)
    root = nil
    isDone.store(false, ordering: .relaxed)
  }
}

extension LeafBlock {
  /// Adds a record that is not shorter than its header. Not for a block that is full.
  @inline(__always)
  func add(_ record: UnsafeRawBufferPointer, station: SHA256Digest, _ hasher: LeafHasher) {
    let entry = entry(count)
    LeafEntry.fill(entry, record: record, station: station)
    let secret = UnsafeRawBufferPointer(rebasing: record[Record.saltOffset...])
    if LeafEntry.takeErasedCommitment(of: record, in: entry) {
      // What stands there is not to be hashed again.
    } else if secret.count > Self.maxCopiedBytes {
      LeafEntry.setCommitment(hasher.commitment(of: secret), in: entry)
    } else {
      let end = secretBytes + secret.count
      if end > secrets.count { makeRoom(for: end) }
      UnsafeMutableRawBufferPointer(rebasing: secrets[secretBytes..<end])
        .copyMemory(from: secret)
      secretBytes = end
    }
    secretEnds[count] = secretBytes
    count += 1
  }

  @inline(__always)
  private func entry(_ index: Int) -> UnsafeMutableRawBufferPointer {
    let start = index * LeafEntry.byteCount
    return UnsafeMutableRawBufferPointer(rebasing: entries[start..<start + LeafEntry.byteCount])
  }

  private func makeRoom(for byteCount: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(byteCount, 2 * secrets.count), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(secrets))
    secrets.deallocate()
    secrets = larger
  }

  /// Makes the hashes: of all leaves, and the root over them if they are a whole subtree.
  func hash(with hasher: LeafHasher) {
    var begin = 0
    for index in 0..<count {
      let entry = entry(index)
      let end = secretEnds[index]
      if end > begin {
        let secret = UnsafeRawBufferPointer(rebasing: secrets[begin..<end])
        LeafEntry.setCommitment(hasher.commitment(of: secret), in: entry)
      }
      begin = end
      leaves.append(hasher.tree.leaf(UnsafeRawBufferPointer(entry)))
    }
    if count == Self.capacity {
      var subtree = MerkleFrontier()
      for leaf in leaves { subtree.append(leaf, with: hasher.tree) }
      root = subtree.root(with: hasher.tree)
    }
    isDone.store(true, ordering: .releasing)
  }

  /// Adds the hashed leaves to `frontier`, which ends where the block begins, and calls `completed`
  /// with the subtrees above ``level`` that they fill.
  func merge(
    into frontier: inout MerkleFrontier, with hasher: TreeHasher,
    completed: (_ level: Int, SHA256Digest) -> Void
  ) {
    if let root {
      frontier.append(root, atLevel: Self.level, with: hasher, completed: completed)
    } else {
      for leaf in leaves { frontier.append(leaf, with: hasher, completed: completed) }
    }
  }
}
