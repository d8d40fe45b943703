import Bytes

/// A tree that can be asked for the hashes of its complete subtrees.
///
/// The node at `level` and `index` covers the leaves from `index` · 2^`level` on, 2^`level` of them.
/// Only nodes whose leaves are all there are asked for.
public protocol TreeHashes: ~Copyable {
  /// The hash of one complete subtree.
  borrowing func hash(level: Int, index: UInt64) throws -> SHA256Digest
}

extension TreeHashes where Self: ~Copyable {
  /// The root of the tree of the first `size` leaves.
  public borrowing func root(ofSize size: UInt64, with hasher: TreeHasher) throws -> SHA256Digest {
    size == 0 ? TreeHasher.emptyRoot : try root(0, size, hasher)
  }

  /// The proof that the leaf at `index` (from 0) is in the tree of the first `size` leaves: the
  /// hashes beside its path, from the leaf up (RFC 6962, section 2.1.1).
  ///
  /// - Precondition: `index` < `size`, and the tree has `size` leaves.
  public borrowing func inclusionProof(
    of index: UInt64, inTreeOf size: UInt64, with hasher: TreeHasher
  ) throws -> [SHA256Digest] {
    var proof: [SHA256Digest] = []
    var (lower, upper) = (0 as UInt64, size)
    while upper - lower > 1 {
      let middle = lower + Self.leftSize(of: upper - lower)
      if index < middle {
        proof.append(try root(middle, upper, hasher))
        upper = middle
      } else {
        proof.append(try root(lower, middle, hasher))
        lower = middle
      }
    }
    return proof.reversed()
  }

  /// The proof that the tree of the first `size` leaves begins with the tree of the first `old`
  /// leaves (RFC 6962, section 2.1.2). Empty if `old` is 0 or `size`.
  ///
  /// - Precondition: `old` ≤ `size`, and the tree has `size` leaves.
  public borrowing func consistencyProof(
    from old: UInt64, to size: UInt64, with hasher: TreeHasher
  ) throws -> [SHA256Digest] {
    guard old > 0 else { return [] }
    var proof: [SHA256Digest] = []
    var (lower, upper) = (0 as UInt64, size)
    while upper != old {
      let middle = lower + Self.leftSize(of: upper - lower)
      if old <= middle {
        proof.append(try root(middle, upper, hasher))
        upper = middle
      } else {
        proof.append(try root(lower, middle, hasher))
        lower = middle
      }
    }
    // A subtree that is the whole old tree is known to whoever has the old root.
    if lower > 0 { proof.append(try root(lower, upper, hasher)) }
    return proof.reversed()
  }

  /// The root over the leaves from `lower` up to `upper`, which the splits of a tree have made.
  private borrowing func root(
    _ lower: UInt64, _ upper: UInt64, _ hasher: TreeHasher
  ) throws -> SHA256Digest {
    let size = upper - lower
    if size.nonzeroBitCount == 1 {
      let level = size.trailingZeroBitCount
      return try hash(level: level, index: lower >> UInt64(level))
    }
    let middle = lower + Self.leftSize(of: size)
    return hasher.node(try root(lower, middle, hasher), try root(middle, upper, hasher))
  }

  /// The number of leaves on the left of a tree: the greatest power of two below its size.
  private static func leftSize(of size: UInt64) -> UInt64 {
    1 << UInt64(UInt64.bitWidth - 1 - (size - 1).leadingZeroBitCount)
  }
}
