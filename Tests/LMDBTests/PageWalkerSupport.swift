import Foundation
import LMDB
import TestSupport

/// Collects what a walk hands on.
struct EntryCollector: PageVisitor {
  var databases: [String: [Row]] = [:]
  private var name = ""

  struct Row: Equatable {
    var key: [UInt8]
    var value: [UInt8]
  }

  mutating func begin(database: String, entries: UInt64) {
    name = database
    databases[name] = []
  }

  mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    databases[name, default: []].append(Row(key: Array(key), value: Array(value)))
  }

  mutating func end() {}
}

/// An environment that a seed fills with databases of many shapes, over many transactions.
struct RandomEnvironment {
  let path: String
  let environment: Environment
  private let databases: [Database]
  private var random: SplitMix64
  private(set) var rows: [String: [String: [UInt8]]] = [:]

  init(in path: String, seed: UInt64) throws {
    self.path = path
    let environment = try Environment(path: path, options: .init(access: .create))
    self.environment = environment
    random = SplitMix64(seed: seed)
    databases = try ["a", "events", "long names of things", "z"].map {
      try environment.openDatabase($0, create: true)
    }
    for database in databases { rows[database.name] = [:] }
  }

  /// One transaction of some changes; now and then a database is emptied.
  mutating func change(upTo changes: Int) throws {
    let database = databases[Int.random(in: 0..<databases.count, using: &random)]
    var random = self.random
    var rows = self.rows[database.name] ?? [:]
    try environment.write { transaction in
      if Int.random(in: 0..<40, using: &random) == 0 {
        try transaction.clear(database)
        rows = [:]
      }
      for _ in 0..<Int.random(in: 1...changes, using: &random) {
        if Int.random(in: 0..<4, using: &random) == 0, let key = rows.keys.min() {
          _ = try transaction.remove(key, in: database)
          rows[key] = nil
          continue
        }
        let key = Self.key(&random)
        let value = Self.value(&random)
        try Array(key.utf8).withUnsafeBytes { key in
          try value.withUnsafeBytes { try transaction.put(key, $0, in: database) }
        }
        rows[key] = value
      }
    }
    self.random = random
    self.rows[database.name] = rows
  }

  /// Short and long, with shared beginnings.
  private static func key(_ random: inout SplitMix64) -> String {
    let number = Int.random(in: 0..<100_000, using: &random)
    let length = Int.random(in: 0..<20, using: &random) == 0 ? 480 : 0
    return "k\(number)" + String(repeating: "-", count: length)
  }

  /// Mostly short; some just around what a page holds, some over several pages.
  private static func value(_ random: inout SplitMix64) -> [UInt8] {
    let length =
      switch Int.random(in: 0..<30, using: &random) {
      case 0: Int.random(in: 1900...2100, using: &random)
      case 1: Int.random(in: 4000...30_000, using: &random)
      default: Int.random(in: 0...300, using: &random)
      }
    return [UInt8](repeating: UInt8(truncatingIfNeeded: length), count: length)
  }

  func expected(_ database: String) -> [EntryCollector.Row] {
    (rows[database] ?? [:]).map { EntryCollector.Row(key: Array($0.key.utf8), value: $0.value) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }
}

/// Walks the file of the environment in `path`.
func walk(_ path: String) throws -> (report: PageReport, entries: EntryCollector) {
  var collector = EntryCollector()
  let report = PageWalker.walk(try PageSource(path: path + "/data.mdb"), visitor: &collector)
  guard let report else { throw POSIXError(.EAGAIN) }
  return (report, collector)
}

/// Walks the bytes of a file.
func walk(bytes: UnsafeRawBufferPointer) throws -> (report: PageReport, entries: EntryCollector) {
  var collector = EntryCollector()
  let report = PageWalker.walk(PageSource(memory: bytes), visitor: &collector)
  guard let report else { throw POSIXError(.EAGAIN) }
  return (report, collector)
}
