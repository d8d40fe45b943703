import CSQLite
import Foundation
import Quantities

/// A connection to an SQLite file, for writing.
final class SQLiteDatabase {
  private let handle: OpaquePointer
  /// The name of the target, for messages.
  private let target: String

  init(path: String, target: String) throws(ExportError) {
    self.target = target
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(
      path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close(handle)
      throw .database(
        target: target, operation: "open", message: String(cString: sqlite3_errstr(code)))
    }
    self.handle = handle
  }

  deinit { sqlite3_close(handle) }

  func execute(_ sql: String, _ operation: String) throws(ExportError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(operation) }
  }

  func prepare(_ sql: String, _ operation: String) throws(ExportError) -> SQLiteStatement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw error(operation) }
    return SQLiteStatement(handle: statement)
  }

  /// What SQLite says about the last failure. A system call that failed says more than SQLite.
  func error(_ operation: String) -> ExportError {
    let message = String(cString: sqlite3_errmsg(handle))
    let failure = sqlite3_system_errno(handle)
    switch sqlite3_errcode(handle) & 0xFF {
    case SQLITE_FULL:
      return .file(operation: operation, path: target, code: ENOSPC)
    case SQLITE_IOERR, SQLITE_CANTOPEN:
      guard failure == 0 else {
        return .file(operation: operation, path: target, code: failure)
      }
      return .database(
        target: target, operation: operation,
        message: message + "; the disk may be full, or that of temporary files, see docs/export.md")
    default:
      return .database(target: target, operation: operation, message: message)
    }
  }
}

/// A prepared statement. Ends before its database does.
final class SQLiteStatement {
  private let handle: OpaquePointer

  init(handle: OpaquePointer) { self.handle = handle }

  deinit { sqlite3_finalize(handle) }

  /// Runs it with these values of its parameters.
  /// - Returns: whether SQLite took them.
  func run(_ cells: ArraySlice<Cell>) -> Bool {
    var parameter: Int32 = 0
    var code = SQLITE_OK
    for cell in cells {
      parameter += 1
      code |= bind(cell, parameter)
    }
    guard code == SQLITE_OK else { return false }
    let isDone = sqlite3_step(handle) == SQLITE_DONE
    return sqlite3_reset(handle) == SQLITE_OK && isDone
  }

  private func bind(_ cell: Cell, _ parameter: Int32) -> Int32 {
    switch cell {
    case .null: sqlite3_bind_null(handle, parameter)
    case .integer(let value): sqlite3_bind_int64(handle, parameter, value)
    case .boolean(let value): sqlite3_bind_int64(handle, parameter, value ? 1 : 0)
    case .instant(let value): sqlite3_bind_int64(handle, parameter, value.millisecondsSinceEpoch)
    case .text(let text), .decimal(let text): bind(text, parameter)
    }
  }

  private func bind(_ text: String, _ parameter: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { utf8 in
      // No address would mean null.
      guard let address = utf8.baseAddress else {
        return sqlite3_bind_text(handle, parameter, "", 0, Self.copied)
      }
      return address.withMemoryRebound(to: CChar.self, capacity: utf8.count) { characters in
        sqlite3_bind_text64(
          handle, parameter, characters, UInt64(utf8.count), Self.copied, UInt8(SQLITE_UTF8))
      }
    }
  }

  /// SQLITE_TRANSIENT: a macro that Swift cannot read.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
