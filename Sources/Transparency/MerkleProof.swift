import Bytes

/// Checks proofs without the tree. Nothing in a proof is trusted: any input gives an answer.
public enum MerkleProof {
  /// Checks that a leaf is at `index` (from 0) in the tree of `head` (RFC 9162, section 2.1.3.2).
  ///
  /// - Throws: ``ProofError`` if the proof does not show it.
  public static func verifyInclusion(
    of leaf: SHA256Digest, at index: UInt64, in head: TreeHead, proof: [SHA256Digest],
    with hasher: TreeHasher
  ) throws(ProofError) {
    guard index < head.size else { throw .indexBeyondTree(index: index, size: head.size) }
    var path = TreePath(index: index, last: head.size - 1)
    var root = leaf
    for sibling in proof {
      guard !path.isAtRoot else { throw .wrongLength }
      root = path.isRightChild ? hasher.node(sibling, root) : hasher.node(root, sibling)
      path.ascend()
    }
    guard path.isAtRoot else { throw .wrongLength }
    guard root == head.root else { throw .wrongRoot }
  }

  /// Checks that the tree of `new` begins with the tree of `old` (RFC 9162, section 2.1.4.2).
  ///
  /// - Throws: ``ProofError`` if the proof does not show it.
  public static func verifyConsistency(
    from old: TreeHead, to new: TreeHead, proof: [SHA256Digest], with hasher: TreeHasher
  ) throws(ProofError) {
    guard old.size <= new.size else { throw .shrunk(from: old.size, to: new.size) }
    if old.size == 0 || old.size == new.size {
      guard proof.isEmpty else { throw .wrongLength }
      guard old.root == (old.size == 0 ? TreeHasher.emptyRoot : new.root) else { throw .wrongRoot }
      return
    }
    var path = TreePath(index: old.size - 1, last: new.size - 1)
    path.skipFullLevels()
    // An old tree that is one complete subtree begins with its own root, which is not sent.
    var rest = proof[...]
    guard let start = old.size.nonzeroBitCount == 1 ? old.root : rest.popFirst() else {
      throw .wrongLength
    }
    var (oldRoot, newRoot) = (start, start)
    for sibling in rest {
      guard !path.isAtRoot else { throw .wrongLength }
      if path.isRightChild {
        oldRoot = hasher.node(sibling, oldRoot)
        newRoot = hasher.node(sibling, newRoot)
      } else {
        newRoot = hasher.node(newRoot, sibling)
      }
      path.ascend()
    }
    guard path.isAtRoot else { throw .wrongLength }
    guard oldRoot == old.root && newRoot == new.root else { throw .wrongRoot }
  }
}

/// The way from a node up to the root, beside the last node of each level.
private struct TreePath {
  private var index: UInt64
  private var last: UInt64

  init(index: UInt64, last: UInt64) {
    self.index = index
    self.last = last
  }

  var isAtRoot: Bool { last == 0 }

  /// Whether the next sibling is on the left. The last node of a level without a sibling rises
  /// until it has one, and that is on the left.
  var isRightChild: Bool { index & 1 == 1 || index == last }

  mutating func ascend() {
    if index & 1 == 0 && index == last {
      while index & 1 == 0 && index != 0 { rise() }
    }
    rise()
  }

  /// Rises while the node is the right child: to the root of the complete subtree that ends here.
  mutating func skipFullLevels() {
    while index & 1 == 1 { rise() }
  }

  private mutating func rise() {
    index >>= 1
    last >>= 1
  }
}

/// Why a proof proves nothing.
public enum ProofError: Error, Hashable, Sendable {
  case indexBeyondTree(index: UInt64, size: UInt64)
  /// The later tree is the smaller one.
  case shrunk(from: UInt64, to: UInt64)
  /// There are more or fewer hashes than the sizes ask for.
  case wrongLength
  /// The hashes lead to another root.
  case wrongRoot
}

extension ProofError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .indexBeyondTree(let index, let size):
      "index \(index) is not in a tree of \(size) leaves"
    case .shrunk(let old, let new):
      "the tree has shrunk from \(old) to \(new) leaves"
    case .wrongLength: "the proof has not as many hashes as the tree needs"
    case .wrongRoot: "the proof leads to another root: what it is about was changed"
    }
  }
}
