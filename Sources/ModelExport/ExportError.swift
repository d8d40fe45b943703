import Foundation

/// Why an export failed.
public enum ExportError: Error, Hashable {
  /// A file could not be written: what was tried, where, and `errno`.
  case file(operation: String, path: String, code: Int32)
  /// Something else is in the place of the export, and is not to be lost.
  case occupied(path: String)
  /// Another process is exporting to the same place.
  case busy(target: String)
  /// SQLite or PostgreSQL said no.
  case database(target: String, operation: String, message: String)
  /// The server could not be reached.
  case connection(target: String, message: String)
  /// The database has tables of an export that cannot be added to: why.
  case otherExport(target: String, reason: String)
  /// The database has a table with a name that the export needs.
  case foreignTable(target: String, table: String)
  /// The client library is not installed.
  case noClientLibrary
}

extension ExportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let operation, let path, ENOSPC):
      "cannot \(operation) \(path): the disk is full, or that of temporary files. Free some space, or "
        + "name a place on another disk; an earlier export is as it was"
    case .file(let operation, let path, let code):
      "cannot \(operation) \(path): \(String(cString: strerror(code)))"
    case .occupied(let path):
      "\(path) is there and is no export of Wattledger; remove it or name another place"
    case .busy(let target): "another process is exporting to \(target)"
    case .database(let target, let operation, let message):
      "\(target): cannot \(operation): \(message)"
    case .connection(let target, let message): "cannot connect to \(target): \(message)"
    case .otherExport(let target, let reason):
      "\(target): \(reason). Name another database or schema, or have the tables replaced "
        + "with --replace"
    case .foreignTable(let target, let table):
      "\(target) has a table \(table) that is of no export; name another database or schema "
        + "(…?options=-csearch_path%3Dname)"
    case .noClientLibrary:
      "PostgreSQL's client library (libpq.so.5) is not installed: apt-get install libpq5"
    }
  }
}
