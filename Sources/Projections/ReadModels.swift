import EventLog
import Foundation
import LMDB
import Quantities

/// The read models of a ledger: sessions and what follows from them, always derivable again.
///
/// They live under `models/` in the ledger's directory. `models/serving.json` names the
/// ``Generation`` that serves; it is replaced by a rename, so a reader sees the old one or the new
/// one and never half of either. A process that brings the models up to date or rebuilds them
/// holds `models/lock`; others wait.
///
///     let models = try ReadModels.open(for: ledger)      // brought up to the head of the log
///     try models.forEachSession(matching: filter) { … }
public final class ReadModels: Sendable {
  public let ledger: Ledger
  let generation: Generation

  init(ledger: Ledger, generation: Generation) {
    self.ledger = ledger
    self.generation = generation
  }

  /// Opens the read models and brings them up to the head of the log (SEMANTICS 14).
  ///
  /// Models that are missing, of another log, or made by another version of a projection are built
  /// first.
  /// - Parameters:
  ///   - workers: how many threads fold. The rows do not depend on it.
  ///   - progress: called now and then from the calling thread.
  public static func open(
    for ledger: Ledger, workers: Int = defaultWorkers, progress: (FoldProgress) -> Void = { _ in }
  ) throws -> ReadModels {
    let directory = ModelDirectory(ledger: ledger)
    return try directory.withLock {
      if let serving = try directory.serving(), serving.isCurrent {
        let generation = try directory.openGeneration(serving.generation)
        if try generation.isOf(ledger) {
          try FoldRunner(ledger: ledger, generation: generation, workers: workers).run(progress)
          return ReadModels(ledger: ledger, generation: generation)
        }
      }
      let name = try directory.build(ledger: ledger, workers: workers, progress)
      return ReadModels(ledger: ledger, generation: try directory.openGeneration(name))
    }
  }

  /// Brings these read models up to the head of the log as it is now.
  func catchUp() throws {
    try ModelDirectory(ledger: ledger).withLock {
      try FoldRunner(ledger: ledger, generation: generation, workers: Self.defaultWorkers).run {
        _ in
      }
    }
  }

  /// Builds the read models anew beside the serving ones, switches to them, and says whether they
  /// came back the same.
  public static func rebuild(
    for ledger: Ledger, workers: Int = defaultWorkers, progress: (FoldProgress) -> Void = { _ in }
  ) throws -> [ReadModelComparison] {
    let directory = ModelDirectory(ledger: ledger)
    return try directory.withLock {
      let before = try directory.servingDigests()
      let name = try directory.build(ledger: ledger, workers: workers, progress)
      return try ReadModelComparison.compare(before, with: directory.openGeneration(name).digests())
    }
  }

  /// Folds the whole log into a temporary generation and compares its digests with those that
  /// serve. Changes nothing.
  public static func verify(
    for ledger: Ledger, workers: Int = defaultWorkers, progress: (FoldProgress) -> Void = { _ in }
  ) throws -> [ReadModelComparison] {
    try verifyAll(for: ledger, workers: workers, progress: progress).models
  }

  /// As ``verify(for:workers:progress:)``, and compares the tables beside the rows too.
  public static func verifyAll(
    for ledger: Ledger, workers: Int = defaultWorkers, progress: (FoldProgress) -> Void = { _ in }
  ) throws -> ReadModelVerification {
    let models = try open(for: ledger, workers: workers, progress: progress)
    let directory = ModelDirectory(ledger: ledger)
    return try directory.withLock {
      let served = models.generation
      let checkpoint = try served.checkpoint()
      return try directory.withTemporaryGeneration { generation in
        try FoldRunner(
          ledger: ledger, generation: generation, workers: workers, head: checkpoint.position
        ).run(progress)
        let (old, new) = (try served.tableDigests(), try generation.tableDigests())
        var differing = new.keys.filter { old[$0] != new[$0] }
        if try generation.checkpoint() != checkpoint { differing.append(served.meta.name) }
        return ReadModelVerification(
          models: try ReadModelComparison.compare(
            served.digests(), with: generation.digests()),
          differingTables: differing.sorted())
      }
    }
  }

  /// One thread for each processor.
  public static var defaultWorkers: Int { ProcessInfo.processInfo.activeProcessorCount }
}

/// How far a fold has come.
public struct FoldProgress: Sendable {
  /// The last position folded in.
  public var position: UInt64
  /// The position where it will be done.
  public var head: UInt64

  public init(position: UInt64, head: UInt64) {
    self.position = position
    self.head = head
  }
}
