import EventLog
import Foundation
import LMDB
import Projections

/// Deletes the read models of a ledger, so that the next build begins with nothing.
func removeModels(of ledger: Ledger) throws {
  let path = ledger.path + "/" + Ledger.modelsDirectory
  if FileManager.default.fileExists(atPath: path) {
    try FileManager.default.removeItem(atPath: path)
  }
}

/// Multiplies the sessions of a read model: a backtest over a million sessions needs the rows of a
/// million, and these are copies of real ones under further keys.
struct SessionMultiplier {
  private let environment: Environment

  /// - Parameter ledger: whose read models nobody has open. They are built anew, so that there is
  ///   one generation of them.
  init(of ledger: Ledger) throws {
    try removeModels(of: ledger)
    _ = try ReadModels.open(for: ledger)
    let models = ledger.path + "/" + Ledger.modelsDirectory + "/sessions"
    let names = try FileManager.default.contentsOfDirectory(atPath: models)
    guard let generation = names.first(where: { $0.hasPrefix("v") }) else {
      throw BenchmarkError("\(models) holds no generation")
    }
    environment = try Environment(
      path: models + "/" + generation,
      options: .init(maxDatabases: 32, synchronization: .onRequest))
  }

  /// Adds copies to the rows of all projections until there are `count` sessions.
  func fill(to count: Int) throws {
    for name in ["sessions", "usage", "costs", "summaries"] {
      try fill(environment.openDatabase(name), to: count)
    }
    try environment.sync()
  }

  private func fill(_ database: Database, to count: Int) throws {
    var rows: [[UInt8]] = []
    var lastKey: UInt64 = 0
    try environment.read { transaction in
      try transaction.forEach(in: database) { entry in
        rows.append([UInt8](entry.value))
        lastKey = UInt64(bigEndian: entry.key.loadUnaligned(as: UInt64.self))
        return true
      }
    }
    guard !rows.isEmpty else { throw BenchmarkError("there are no sessions to copy") }
    var done = rows.count
    while done < count {
      try environment.write { transaction in
        for _ in 0..<min(50_000, count - done) {
          lastKey += 1
          try rows[done % rows.count].withUnsafeBytes {
            try transaction.put(lastKey, $0, in: database, rule: .append)
          }
          done += 1
        }
      }
    }
  }
}
