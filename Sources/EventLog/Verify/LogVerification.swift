import LMDB

/// What a check of the log has found. Everything that is wrong is in here; nothing was changed.
public struct LogVerification: Sendable {
  /// The position of the last event that could be read.
  public internal(set) var events: UInt64 = 0
  /// The events that cannot be trusted or are missing.
  public internal(set) var damagedPositions = PositionRanges()
  /// What is wrong with the first of them.
  public internal(set) var firstDamage: LedgerError.Damage?
  /// The tables beside the events, and the file `ledger.json`, that do not agree with the events or
  /// with each other. At most one entry for each.
  public internal(set) var damagedTables: [TableDamage] = []
  /// The pages of the log's file.
  public internal(set) var pages = PageReport()
  /// The sealed segments with damaged pages: their directories below the ledger's.
  public internal(set) var damagedSegments: [(name: String, pages: PageReport)] = []
  /// What sealing has left and nobody reads: it was interrupted, or is at work. No damage.
  public internal(set) var leftOvers: [String] = []

  /// Whether nothing is wrong.
  public var isSound: Bool {
    damagedPositions.isEmpty && damagedTables.isEmpty && pages.isSound && damagedSegments.isEmpty
  }

  mutating func add(_ flaw: TableFlaw, of table: String) {
    guard !damagedTables.contains(where: { $0.table == table }) else { return }
    damagedTables.append(TableDamage(table: table, flaw: flaw))
  }
}

/// A table of the log or of a segment that is wrong.
public struct TableDamage: Hashable, Sendable {
  /// The name of the table, behind the directory of its segment if it is in one; or `ledger.json`.
  public var table: String
  /// What is wrong with it first.
  public var flaw: TableFlaw

  /// From its parts.
  public init(table: String, flaw: TableFlaw) {
    self.table = table
    self.flaw = flaw
  }
}

/// What can be wrong with a table. The raw value is for programs.
public enum TableFlaw: String, Hashable, Sendable, CaseIterable {
  /// It is not there.
  case missing
  /// No ledger has a table or a row of this name.
  case unknown
  /// A row has a key or a value that it cannot have.
  case badRow = "bad_row"
  /// It does not say what the events say.
  case notAsEvents = "not_as_events"
  /// Names and numbers do not lead to each other.
  case notAsCounterpart = "not_as_counterpart"
  /// It is not the file whose checksum the log has.
  case wrongChecksum = "wrong_checksum"
  /// A segment names another ledger.
  case ofAnotherLedger = "of_another_ledger"
  /// A row of the log that a segment has too is not the same.
  case notAsSealed = "not_as_sealed"
}

extension TableDamage: CustomStringConvertible {
  public var description: String { "\(table): \(flaw)" }
}

extension TableFlaw: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing: "it is missing"
    case .unknown: "nothing of that name belongs into a log"
    case .badRow: "a row is not as it must be"
    case .notAsEvents: "it does not agree with the events"
    case .notAsCounterpart: "names and numbers do not agree"
    case .wrongChecksum: "it does not have the checksum that it was written with"
    case .ofAnotherLedger: "it belongs to another ledger"
    case .notAsSealed: "a row that a segment has too is not the same"
    }
  }
}
