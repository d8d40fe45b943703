import EventLog
import Foundation

extension ModelDirectory {
  /// Opens what serves of a projection and brings it up to the head of the log. What cannot serve is
  /// built first.
  func openAtHead(
    _ projection: RegisteredProjection, of ledger: Ledger, _ workers: Int,
    _ notice: (ModelNotice) -> Void, _ progress: (FoldProgress) -> Void
  ) throws -> OpenGeneration {
    do {
      return try servingAtHead(projection, of: ledger, workers, notice, progress)
    } catch let reason as RebuildReason {
      try buildFirst(projection, because: reason, of: ledger, workers, notice, progress)
      return try servingAtHead(projection, of: ledger, workers, notice, progress)
    }
  }

  private func servingAtHead(
    _ projection: RegisteredProjection, of ledger: Ledger, _ workers: Int,
    _ notice: (ModelNotice) -> Void, _ progress: (FoldProgress) -> Void
  ) throws -> OpenGeneration {
    let opened = try withLock {
      let opened = try openServing(of: projection.name, for: ledger)
      try opened.use { try $0.catchUp(ledger, through: nil, workers: workers, progress) }
      try feedPrevious(of: projection.name, for: ledger, workers)
      return opened
    }
    if let reason = RebuildReason(opened.version, against: projection) {
      notice(.servesOlderVersion(projection: projection.name, reason))
    }
    return opened
  }

  /// Keeps the generation for a rollback up to date, as long as this release can go on folding with it.
  private func feedPrevious(
    of projection: String, for ledger: Ledger, _ workers: Int
  ) throws {
    guard let previous = try serving().entries[projection]?.previous else { return }
    do {
      try open(previous, of: projection, for: ledger).use {
        try $0.catchUp(ledger, through: nil, workers: workers) { _ in }
      }
    } catch let error where error is RebuildReason || isDamage(error) {
      // It is of no use for a rollback, which says so when it is asked for.
    }
  }

  /// Builds what nothing serves of, unless another process does or has done so.
  private func buildFirst(
    _ projection: RegisteredProjection, because reason: RebuildReason, of ledger: Ledger,
    _ workers: Int, _ notice: (ModelNotice) -> Void, _ progress: (FoldProgress) -> Void
  ) throws {
    // People are asked before work of unknown length: `rebuild` makes damaged models anew.
    if case .damaged(let what) = reason { throw ProjectionError.damagedRow(what) }
    try withBuildLock(of: projection.name, as: .firstUse, notice) {
      do {
        _ = try withLock { try openServing(of: projection.name, for: ledger) }
      } catch let reason as RebuildReason {
        if reason != .neverBuilt {
          notice(.buildsFirst(projection: projection.name, reason))
        }
        _ = try GenerationBuild(
          directory: self, projection: projection, ledger: ledger,
          settings: FoldSettings(workers: workers)
        ).run(notice) { progress(FoldProgress(position: $0.position, head: $0.head)) }
      }
    }
  }
}
