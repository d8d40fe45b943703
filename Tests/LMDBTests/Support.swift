import Foundation
import LMDB
import TestSupport

/// Runs `body` with a new environment that has one database.
func withDatabase<R>(
  _ options: Environment.Options = .init(access: .create),
  _ body: (Environment, Database) throws -> R
) throws -> R {
  try withTemporaryDirectory { path in
    let environment = try Environment(path: path, options: options)
    return try body(environment, try environment.openDatabase("rows", create: true))
  }
}

extension WriteTransaction {
  func put(
    _ key: String, _ value: String, in database: Database, rule: PutRule = .replace
  ) throws {
    try Array(key.utf8).withUnsafeBytes { key in
      try Array(value.utf8).withUnsafeBytes { value in
        try put(key, value, in: database, rule: rule)
      }
    }
  }

  func remove(_ key: String, in database: Database) throws -> Bool {
    try Array(key.utf8).withUnsafeBytes { try delete($0, in: database) }
  }
}

extension Transaction where Self: ~Copyable {
  func text(of key: String, in database: Database) throws -> String? {
    try Array(key.utf8).withUnsafeBytes { try value(of: $0, in: database) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  func keys(in database: Database, from start: String? = nil, backwards: Bool = false) throws
    -> [String]
  {
    var keys: [String] = []
    func collect(_ entry: Entry) -> Bool {
      keys.append(String(decoding: entry.key, as: UTF8.self))
      return true
    }
    try Array((start ?? "").utf8).withUnsafeBytes { bytes in
      let bound = start == nil ? nil : bytes
      if backwards {
        try forEachBackwards(in: database, from: bound, collect)
      } else {
        try forEach(in: database, from: bound, collect)
      }
    }
    return keys
  }
}

/// The code of the error that `body` throws.
func code(of body: () throws -> Void) -> LMDBError.Code? {
  do { try body() } catch { return (error as? LMDBError)?.code }
  return nil
}
