import EventLog
import Foundation
import LMDB

extension ModelDirectory {
  /// Runs `body` on an empty generation that is removed afterwards.
  func withTemporaryGeneration<R>(
    of projection: RegisteredProjection, _ body: (any ModelGeneration) throws -> R
  ) throws -> R {
    let name = Self.verification + UUID().uuidString.lowercased()
    let temporary = path(of: projection.name) + "/" + name
    try FileManager.default.createDirectory(
      atPath: path(of: projection.name), withIntermediateDirectories: true)
    // Held before the directory is there, so that nobody takes it for left over.
    let lock = try FileLock.take(temporary + Self.lockSuffix)
    defer {
      try? FileManager.default.removeItem(atPath: temporary)
      try? FileManager.default.removeItem(atPath: lock.path)
    }
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    return try body(projection.open(temporary, true))
  }

  private static let verification = "verify-"
  private static let lockSuffix = ".lock"

  /// Removes what verifications that were killed have left.
  func removeOldVerifications(in projection: String) throws {
    for name in try names(in: projection)
    where name.hasPrefix(Self.verification) && name.hasSuffix(Self.lockSuffix) {
      let path = path(of: projection) + "/" + name
      guard let lock = try FileLock.takeIfFree(path) else { continue }
      let directory = String(path.dropLast(Self.lockSuffix.count))
      if FileManager.default.fileExists(atPath: directory) {
        try FileManager.default.removeItem(atPath: directory)
      }
      try? FileManager.default.removeItem(atPath: lock.path)
    }
  }

  /// Folds the log as far as `served` has come, and compares. Holds no lock meanwhile.
  func verify(
    _ served: any ModelGeneration, of projection: RegisteredProjection, _ ledger: Ledger,
    _ workers: Int, _ progress: (FoldProgress) -> Void
  ) throws -> ReadModelVerification {
    let snapshot = try snapshotAtHead(of: served, ledger, workers, progress)
    let checkpoint = try served.checkpoint(in: snapshot)
    return try withTemporaryGeneration(of: projection) { fresh in
      try fresh.catchUp(ledger, through: checkpoint.position, workers: workers, progress)
      return try fresh.environment.read { freshSnapshot in
        let old = try served.tableDigests(in: snapshot)
        let new = try fresh.tableDigests(in: freshSnapshot)
        var differing = new.keys.filter { old[$0] != new[$0] }
        if try fresh.checkpoint(in: freshSnapshot) != checkpoint { differing.append("meta") }
        return ReadModelVerification(
          models: ReadModelComparison.compare(
            try served.digests(in: snapshot), with: try fresh.digests(in: freshSnapshot)),
          differingTables: differing.sorted())
      }
    }
  }

  /// A snapshot of what serves, brought up to the head of the log. Nobody waits for its end.
  func snapshotAtHead(
    of served: any ModelGeneration, _ ledger: Ledger, _ workers: Int,
    _ progress: (FoldProgress) -> Void
  ) throws -> ReadTransaction {
    try withLock {
      try served.catchUp(ledger, through: nil, workers: workers, progress)
      return try served.environment.beginRead()
    }
  }
}
