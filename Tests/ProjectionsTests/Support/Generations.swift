import Bytes
import EventLog
import Foundation
import LMDB

@testable import Projections

extension Machine {
  /// A machine that was not started again, and whose clock stands.
  static let test = Machine(bootID: "boot-1", uptimeMilliseconds: { 0 })
}

extension RegisteredProjection {
  /// The sessions of this release under another version.
  static func sessions(version: Int) -> RegisteredProjection {
    let current = ProjectionSet.released["sessions"]
    return RegisteredProjection(
      name: "sessions", version: version, tables: current.tables, open: current.open)
  }

  /// A version with other costs: ``AlteredGeneration``.
  static func altered(version: Int) -> RegisteredProjection {
    var tables = ProjectionSet.released["sessions"].tables
    tables["costs"] = AlteredGeneration.costsVersion
    return RegisteredProjection(
      name: "sessions", version: version, tables: tables,
      open: { AlteredGeneration(try Generation(path: $0, isBeingBuilt: $1)) })
  }
}

extension ModelDirectory {
  /// The directory as a release sees it that carries these versions.
  init(
    _ ledger: Ledger, current: RegisteredProjection, previous: RegisteredProjection? = nil,
    machine: Machine = .test
  ) {
    let previous = previous.map { [$0] } ?? []
    self.init(
      ledger: ledger, projections: ProjectionSet(current: [current], previous: previous),
      machine: machine)
  }
}

/// A version of the sessions that has one cost less, one more, and one that differs.
final class AlteredGeneration: ModelGeneration {
  static let costsVersion = 99
  private let base: Generation

  init(_ base: Generation) { self.base = base }

  var path: String { base.path }
  var environment: Environment { base.environment }
  var sessions: Generation? { base }
  var tables: [ModelTable] {
    base.tables.map { table in
      let version = table.name == "costs" ? Self.costsVersion : table.version
      return ModelTable(name: table.name, version: version, rows: table.rows)
    }
  }

  func checkpoint(in transaction: borrowing ReadTransaction) throws -> Checkpoint {
    try base.checkpoint(in: transaction)
  }

  func tableDigests(in transaction: borrowing ReadTransaction) throws -> [String: SHA256Digest] {
    try base.tableDigests(in: transaction)
  }

  func subject(
    ofKey key: UnsafeRawBufferPointer, in table: ModelTable,
    _ transaction: borrowing ReadTransaction
  ) -> String {
    base.subject(ofKey: key, in: table, transaction)
  }

  func catchUp(
    _ ledger: Ledger, through head: UInt64?, _ settings: FoldSettings,
    _ progress: (FoldProgress) -> Void
  ) throws {
    try base.catchUp(ledger, through: head, settings, progress)
    try environment.write { transaction in
      var keys: [UInt64] = []
      try transaction.forEach(in: base.rows[0]) { entry in
        keys.append(Key.number(entry.key) ?? 0)
        return true
      }
      guard keys.count > 1 else { return }
      try withUnsafeBytes(of: keys[0].bigEndian) {
        _ = try transaction.delete($0, in: base.costs)
      }
      try withUnsafeBytes(of: UInt8(1)) { try transaction.put(keys[1], $0, in: base.costs) }
      try withUnsafeBytes(of: UInt8(1)) { try transaction.put(1 << 40, $0, in: base.costs) }
    }
  }
}
