extension PageWalk {
  /// Checks the entries of a leaf, and hands them on if all are sound.
  mutating func checkLeaf(
    _ page: NodePage, _ number: UInt64, _ bounds: KeyBounds, _ tree: inout Tree
  ) {
    var previous: UnsafeRawBufferPointer?
    for index in 0..<page.count {
      guard let node = page.node(index), isPossible(node.key, tree), hasKnownFlags(node, tree)
      else {
        flaw(number, .badNode, &tree)
        return
      }
      let isAbove =
        if let previous { tree.isBefore(previous, node.key) } else {
          bounds.lower.map { !tree.isBefore(node.key, $0) } ?? true
        }
      guard isAbove else {
        flaw(number, .badKeyOrder, &tree)
        return
      }
      previous = node.key
    }
    if let previous, let upper = bounds.upper, !tree.isBefore(previous, upper) {
      flaw(number, .badKeyOrder, &tree)
      return
    }
    tree.entries += UInt64(page.count)
    for index in 0..<page.count {
      if let node = page.node(index) { handOn(node, number, &tree) }
    }
  }

  private func hasKnownFlags(_ node: Node, _ tree: Tree) -> Bool {
    switch node.flags {
    case 0, PageLayout.bigValueFlag: true
    case PageLayout.databaseFlag:
      tree.kind == .main && node.valueBytes == DatabaseRecord.byteCount
    default: false
    }
  }

  private mutating func handOn(_ node: Node, _ page: UInt64, _ tree: inout Tree) {
    var value = node.value
    if node.isBig {
      let first = value.number(UInt64.self, at: 0)
      guard let whole = chain(first, node.valueBytes, &tree) else { return }
      value = whole
    }
    switch tree.kind {
    case .named: visitor.visit(key: node.key, value: value)
    case .main:
      // The main database may have plain entries too; this program makes none.
      guard node.flags == PageLayout.databaseFlag else { return }
      named.append((String(decoding: node.key, as: UTF8.self), DatabaseRecord(value)))
    case .freeList: checkFreePages(key: node.key, value, page, &tree)
    }
  }

  /// The value in a chain of overflow pages, which are taken into use; nil, and reported, if the chain
  /// is not sound. Empty if nobody wants to see it.
  private mutating func chain(
    _ first: UInt64, _ byteCount: Int, _ tree: inout Tree
  ) -> UnsafeRawBufferPointer? {
    guard claim(first, &tree) else { return nil }
    let head = buffers.value(byteCount: PageLayout.headerBytes)
    guard read(first, into: head) else {
      flaw(first, .unreadable, &tree)
      return nil
    }
    let header = UnsafeRawBufferPointer(head)
    guard header.number(UInt64.self, at: 0) == first else {
      flaw(first, .wrongNumber, &tree)
      return nil
    }
    guard header.number(UInt16.self, at: PageLayout.flagsOffset) == PageLayout.overflowFlag else {
      flaw(first, .wrongKind, &tree)
      return nil
    }
    let pages = UInt64(header.number(UInt32.self, at: PageLayout.chainOffset))
    guard pages >= PageLayout.chainPages(for: byteCount, pageBytes: pageBytes),
      pages <= pagesInFile - first
    else {
      flaw(first, .badChain, &tree)
      return nil
    }
    tree.overflowPages += pages
    for page in first + 1..<first + pages where !claim(page, &tree) { return nil }
    return wholeValue(first, byteCount, &tree)
  }

  private mutating func wholeValue(
    _ first: UInt64, _ byteCount: Int, _ tree: inout Tree
  ) -> UnsafeRawBufferPointer? {
    if Visitor.self == NoVisitor.self && tree.kind == .named {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let value = buffers.value(byteCount: byteCount)
    guard source.read(into: value, at: Int(first) * pageBytes + PageLayout.headerBytes) else {
      flaw(first, .unreadable, &tree)
      return nil
    }
    return UnsafeRawBufferPointer(value)
  }

  /// Takes the pages that a transaction freed: their number, then the pages, the greatest first.
  private mutating func checkFreePages(
    key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ page: UInt64,
    _ tree: inout Tree
  ) {
    tree.lastTransaction = key.number(UInt64.self, at: 0)
    guard value.count >= 8, value.count % 8 == 0,
      value.number(UInt64.self, at: 0) <= UInt64(value.count / 8 - 1)
    else {
      flaw(page, .badFreeList, &tree)
      return
    }
    var previous = UInt64.max
    for index in 0..<Int(value.number(UInt64.self, at: 0)) {
      let free = value.number(UInt64.self, at: 8 + index * 8)
      guard free < previous else {
        flaw(page, .badFreeList, &tree)
        return
      }
      previous = free
      guard free >= 2 && free < seen.count else {
        flaw(free, .beyondEnd, &tree)
        continue
      }
      guard seen.insert(free) else {
        flaw(free, .usedTwice, &tree)
        continue
      }
      report.freePages += 1
    }
  }

  /// The free list ends with what the walked transaction has freed.
  mutating func checkEnd(of tree: Tree) {
    guard !tree.isFlawed, tree.lastTransaction > meta.transaction else { return }
    report.add(meta.transaction & 1, nil, .wrongTransaction)
  }
}
