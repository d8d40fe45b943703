import Bytes

/// The right edge of a growing tree: the roots of its complete subtrees, largest first, one for
/// each bit that is set in its size. Enough to append and to tell the root.
public struct MerkleFrontier: Sendable {
  /// The number of leaves.
  public private(set) var size: UInt64 = 0
  private var subtrees: [SHA256Digest] = []

  /// The frontier of a tree without leaves.
  public init() { subtrees.reserveCapacity(Self.maxSubtrees) }

  public static func == (left: Self, right: Self) -> Bool {
    left.size == right.size && left.subtrees == right.subtrees
  }

  /// Room for a tree of any size, and the leaf that is just being added.
  private static let maxSubtrees = UInt64.bitWidth + 1

  /// Adds a leaf by its hash, and calls `completed` with each subtree that it fills: the leaf
  /// itself (level 0), then its ancestors from below.
  ///
  /// - Complexity: O(1) hashes on average, O(log n) at most. Allocates nothing.
  public mutating func append(
    _ leaf: SHA256Digest, with hasher: TreeHasher,
    completed: (_ level: Int, SHA256Digest) -> Void = { _, _ in }
  ) {
    append(leaf, atLevel: 0, with: hasher, completed: completed)
  }

  /// Adds a complete subtree of 2^`level` leaves by its root, and calls `completed` with it and with
  /// each larger one that it fills, from below.
  ///
  /// - Precondition: the size is a multiple of 2^`level`.
  public mutating func append(
    _ subtree: SHA256Digest, atLevel level: Int, with hasher: TreeHasher,
    completed: (_ level: Int, SHA256Digest) -> Void
  ) {
    precondition(
      size.isMultiple(of: 1 << UInt64(level)), "a subtree begins in the middle of another")
    var hash = subtree
    completed(level, hash)
    for height in level..<level + (~(size >> UInt64(level))).trailingZeroBitCount {
      // The bits that are set stand for subtrees, so there is one to take.
      hash = hasher.node(subtrees.removeLast(), hash)
      completed(height + 1, hash)
    }
    subtrees.append(hash)
    size += 1 << UInt64(level)
  }

  /// The root of the tree.
  public func root(with hasher: TreeHasher) -> SHA256Digest {
    guard var root = subtrees.last else { return TreeHasher.emptyRoot }
    for subtree in subtrees.dropLast().reversed() { root = hasher.node(subtree, root) }
    return root
  }

  /// Size and root of the tree.
  public func head(with hasher: TreeHasher) -> TreeHead {
    TreeHead(size: size, root: root(with: hasher))
  }
}

extension MerkleFrontier: Equatable {
  /// The number of bytes that ``encode(into:)`` writes.
  public var byteCount: Int { 8 + subtrees.count * SHA256Digest.byteCount }

  /// Writes the one encoding of the frontier: the size (eight bytes, lowest first), then the
  /// hashes, largest subtree first. `bytes` has exactly ``byteCount`` bytes.
  public func encode(into bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: size.littleEndian, as: UInt64.self)
    for (index, subtree) in subtrees.enumerated() {
      bytes.storeBytes(
        of: subtree, toByteOffset: 8 + index * SHA256Digest.byteCount, as: SHA256Digest.self)
    }
  }

  /// Reads what ``encode(into:)`` wrote; nil if the bytes are not a frontier.
  public init?(decoding bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 8 else { return nil }
    self.init()
    size = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let hashes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(8))
    guard hashes.count == size.nonzeroBitCount * SHA256Digest.byteCount else { return nil }
    for offset in stride(from: 0, to: hashes.count, by: SHA256Digest.byteCount) {
      subtrees.append(hashes.loadUnaligned(fromByteOffset: offset, as: SHA256Digest.self))
    }
  }
}
