/// Reads a file of LMDB 0.9 page by page, without liblmdb, and checks all that can be checked.
///
/// liblmdb trusts its file: a damaged page may end the program. A walk trusts nothing. It reads the
/// metas, follows the trees from their roots, checks each page by itself and against the one above,
/// and sees that every page is used once or free. Pages have no checksum, so a changed *value* is
/// for whoever knows the values to find: give a ``PageVisitor``.
///
///     var nobody = NoVisitor()
///     let report = PageWalker.walk(try PageSource(path: "log/data.mdb"), visitor: &nobody)
///
/// The file must not be written to meanwhile, unless a read transaction holds the state that is
/// walked: ``Environment/walkPages(visitor:)``.
///
/// Memory: one bit for each page of the file, 256 pages, and the longest value. Leaves are read in
/// the order of the file where that is near the order of the keys, so a log is read at the speed of
/// the disk.
public enum PageWalker {
  /// Walks the newest state in `source`, or that of `transaction`, and hands what it reads to
  /// `visitor`.
  ///
  /// - Returns: nil if the state of `transaction` is not in the metas any more.
  public static func walk<Visitor: PageVisitor>(
    _ source: consuming PageSource, transaction: UInt64? = nil, visitor: inout Visitor
  ) -> PageReport? {
    var metas = MetaPages(reading: source)
    guard let meta = metas.choose(transaction, in: source) else {
      return transaction == nil ? metas.report : nil
    }
    var walk = PageWalk(source, meta, metas.report, visitor)
    walk.run()
    visitor = walk.visitor
    return walk.report
  }

  /// Looks at the two metas alone, which liblmdb needs to open the file.
  public static func checkMetas(_ source: consuming PageSource) -> PageReport {
    var metas = MetaPages(reading: source)
    _ = metas.choose(nil, in: source)
    return metas.report
  }
}

/// Receives what a walk reads: the databases in order of their names, in each the entries in order of
/// their keys. Entries of pages with a flaw are left out.
public protocol PageVisitor {
  /// The names of databases that come before the others, in their order.
  var databasesFirst: [String] { get }
  /// A database begins.
  /// - Parameter entries: how many it has by its record.
  mutating func begin(database: String, entries: UInt64)
  /// An entry; the bytes are valid during the call.
  mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)
  /// The database ends.
  mutating func end()
}

extension PageVisitor {
  /// None: all come in the order of their names.
  public var databasesFirst: [String] { [] }
}

/// For a walk that looks at pages only. Long values are not read then.
public struct NoVisitor: PageVisitor {
  /// Makes one; it keeps nothing.
  public init() {}
  /// Does nothing.
  public mutating func begin(database: String, entries: UInt64) {}
  /// Does nothing.
  public mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {}
  /// Does nothing.
  public mutating func end() {}
}

/// A walk under way.
struct PageWalk<Visitor: PageVisitor>: ~Copyable {
  let source: PageSource
  let meta: MetaPage
  let pageBytes: Int
  /// Pages that can be in use: those up to the last page that are in the file.
  let pagesInFile: UInt64
  var visitor: Visitor
  var report: PageReport
  var seen: PageBitmap
  let buffers: PageBuffers
  /// The records of the named databases, with the page that each is on.
  var named: [(name: String, record: DatabaseRecord)] = []

  init(
    _ source: consuming PageSource, _ meta: MetaPage, _ report: PageReport, _ visitor: Visitor
  ) {
    pageBytes = Int(meta.pageBytes)
    let inFile = UInt64(source.byteCount / pageBytes)
    // A last page far beyond the file is damage, which must not cost memory.
    let (pages, overflow) = meta.lastPage.addingReportingOverflow(1)
    pagesInFile = overflow ? inFile : min(pages, inFile)
    seen = PageBitmap(count: overflow ? inFile : min(pages, inFile + Self.pagesBeyondFile))
    buffers = PageBuffers(pageBytes: pageBytes)
    self.source = source
    self.meta = meta
    self.report = report
    self.visitor = visitor
  }

  /// Pages freed by the transaction that took them are never written, so that a sound file may end
  /// some pages before its last page.
  private static var pagesBeyondFile: UInt64 { 1 << 16 }

  mutating func run() {
    report.transaction = meta.transaction
    report.pageBytes = pageBytes
    report.pages = seen.count
    report.usedPages = 2
    _ = seen.insert(0)
    _ = seen.insert(1)
    if seen.count <= meta.lastPage { report.add(meta.transaction & 1, nil, .beyondEnd) }
    var main = Tree(kind: .main, name: "the names of the databases", record: meta.main)
    walk(&main)
    let first = visitor.databasesFirst
    let early = first.flatMap { name in named.filter { $0.name == name } }
    for (name, record) in early + named.filter({ !first.contains($0.name) }) {
      var tree = Tree(kind: .named, name: name, record: record)
      visitor.begin(database: name, entries: record.entries)
      walk(&tree)
      visitor.end()
    }
    var freeList = Tree(kind: .freeList, name: nil, record: meta.freeList)
    walk(&freeList)
    reportLostPages()
  }

  /// Pages behind a page with a flaw are lost too, but that says nothing new.
  private mutating func reportLostPages() {
    guard report.isSound else { return }
    seen.forEachMissing { report.add($0, nil, .lost) }
  }

  /// Takes a page into use. False, and reported, if that cannot be.
  mutating func claim(_ page: UInt64, _ tree: inout Tree) -> Bool {
    guard page >= 2 && page < pagesInFile else { return flaw(page, .beyondEnd, &tree) }
    guard seen.insert(page) else { return flaw(page, .usedTwice, &tree) }
    report.usedPages += 1
    return true
  }

  /// Reports a flaw. Always false, for guards.
  @discardableResult
  mutating func flaw(_ page: UInt64, _ flaw: PageFlaw, _ tree: inout Tree) -> Bool {
    report.add(page, tree.name, flaw)
    tree.isFlawed = true
    return false
  }
}

/// One database during a walk: what its record says, and what was counted.
struct Tree {
  enum Kind { case main, named, freeList }

  let kind: Kind
  let name: String?
  let record: DatabaseRecord
  var isFlawed = false
  var branchPages: UInt64 = 0
  var leafPages: UInt64 = 0
  var overflowPages: UInt64 = 0
  var entries: UInt64 = 0
  /// The last transaction in the free list.
  var lastTransaction: UInt64 = 0

  init(kind: Kind, name: String?, record: DatabaseRecord) {
    self.kind = kind
    self.name = name
    self.record = record
  }

  /// Whether the flags are those of a database that this program makes: keys in byte order (numbers
  /// in the free list), one value a key.
  var hasKnownFlags: Bool {
    kind == .freeList ? record.flags == 0x08 : record.flags == 0 && record.padding == 0
  }

  var hasRightCounts: Bool {
    branchPages == record.branchPages && leafPages == record.leafPages
      && overflowPages == record.overflowPages && entries == record.entries
  }

  /// The order of keys.
  @inline(__always)
  func isBefore(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
    guard kind == .freeList, first.count == 8, second.count == 8 else {
      return first.isBefore(second)
    }
    return first.number(UInt64.self, at: 0) < second.number(UInt64.self, at: 0)
  }
}

/// The memory of a walk.
final class PageBuffers {
  /// So many leaves are read together.
  static let leavesAtOnce = 256

  let pageBytes: Int
  let leaves: UnsafeMutableRawBufferPointer
  /// A page for each level above the leaves, as far as needed.
  private var levels: [UnsafeMutableRawBufferPointer] = []
  private var value = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 8)
  /// The size of the node that begins at a place of the page that is looked at, by half offsets; all
  /// zero between two pages.
  let nodeSizes: UnsafeMutableBufferPointer<UInt32>

  init(pageBytes: Int) {
    self.pageBytes = pageBytes
    leaves = .allocate(byteCount: Self.leavesAtOnce * pageBytes, alignment: 4096)
    nodeSizes = .allocate(capacity: pageBytes / 2)
    nodeSizes.initialize(repeating: 0)
  }

  deinit {
    for buffer in levels + [leaves, value] { buffer.deallocate() }
    nodeSizes.deallocate()
  }

  /// The page of a level, which stays until that level goes on.
  func level(_ level: Int) -> UnsafeMutableRawBufferPointer {
    while levels.count <= level {
      levels.append(.allocate(byteCount: pageBytes, alignment: 4096))
    }
    return levels[level]
  }

  /// Room for a value, until the next one.
  func value(byteCount: Int) -> UnsafeMutableRawBufferPointer {
    if value.count < byteCount {
      value.deallocate()
      value = .allocate(byteCount: byteCount, alignment: 8)
    }
    return UnsafeMutableRawBufferPointer(rebasing: value[..<byteCount])
  }

  func leaf(_ index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: leaves[index * pageBytes..<(index + 1) * pageBytes])
  }
}
