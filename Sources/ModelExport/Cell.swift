import Quantities

/// A value of a row, on its way into a file or a database.
enum Cell: Sendable, Hashable {
  case null
  case integer(Int64)
  case boolean(Bool)
  case text(String)
  case instant(Instant)
  /// An exact decimal number as text: `12.30`.
  case decimal(String)
}

/// The rows of one table, one after the other.
struct TableRows: Sendable {
  private(set) var cells: [Cell] = []
  /// How many rows.
  private(set) var count = 0

  /// Adds a row; `add` appends its cells in the order of the columns.
  @inline(__always)
  mutating func append(_ add: (inout [Cell]) -> Void) {
    add(&cells)
    count += 1
  }

  mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    count = 0
  }
}

/// Rows of some tables, in the order of ``ExportCatalog/tables``.
struct RowBatch: Sendable {
  var tables: [TableRows]
  /// How many sessions they are made of.
  var sessions = 0

  init() { tables = Array(repeating: TableRows(), count: ExportCatalog.tables.count) }

  /// For a sink that takes rows as they are.
  static let itself: @Sendable (RowBatch) -> RowBatch = { $0 }

  /// How many rows all tables have.
  var rowCount: Int { tables.reduce(0) { $0 + $1.count } }
}
