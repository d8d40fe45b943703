/// One thing that is wrong with a page of an LMDB file.
public struct PageDamage: Hashable, Sendable {
  /// The number of the page; its place in the file is the number times the size of a page.
  public var page: UInt64
  /// The database that led to the page; nil for the free list, the metas, and pages nothing leads to.
  public var database: String?
  /// What is wrong.
  public var flaw: PageFlaw

  /// From its parts.
  public init(page: UInt64, database: String? = nil, flaw: PageFlaw) {
    self.page = page
    self.database = database
    self.flaw = flaw
  }
}

/// What can be wrong with a page. The raw value is for programs.
public enum PageFlaw: String, Hashable, Sendable, CaseIterable {
  /// The file is too short to be one, or both metas are of no use.
  case notADatabase = "not_a_database"
  /// A field of a meta is not as liblmdb writes it.
  case badMeta = "bad_meta"
  /// The two metas are not of two transactions in a row.
  case metasDisagree = "metas_disagree"
  /// The last transaction in the free list is not that of the meta.
  case wrongTransaction = "wrong_transaction"
  /// The operating system could not read it.
  case unreadable
  /// A page number beyond the last page, or beyond the end of the file.
  case beyondEnd = "beyond_end"
  /// Two places lead to it, or it is both used and free.
  case usedTwice = "used_twice"
  /// Nothing leads to it, and it is not free.
  case lost
  /// It has another number than its place.
  case wrongNumber = "wrong_number"
  /// It is of another kind than expected at this place.
  case wrongKind = "wrong_kind"
  /// Offsets and sizes of its nodes do not fill it exactly.
  case badLayout = "bad_layout"
  /// A node has flags or sizes that its database cannot have.
  case badNode = "bad_node"
  /// Keys do not rise, or lie outside of what the page above says.
  case badKeyOrder = "bad_key_order"
  /// The record of its database does not agree with what is there.
  case wrongCounts = "wrong_counts"
  /// An entry of the free list makes no sense.
  case badFreeList = "bad_free_list"
  /// A value is longer than its chain of overflow pages.
  case badChain = "bad_chain"
}

extension PageFlaw: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notADatabase: "the file is not an LMDB database"
    case .badMeta: "the meta page has a field that cannot be"
    case .metasDisagree: "the two meta pages are not of transactions in a row"
    case .wrongTransaction: "the meta page is not of the transaction that the free list ends with"
    case .unreadable: "the disk cannot read it"
    case .beyondEnd: "its number is beyond the last page"
    case .usedTwice: "it is used twice, or used and free"
    case .lost: "it is neither used nor free"
    case .wrongNumber: "it has the number of another page"
    case .wrongKind: "it is of the wrong kind"
    case .badLayout: "its entries do not fill it exactly"
    case .badNode: "an entry has flags or sizes that cannot be"
    case .badKeyOrder: "its keys are out of order"
    case .wrongCounts: "the counts of its database are wrong"
    case .badFreeList: "its list of free pages makes no sense"
    case .badChain: "a value is longer than its pages"
    }
  }
}

extension PageDamage: CustomStringConvertible {
  public var description: String {
    "page \(page)" + (database.map { " (\($0))" } ?? "") + ": \(flaw)"
  }
}

/// What a walk over the pages of a file has found.
public struct PageReport: Sendable {
  /// The transaction whose state was walked; 0 if no meta was of use.
  public internal(set) var transaction: UInt64 = 0
  /// The size of a page; 0 if it is not known.
  public internal(set) var pageBytes = 0
  /// The pages of the file, both metas counted.
  public internal(set) var pages: UInt64 = 0
  /// The pages that are in use, both metas counted.
  public internal(set) var usedPages: UInt64 = 0
  /// The pages that are free.
  public internal(set) var freePages: UInt64 = 0
  /// The first damages in the order in which they were found.
  public internal(set) var damages: [PageDamage] = []
  /// How many more there were.
  public internal(set) var furtherDamages: UInt64 = 0

  /// So many damages are kept.
  public static let maxDamages = 10_000

  /// Of nothing yet.
  public init() {}

  /// Whether nothing is wrong.
  public var isSound: Bool { damages.isEmpty }

  mutating func add(_ page: UInt64, _ database: String?, _ flaw: PageFlaw) {
    guard damages.count < Self.maxDamages else {
      furtherDamages += 1
      return
    }
    damages.append(PageDamage(page: page, database: database, flaw: flaw))
  }
}
