import Bytes
import LMDB

/// All that liblmdb reads in a file: what a reader of the ledger could ever see.
struct FileContents: Equatable {
  /// The digest of each table; of `meta` of each row.
  private(set) var digests: [String: SHA256Digest] = [:]

  /// Reads the named databases of the environment in `directory`.
  init(_ directory: String, databases: [String]) throws {
    let environment = try Environment(
      path: directory, options: .init(access: .readOnly, maxDatabases: 32))
    for name in databases {
      guard let database = try Self.database(name, environment) else { continue }
      let hasher = SHA256Hasher()
      try environment.read { transaction in
        try transaction.forEach(in: database) { entry in
          if name == "meta" {
            let row = SHA256Hasher()
            row.update(entry.value)
            digests["meta." + String(decoding: entry.key, as: UTF8.self)] = row.finalize()
            return true
          }
          withUnsafeBytes(of: entry.key.count) { hasher.update($0) }
          hasher.update(entry.key)
          withUnsafeBytes(of: entry.value.count) { hasher.update($0) }
          hasher.update(entry.value)
          return true
        }
      }
      digests[name] = hasher.finalize()
    }
  }

  /// nil if there is none of that name.
  private static func database(
    _ name: String, _ environment: Environment
  ) throws(LMDBError) -> Database? {
    do {
      return try environment.openDatabase(name)
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  /// The names of tables and rows that are not the same.
  func differences(from other: FileContents) -> [String] {
    Set(digests.keys).union(other.digests.keys).filter { digests[$0] != other.digests[$0] }.sorted()
  }
}

/// The names of the databases in a file.
struct DatabaseNames: PageVisitor {
  private(set) var names: [String] = []

  mutating func begin(database: String, entries: UInt64) { names.append(database) }
  mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {}
  mutating func end() {}
}
