import CSQLite
import Testing

@testable import ModelExport

/// Reads an SQLite file, as its users do.
final class SQLiteReader {
  private let handle: OpaquePointer

  init(_ path: String) throws {
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil)
    self.handle = try #require(handle)
    try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle)))")
  }

  deinit { sqlite3_close(handle) }

  func rows(_ sql: String) throws -> [[String?]] {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle))): \(sql)")
    var rows: [[String?]] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          sqlite3_column_text(statement, column).map { String(cString: $0) }
        })
    }
    return rows
  }

  /// All rows of all tables.
  func all() throws -> TextRows {
    var found = TextRows()
    for table in ExportCatalog.tables {
      let columns = table.columns.map(SQLiteSchema.stored).joined(separator: ", ")
      found.tables[table.name] = try rows("SELECT \(columns) FROM \(table.name)")
    }
    return found
  }
}
