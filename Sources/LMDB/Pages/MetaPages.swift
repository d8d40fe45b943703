/// The two metas of a file, each of which names a whole state: that of the last transaction and that
/// of the one before.
///
/// A meta has no checksum. A changed transaction number could make a reader take the older state, and
/// the last commit would be gone without a word. So the numbers must be of two transactions in a row,
/// each at its place, and each state's free list must end with the pages that its own transaction
/// freed: every transaction but the first frees some.
struct MetaPages {
  private(set) var report = PageReport()
  private var metas: [MetaPage] = []

  /// - Parameter source: read twice until it gives the same, as a writer may be at work.
  init(reading source: borrowing PageSource) {
    var previous: [MetaPage] = []
    for _ in 0..<100 {
      metas = Self.read(source)
      if metas == previous { break }
      previous = metas
    }
    guard metas.count == 2 else {
      report.add(0, nil, .notADatabase)
      return
    }
    for (index, meta) in metas.enumerated() where !meta.isSound(at: UInt64(index)) {
      report.add(UInt64(index), nil, .badMeta)
    }
    if report.isSound && !isInRow {
      report.add(newest.transaction & 1, nil, .metasDisagree)
    }
  }

  /// The meta of `transaction`, nil if it is not there any more; or else the newest that can be
  /// believed, nil if none is of use.
  mutating func choose(_ transaction: UInt64?, in source: borrowing PageSource) -> MetaPage? {
    let usable = metas.enumerated().filter { $1.isUsable(at: UInt64($0)) }.map(\.element)
    let wanted = usable.first { $0.transaction == transaction }
    // Nothing holds the states of other transactions.
    if transaction != nil && wanted == nil { return nil }
    var believed: [MetaPage] = []
    for (index, meta) in metas.enumerated() where meta.isSound(at: UInt64(index)) {
      if meta.freeListEnds(withItsTransactionIn: source) {
        believed.append(meta)
      } else {
        report.add(UInt64(index), nil, .wrongTransaction)
      }
    }
    return wanted ?? believed.max { $0.transaction < $1.transaction }
      ?? usable.max { $0.transaction < $1.transaction }
  }

  private var newest: MetaPage {
    metas[0].transaction < metas[1].transaction ? metas[1] : metas[0]
  }

  /// Both are 0 in a new file.
  private var isInRow: Bool {
    let numbers = metas.map(\.transaction)
    if numbers == [0, 0] { return true }
    let (low, high) = (min(numbers[0], numbers[1]), max(numbers[0], numbers[1]))
    return high - low == 1 && numbers[0] % 2 == 0
      && newest.lastPage >= metas[Int(low & 1)].lastPage
  }

  /// Both metas; none if there is no place for the second.
  private static func read(_ source: borrowing PageSource) -> [MetaPage] {
    guard let first = meta(in: source, at: 0) else { return [] }
    // The first one says how large pages are, unless just that is damaged.
    for pageBytes in [Int(first.pageBytes)] + powersOfTwo {
      guard PageLayout.pageSizes.contains(pageBytes), let second = meta(in: source, at: pageBytes),
        second.magic == PageLayout.magic || second.pageNumber == 1,
        Int(second.pageBytes) == pageBytes || Int(first.pageBytes) == pageBytes
      else { continue }
      return [first, second]
    }
    return []
  }

  private static let powersOfTwo = (9...16).map { 1 << $0 }

  private static func meta(in source: borrowing PageSource, at offset: Int) -> MetaPage? {
    withUnsafeTemporaryAllocation(
      byteCount: PageLayout.headerBytes + PageLayout.metaBytes, alignment: 8
    ) { buffer in
      source.read(into: buffer, at: offset) ? MetaPage(UnsafeRawBufferPointer(buffer)) : nil
    }
  }
}

extension MetaPage {
  /// Whether all that is fixed is as it must be.
  func isSound(at index: UInt64) -> Bool {
    isUsable(at: index) && pageNumber == index && pageFlags == PageLayout.metaFlag
      && mapAddress == 0 && freeList.flags == 0x08 && main.flags == 0 && main.padding == 0
      && transaction % 2 == (transaction == 0 ? 0 : index)
      && mapBytes / UInt64(pageBytes) > lastPage && transaction < .max
  }

  /// Whether a walk can begin here, even if not all can be believed.
  func isUsable(at index: UInt64) -> Bool {
    magic == PageLayout.magic && version == PageLayout.version
      && PageLayout.pageSizes.contains(Int(pageBytes)) && pageBytes & (pageBytes - 1) == 0
      && lastPage >= 1
  }

  /// Whether the last entry of the free list is of the meta's own transaction.
  fileprivate func freeListEnds(withItsTransactionIn source: borrowing PageSource) -> Bool {
    guard transaction >= 2 else { return true }
    let page = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(pageBytes), alignment: 8)
    defer { page.deallocate() }
    var number = freeList.root
    for _ in 0..<PageLayout.maxDepth {
      let (offset, overflow) = number.multipliedReportingOverflow(by: UInt64(pageBytes))
      guard !overflow, let offset = Int(exactly: offset), source.read(into: page, at: offset),
        let node = NodePage(UnsafeRawBufferPointer(page)), let last = node.last
      else { return false }
      if node.isLeaf {
        return last.key.count == 8 && last.key.number(UInt64.self, at: 0) == transaction
      }
      number = last.child
    }
    return false
  }
}
