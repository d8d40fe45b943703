/// The keys that a page may have: from `lower` up to but not `upper`; nil is no bound.
struct KeyBounds {
  var lower: UnsafeRawBufferPointer?
  var upper: UnsafeRawBufferPointer?
}

extension PageWalk {
  /// Walks one database from its root.
  mutating func walk(_ tree: inout Tree) {
    let record = tree.record
    guard tree.hasKnownFlags else {
      flaw(record.root == DatabaseRecord.noRoot ? 0 : record.root, .badNode, &tree)
      return
    }
    if record.root == DatabaseRecord.noRoot {
      if record.depth != 0 || !tree.hasRightCounts { flaw(0, .wrongCounts, &tree) }
      return
    }
    let page = buffers.level(0)
    guard claim(record.root, &tree) else { return }
    guard read(record.root, into: page) else {
      flaw(record.root, .unreadable, &tree)
      return
    }
    check(UnsafeRawBufferPointer(page), record.root, level: 1, KeyBounds(), &tree)
    // Where pages were left out, the counts are wrong too, which says nothing new.
    if !tree.isFlawed && !tree.hasRightCounts { flaw(record.root, .wrongCounts, &tree) }
    if tree.kind == .freeList { checkEnd(of: tree) }
  }

  func read(_ page: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    source.read(into: buffer, at: Int(page) * pageBytes)
  }

  /// Checks a page and all below it. A page of a level above the leaves is in the buffer of its
  /// level.
  mutating func check(
    _ bytes: UnsafeRawBufferPointer, _ number: UInt64, level: Int, _ bounds: KeyBounds,
    _ tree: inout Tree
  ) {
    guard bytes.number(UInt64.self, at: 0) == number else {
      flaw(number, .wrongNumber, &tree)
      return
    }
    let flags = bytes.number(UInt16.self, at: PageLayout.flagsOffset)
    let isKnown = flags == PageLayout.leafFlag || flags == PageLayout.branchFlag
    guard isKnown, (flags == PageLayout.leafFlag) == (level == Int(tree.record.depth)) else {
      flaw(number, .wrongKind, &tree)
      return
    }
    guard let page = NodePage(bytes), page.isFilledExactly(buffers.nodeSizes) else {
      flaw(number, .badLayout, &tree)
      return
    }
    if page.isLeaf {
      tree.leafPages += 1
      checkLeaf(page, number, bounds, &tree)
    } else {
      tree.branchPages += 1
      checkBranch(page, number, level: level, bounds, &tree)
    }
  }

  private mutating func checkBranch(
    _ page: NodePage, _ number: UInt64, level: Int, _ bounds: KeyBounds, _ tree: inout Tree
  ) {
    var bounds = bounds
    var isOrdered = true
    if !keysRise(in: page, bounds, tree) {
      flaw(number, .badKeyOrder, &tree)
      // What is below is looked at all the same, without bounds.
      bounds = KeyBounds()
      isOrdered = false
    }
    func boundsOfChild(_ index: Int) -> KeyBounds {
      guard isOrdered else { return KeyBounds() }
      let next = index + 1 < page.count ? page.node(index + 1)?.key : bounds.upper
      return KeyBounds(lower: index == 0 ? bounds.lower : page.node(index)?.key, upper: next)
    }
    if level + 1 == Int(tree.record.depth) {
      for first in stride(from: 0, to: page.count, by: PageBuffers.leavesAtOnce) {
        let end = min(page.count, first + PageBuffers.leavesAtOnce)
        checkLeaves(of: page, first..<end, level: level + 1, boundsOfChild, &tree)
      }
      return
    }
    guard level < PageLayout.maxDepth else {
      flaw(number, .wrongKind, &tree)
      return
    }
    let buffer = buffers.level(level)
    for index in 0..<page.count {
      guard let child = page.node(index)?.child, claim(child, &tree) else { continue }
      guard read(child, into: buffer) else {
        flaw(child, .unreadable, &tree)
        continue
      }
      check(
        UnsafeRawBufferPointer(buffer), child, level: level + 1, boundsOfChild(index), &tree)
    }
  }

  /// Whether the keys of a branch rise strictly within the bounds. The first one is never looked at
  /// by liblmdb: its child has whatever is below the second.
  private func keysRise(in page: NodePage, _ bounds: KeyBounds, _ tree: Tree) -> Bool {
    var previous = bounds.lower
    for index in 1..<max(1, page.count) {
      guard let key = page.node(index)?.key, isPossible(key, tree) else { return false }
      if let previous, !tree.isBefore(previous, key) { return false }
      previous = key
    }
    guard page.count > 1, let previous, let upper = bounds.upper else { return true }
    return tree.isBefore(previous, upper)
  }

  @inline(__always)
  func isPossible(_ key: UnsafeRawBufferPointer, _ tree: Tree) -> Bool {
    tree.kind == .freeList ? key.count == 8 : (1...PageLayout.maxKeyBytes).contains(key.count)
  }

  /// Reads some leaves below a branch in the order of the file, and checks them in that of their keys.
  private mutating func checkLeaves(
    of branch: NodePage, _ children: Range<Int>, level: Int,
    _ boundsOfChild: (Int) -> KeyBounds, _ tree: inout Tree
  ) {
    var leaves: [(page: UInt64, child: Int)] = []
    for index in children {
      if let page = branch.node(index)?.child, claim(page, &tree) { leaves.append((page, index)) }
    }
    leaves.sort { $0.page < $1.page }
    var slotOfChild = [Int](repeating: -1, count: children.count)
    for run in announcedRuns(leaves.map(\.page)) {
      let isRead = readRun(leaves[run.lowerBound].page, run)
      for slot in run {
        let leaf = leaves[slot]
        if isRead || read(leaf.page, into: buffers.leaf(slot)) {
          slotOfChild[leaf.child - children.lowerBound] = slot
        } else {
          flaw(leaf.page, .unreadable, &tree)
        }
      }
    }
    for (index, slot) in slotOfChild.enumerated() where slot >= 0 {
      let child = children.lowerBound + index
      check(
        UnsafeRawBufferPointer(buffers.leaf(slot)), leaves[slot].page, level: level,
        boundsOfChild(child), &tree)
    }
  }

  /// The places of pages that follow each other in the file, after all of them were announced.
  private func announcedRuns(_ pages: [UInt64]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in pages.indices {
      if let last = runs.last, pages[index - 1] + 1 == pages[index] {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    for run in runs {
      source.announce(Int(pages[run.lowerBound]) * pageBytes, run.count * pageBytes)
    }
    return runs
  }

  private func readRun(_ first: UInt64, _ slots: Range<Int>) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer(
      rebasing: buffers.leaves[slots.lowerBound * pageBytes..<slots.upperBound * pageBytes])
    return read(first, into: buffer)
  }
}
