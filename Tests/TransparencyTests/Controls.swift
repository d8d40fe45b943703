import Bytes
import Testing
import Transparency

/// A tree in memory, with all its complete subtrees by level.
struct MemoryTree: TreeHashes {
  private(set) var levels: [[SHA256Digest]] = [[]]

  var size: UInt64 { UInt64(levels[0].count) }
  func leaf(_ index: UInt64) -> SHA256Digest { levels[0][Int(index)] }

  init(entries: [[UInt8]]) {
    var frontier = MerkleFrontier()
    let hasher = TreeHasher()
    for entry in entries {
      frontier.append(entry.withUnsafeBytes { hasher.leaf($0) }, with: hasher) { level, hash in
        if level == levels.count { levels.append([]) }
        levels[level].append(hash)
      }
    }
  }

  func hash(level: Int, index: UInt64) throws -> SHA256Digest {
    try #require(level < levels.count && index < levels[level].count, "not a complete subtree")
    return levels[level][Int(index)]
  }

  func head(ofSize size: UInt64, _ hasher: TreeHasher) throws -> TreeHead {
    TreeHead(size: size, root: try root(ofSize: size, with: hasher))
  }
}

/// The head of a tree as RFC 6962, section 2.1 words it, slow and with another shape of code.
func rootByDefinition(_ entries: ArraySlice<[UInt8]>) -> SHA256Digest {
  func hash(_ bytes: [UInt8]) -> SHA256Digest {
    bytes.withUnsafeBytes { SHA256Hasher.digest(of: $0) }
  }
  guard let first = entries.first else { return hash([]) }
  if entries.count == 1 { return hash([0] + first) }
  var left = 1
  while left * 2 < entries.count { left *= 2 }
  let roots = [entries.prefix(left), entries.dropFirst(left)].map(rootByDefinition)
  return hash([1] + roots.flatMap { $0.withUnsafeBytes { Array($0) } })
}

func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

func digest(_ hexadecimal: String) throws -> SHA256Digest {
  try #require(bytes(hexadecimal).withUnsafeBytes { SHA256Digest(bytes: $0) })
}

extension SHA256Digest {
  /// The digest with one bit changed.
  func flipped(bit: Int) -> SHA256Digest {
    var changed = withUnsafeBytes { Array($0) }
    changed[bit / 8 % 32] ^= 1 << UInt8(bit % 8)
    return changed.withUnsafeBytes { SHA256Digest(bytes: $0) } ?? self
  }
}
