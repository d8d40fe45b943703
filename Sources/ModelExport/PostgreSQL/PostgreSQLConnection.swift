import CExport
import Foundation

/// A connection to a PostgreSQL server. Statements are made of names and numbers of our own: values
/// travel by COPY, so there is nothing to quote.
final class PostgreSQLConnection {
  private let handle: OpaquePointer
  /// The server and the database, for messages: without user and password.
  let target: String

  /// - Parameter address: `postgresql://…`, as libpq has it. Passwords come from it, from
  ///   `PGPASSWORD` or from `~/.pgpass`.
  init(_ address: String) throws(ExportError) {
    guard wattledger_pg_load() == 1 else { throw .noClientLibrary }
    guard let handle = wattledger_pg_connectdb(address) else {
      throw .connection(target: "PostgreSQL", message: "out of memory")
    }
    let host = wattledger_pg_host(handle).map { String(cString: $0) } ?? ""
    let database = wattledger_pg_db(handle).map { String(cString: $0) } ?? ""
    target = "PostgreSQL database \(database)" + (host.isEmpty ? "" : " at \(host)")
    self.handle = handle
    guard wattledger_pg_is_connected(handle) == 1 else {
      throw .connection(target: target, message: Self.line(wattledger_pg_error_message(handle)))
    }
    wattledger_pg_ignore_notices(handle)
  }

  deinit { wattledger_pg_finish(handle) }

  /// Runs statements whose rows nobody wants.
  func execute(_ sql: String, _ operation: String) throws(ExportError) {
    _ = try query(sql, operation)
  }

  /// Runs a statement and returns its rows.
  func query(_ sql: String, _ operation: String) throws(ExportError) -> [[String?]] {
    let result = wattledger_pg_exec(handle, sql)
    defer { wattledger_pg_clear(result) }
    let status = wattledger_pg_result_status(result)
    guard status == wattledger_pg_command_ok || status == wattledger_pg_tuples_ok else {
      throw error(operation)
    }
    return (0..<wattledger_pg_ntuples(result)).map { row in
      (0..<wattledger_pg_nfields(result)).map { column in
        guard wattledger_pg_is_null(result, row, column) == 0 else { return nil }
        return wattledger_pg_value(result, row, column).map { String(cString: $0) }
      }
    }
  }

  /// Sends rows that are encoded as COPY wants them.
  func copyIn(_ sql: String, _ bytes: [UInt8], _ operation: String) throws(ExportError) {
    try beginCopy(sql, wattledger_pg_copy_in, operation)
    let isSent = bytes.withUnsafeBytes { bytes in
      // A server that has given up is asked why at the end.
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 20))
        let address = piece.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard wattledger_pg_put_copy_data(handle, address, Int32(piece.count)) == 1 else {
          return false
        }
        rest = rest.dropFirst(piece.count)
      }
      return wattledger_pg_put_copy_end(handle, nil) == 1
    }
    guard isSent else { throw error(operation) }
    try endCopy(operation)
  }

  /// Begins a COPY in text, whose rows ``nextCopiedRow(_:)`` gives.
  func beginCopyOut(_ sql: String, _ operation: String) throws(ExportError) {
    try beginCopy(sql, wattledger_pg_copy_out, operation)
  }

  /// The next row, without the end of its line; nil when the COPY has ended.
  func nextCopiedRow(_ operation: String) throws(ExportError) -> String? {
    var row: UnsafeMutablePointer<CChar>?
    let count = wattledger_pg_get_copy_data(handle, &row)
    guard count > 0, let row else {
      guard count == -1 else { throw error(operation) }
      try endCopy(operation)
      return nil
    }
    defer { wattledger_pg_free(row) }
    return String(
      decoding: UnsafeRawBufferPointer(start: row, count: Int(count) - 1), as: UTF8.self)
  }

  private func beginCopy(
    _ sql: String, _ expected: wattledger_pg_status, _ operation: String
  ) throws(ExportError) {
    let result = wattledger_pg_exec(handle, sql)
    defer { wattledger_pg_clear(result) }
    guard wattledger_pg_result_status(result) == expected else {
      throw error(operation)
    }
  }

  private func endCopy(_ operation: String) throws(ExportError) {
    var failure: ExportError?
    while let result = wattledger_pg_get_result(handle) {
      if wattledger_pg_result_status(result) != wattledger_pg_command_ok {
        failure = failure ?? error(operation)
      }
      wattledger_pg_clear(result)
    }
    if let failure { throw failure }
  }

  private func error(_ operation: String) -> ExportError {
    let message = Self.line(wattledger_pg_error_message(handle))
    return wattledger_pg_is_connected(handle) == 1
      ? .database(target: target, operation: operation, message: message)
      : .connection(target: target, message: message)
  }

  /// On one line, without what is written twice.
  private static func line(_ message: UnsafePointer<CChar>?) -> String {
    let lines = (message.map { String(cString: $0) } ?? "").split(separator: "\n")
    return lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
  }
}
