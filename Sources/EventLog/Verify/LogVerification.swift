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
  /// The pages of the file.
  public internal(set) var pages = PageReport()

  /// Whether nothing is wrong.
  public var isSound: Bool { damagedPositions.isEmpty && damagedTables.isEmpty && pages.isSound }

  mutating func add(_ positions: ClosedRange<UInt64>, _ damage: LedgerError.Damage) {
    damagedPositions.append(positions)
    if firstDamage == nil { firstDamage = damage }
  }

  mutating func add(_ flaw: TableFlaw, of table: String) {
    guard !damagedTables.contains(where: { $0.table == table }) else { return }
    damagedTables.append(TableDamage(table: table, flaw: flaw))
  }
}

/// A table of the log that is wrong.
public struct TableDamage: Hashable, Sendable {
  /// The name of the table, or `ledger.json`.
  public var table: String
  /// What is wrong with it first.
  public var flaw: TableFlaw

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
    case .wrongChecksum: "it is not the file that the log knows"
    }
  }
}
