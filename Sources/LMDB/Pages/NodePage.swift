/// A branch or leaf in memory, whose free space lies within the page. Nodes are looked at with care:
/// nothing in them is believed before it was checked.
struct NodePage {
  let bytes: UnsafeRawBufferPointer
  let count: Int
  let upper: Int
  let isLeaf: Bool

  /// nil if the page is of another kind, or has no nodes, or its free space is not within it.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) {
    let flags = bytes.number(UInt16.self, at: PageLayout.flagsOffset)
    guard flags == PageLayout.leafFlag || flags == PageLayout.branchFlag else { return nil }
    let lower = Int(bytes.number(UInt16.self, at: PageLayout.lowerOffset))
    let upper = Int(bytes.number(UInt16.self, at: PageLayout.upperOffset))
    guard lower > PageLayout.headerBytes, lower % 2 == 0, lower <= upper, upper % 2 == 0,
      upper < bytes.count
    else { return nil }
    self.bytes = bytes
    self.upper = upper
    count = (lower - PageLayout.headerBytes) / 2
    isLeaf = flags == PageLayout.leafFlag
  }

  /// A node by its place in the order of keys; nil if it does not lie within the page.
  @inline(__always)
  func node(_ index: Int) -> Node? {
    let start = Int(bytes.number(UInt16.self, at: PageLayout.headerBytes + index * 2))
    guard start >= upper, start % 2 == 0, start <= bytes.count - PageLayout.nodeHeaderBytes else {
      return nil
    }
    let node = Node(bytes, at: start, isLeaf: isLeaf)
    return node.end <= bytes.count ? node : nil
  }

  var last: Node? { node(count - 1) }

  /// Whether the nodes lie one behind the other from the end of the free space to the end of the page,
  /// as liblmdb keeps them.
  ///
  /// - Parameter sizes: all zero, and again afterwards.
  func isFilledExactly(_ sizes: UnsafeMutableBufferPointer<UInt32>) -> Bool {
    for index in 0..<count {
      guard let node = node(index) else {
        sizes.update(repeating: 0)
        return false
      }
      sizes[node.start / 2] = UInt32(node.end - node.start)
    }
    var place = upper
    var found = 0
    while place < bytes.count && sizes[place / 2] != 0 {
      let size = Int(sizes[place / 2])
      sizes[place / 2] = 0
      place += size
      found += 1
    }
    if place == bytes.count && found == count { return true }
    sizes.update(repeating: 0)
    return false
  }
}

/// An entry of a branch or a leaf.
struct Node {
  private let bytes: UnsafeRawBufferPointer
  let start: Int
  /// Where the next node may begin; beyond the page if the node is damaged.
  let end: Int
  let flags: UInt16
  private let keyBytes: Int
  /// The bytes of the value, wherever it is. Of a leaf only.
  let valueBytes: Int

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer, at start: Int, isLeaf: Bool) {
    let low = Int(bytes.number(UInt16.self, at: start))
    let high = Int(bytes.number(UInt16.self, at: start + 2))
    flags = bytes.number(UInt16.self, at: start + 4)
    keyBytes = Int(bytes.number(UInt16.self, at: start + 6))
    valueBytes = low | high << 16
    let inPage = !isLeaf ? 0 : flags & PageLayout.bigValueFlag != 0 ? 8 : valueBytes
    // Nodes begin at even places.
    end = start + (PageLayout.nodeHeaderBytes + keyBytes + inPage + 1) & ~1
    self.bytes = bytes
    self.start = start
  }

  @inline(__always)
  var key: UnsafeRawBufferPointer {
    let first = start + PageLayout.nodeHeaderBytes
    return UnsafeRawBufferPointer(rebasing: bytes[first..<first + keyBytes])
  }

  /// What stands behind the key.
  @inline(__always)
  var value: UnsafeRawBufferPointer {
    let first = start + PageLayout.nodeHeaderBytes + keyBytes
    return UnsafeRawBufferPointer(rebasing: bytes[first..<first + (isBig ? 8 : valueBytes)])
  }

  @inline(__always)
  var isBig: Bool { flags & PageLayout.bigValueFlag != 0 }

  /// The page below, of a branch.
  var child: UInt64 { UInt64(valueBytes) | UInt64(flags) << 32 }
}
