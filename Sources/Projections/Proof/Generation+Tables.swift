public import Bytes
import LMDB

/// The digest of one table of a generation: of a read model, or of what is stored beside it.
public struct TableDigest: Sendable, Hashable {
  public var name: String
  public var rows: Int
  public var digest: SHA256Digest

  public init(name: String, rows: Int, digest: SHA256Digest) {
    self.name = name
    self.rows = rows
    self.digest = digest
  }
}

/// A table in which two folds differ, and where it begins.
public struct TableDifference: Sendable, Hashable {
  /// What is wrong with the fold that is judged by the other.
  public enum Flaw: String, Sendable {
    /// It has no row of this key.
    case missing
    /// Only it has a row of this key.
    case added
    /// Its row of this key has other bytes.
    case changed
  }

  public var table: String
  public var flaw: Flaw
  /// The least key that is not the same in both.
  public var key: [UInt8]
  /// The session of that row, by the position that opened it; nil for a table with other keys.
  public var sessionPosition: UInt64?

  public init(table: String, flaw: Flaw, key: [UInt8], sessionPosition: UInt64? = nil) {
    self.table = table
    self.flaw = flaw
    self.key = key
    self.sessionPosition = sessionPosition
  }
}

/// A table that any fold of the same log makes the same.
struct ComparedTable: Sendable {
  var database: Database
  /// Whether its keys are session keys.
  var hasSessionKeys = false
  /// What of a value counts; nil is a value that makes no sense.
  var part: @Sendable (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? = { $0 }
}

extension Generation {
  var comparedTables: [ComparedTable] {
    (rows + [evidence]).map { ComparedTable(database: $0, hasSessionKeys: true) }
      + [ids, names, byStation].map { ComparedTable(database: $0) }
      + [ComparedTable(database: stations, part: StationState.comparablePart)]
  }
}

extension ModelGeneration {
  var comparedTables: [ComparedTable] { tables.map { ComparedTable(database: $0.rows) } }

  /// The digests of all tables that any fold of the same log makes the same.
  /// - Complexity: O(rows), at the speed of SHA-256.
  func allTableDigests() throws -> [TableDigest] {
    try environment.read { transaction in
      try comparedTables.map { table in
        let (rows, digest) = try transaction.digest(of: table.database, table.part)
        return TableDigest(name: table.database.name, rows: rows, digest: digest)
      }
    }
  }

  /// The tables that are not as another generation of the same version has them, each with the first
  /// key that differs.
  /// - Complexity: O(rows) up to the first difference of each table.
  func differences(from other: any ModelGeneration) throws -> [TableDifference] {
    try environment.read { mine in
      try other.environment.read { theirs in
        try zip(comparedTables, other.comparedTables).compactMap { table, reference in
          try table.firstDifference(mine, from: reference, theirs)
        }
      }
    }
  }
}

extension ComparedTable {
  fileprivate func firstDifference(
    _ mine: borrowing ReadTransaction, from reference: ComparedTable,
    _ theirs: borrowing ReadTransaction
  ) throws -> TableDifference? {
    try mine.withCursor(in: database) { cursor in
      try theirs.withCursor(in: reference.database) { referenceCursor in
        while true {
          let (row, expected) = (try cursor.next(), try referenceCursor.next())
          if row == nil, expected == nil { return nil }
          guard let found = flaw(row, expected) else { continue }
          return TableDifference(
            table: database.name, flaw: found.flaw, key: Array(found.key),
            sessionPosition: hasSessionKeys ? Key.number(found.key) : nil)
        }
      }
    }
  }

  private func flaw(
    _ row: Entry?, _ expected: Entry?
  ) -> (flaw: TableDifference.Flaw, key: UnsafeRawBufferPointer)? {
    guard let row else { return expected.map { (.missing, $0.key) } }
    guard let expected else { return (.added, row.key) }
    if row.key.lexicographicallyPrecedes(expected.key) { return (.added, row.key) }
    if expected.key.lexicographicallyPrecedes(row.key) { return (.missing, expected.key) }
    let isSame =
      switch (part(row.value), part(expected.value)) {
      case (let value?, let reference?): value.elementsEqual(reference)
      case (nil, nil): true
      default: false
      }
    return isSame ? nil : (.changed, row.key)
  }
}
