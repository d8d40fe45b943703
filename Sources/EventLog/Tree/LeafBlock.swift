import Bytes
import Synchronization
import Transparency

/// Up to 64 neighbouring leaves whose hashes are still to be made, with a copy of everything that
/// they are made from: so another thread can make them while the batch goes on.
///
/// `Sendable` because it belongs to one thread at a time: to who appends until it is handed over,
/// then to who hashes it, and to the first one again once ``isHashed`` is true.
final class LeafBlock: @unchecked Sendable {
  /// A block that begins at a multiple of its capacity and is full is a subtree of this level.
  static let level = 6
  static let capacity = 1 << level

  /// What is not hashed yet. Behind a pointer, so that adding a leaf counts no references and checks
  /// no exclusive access: that took as long as copying it.
  let input: UnsafeMutablePointer<LeafInput>
  private let isDone = Atomic(false)
  private var leaves: [SHA256Digest] = []
  private var root: SHA256Digest?

  init() {
    input = .allocate(capacity: 1)
    input.initialize(to: LeafInput(capacity: Self.capacity))
    leaves.reserveCapacity(Self.capacity)
  }

  deinit {
    input.pointee.deallocate()
    input.deallocate()
  }

  /// Whether its hashes are made.
  var isHashed: Bool { isDone.load(ordering: .acquiring) }

  /// Makes it empty, for the leaves from `firstIndex` on.
  func reset(firstIndex: UInt64) {
    input.pointee.reset(firstIndex: firstIndex)
    leaves.removeAll(keepingCapacity: true)
    root = nil
    isDone.store(false, ordering: .relaxed)
  }

  /// Makes the hashes: of all leaves, and the root over them if they are a whole subtree.
  func hash(with hasher: LeafHasher) {
    input.pointee.forEachEntry(with: hasher) { leaves.append(hasher.tree.leaf($0)) }
    if leaves.count == Self.capacity {
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
