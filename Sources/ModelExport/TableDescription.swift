import Quantities

/// What a column holds: from this the types of SQL follow, and how text files write it.
enum ColumnKind: String, Sendable {
  case integer, boolean, text, instant, decimal
}

/// A column as people and databases know it.
struct ColumnDescription: Sendable {
  var name: String
  var kind: ColumnKind
  /// What it says, with its unit.
  var meaning: String
  /// When it is null; nil if it never is.
  var null: String?
  /// The table whose primary key, of one column, it names.
  var references: String?
}

/// A table as people and databases know it. Data definition language, headers, keys of NDJSON and
/// `docs/export.md` are made from this.
struct TableDescription: Sendable {
  /// How an export that is added to keeps it up to date.
  enum Scope: Sendable {
    /// Few rows, made of the facts: all are compared.
    case whole
    /// Rows that belong to a session, by their `session_key`, and are replaced with it.
    case session
  }

  var name: String
  var meaning: String
  var scope: Scope
  var columns: [ColumnDescription]
  var primaryKey: [String]
  /// The columns of each index besides the primary key.
  var indexes: [[String]] = []
}

/// A column, and how its value is read off what a row is made of.
struct Column<Row>: Sendable {
  var description: ColumnDescription
  let cell: @Sendable (Row) -> Cell

  /// A whole number of 64 bits.
  static func integer(
    _ name: String, _ meaning: String, null: String? = nil, references: String? = nil,
    _ value: @escaping @Sendable (Row) -> Int64?
  ) -> Self {
    Self(name, .integer, meaning, null, references) { value($0).map { .integer($0) } ?? .null }
  }

  /// How often something was seen.
  static func count(
    _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> UInt64
  ) -> Self {
    Self(name, .integer, meaning, nil, nil) { .integer(Int64(clamping: value($0))) }
  }

  /// A position of the log; 0 is none.
  static func position(
    _ name: String, _ meaning: String, null: String? = nil, references: String? = nil,
    _ value: @escaping @Sendable (Row) -> UInt64
  ) -> Self {
    Self(name, .integer, meaning, null, references) { row in
      let position = value(row)
      return position == 0 && null != nil ? .null : .integer(Int64(clamping: position))
    }
  }

  static func boolean(
    _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> Bool
  ) -> Self {
    Self(name, .boolean, meaning, nil, nil) { .boolean(value($0)) }
  }

  static func text(
    _ name: String, _ meaning: String, null: String? = nil, references: String? = nil,
    _ value: @escaping @Sendable (Row) -> String?
  ) -> Self {
    Self(name, .text, meaning, null, references) { value($0).map { .text($0) } ?? .null }
  }

  static func instant(
    _ name: String, _ meaning: String, null: String? = nil,
    _ value: @escaping @Sendable (Row) -> Instant?
  ) -> Self {
    Self(name, .instant, meaning, null, nil) { value($0).map { .instant($0) } ?? .null }
  }

  /// An exact decimal number, as text.
  static func decimal(
    _ name: String, _ meaning: String, null: String? = nil,
    _ value: @escaping @Sendable (Row) -> String?
  ) -> Self {
    Self(name, .decimal, meaning, null, nil) { value($0).map { .decimal($0) } ?? .null }
  }

  private init(
    _ name: String, _ kind: ColumnKind, _ meaning: String, _ null: String?, _ references: String?,
    cell: @escaping @Sendable (Row) -> Cell
  ) {
    description = ColumnDescription(
      name: name, kind: kind, meaning: meaning, null: null, references: references)
    self.cell = cell
  }
}

/// A table: its description, and how its rows are made.
struct ExportTable<Row>: Sendable {
  let description: TableDescription
  private let columns: [Column<Row>]

  init(
    _ name: String, _ meaning: String, scope: TableDescription.Scope, key: [String],
    indexes: [[String]] = [], _ columns: [Column<Row>]
  ) {
    self.columns = columns
    description = TableDescription(
      name: name, meaning: meaning, scope: scope, columns: columns.map(\.description),
      primaryKey: key, indexes: indexes)
  }

  func append(_ row: Row, to rows: inout TableRows) {
    rows.append { cells in
      for column in columns { cells.append(column.cell(row)) }
    }
  }
}
