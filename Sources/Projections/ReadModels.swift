import EventLog
import Foundation
import LMDB
import Quantities
import Synchronization

/// The read models of a ledger: sessions and what follows from them, always derivable again.
///
/// They live under `models/` in the ledger's directory. `models/serving.json` names for each
/// projection the ``ModelGeneration`` that serves; it is replaced by a rename, so a reader sees the
/// old one or the new one and never half of either. A process that brings the models up to date
/// holds `models/lock`; others wait.
///
///     let models = try ReadModels.open(for: ledger)      // brought up to the head of the log
///     try models.forEachSession(matching: filter) { … }
public final class ReadModels: Sendable {
  public let ledger: Ledger
  /// The sessions; open as long as these models are.
  unowned let generation: Generation
  private let workers: Int
  private let directory: ModelDirectory
  private let opened: Mutex<[String: OpenGeneration]>

  private init(
    ledger: Ledger, directory: ModelDirectory, workers: Int, sessions: OpenGeneration
  ) throws {
    guard let generation = sessions.generation.sessions else {
      throw ProjectionError.damagedRow("the sessions that serve are of another version")
    }
    self.ledger = ledger
    self.directory = directory
    self.workers = workers
    self.generation = generation
    opened = Mutex([ProjectionRegistry.sessions: sessions])
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
    let sessions = try directory.openAtHead(
      directory.projections[ProjectionRegistry.sessions], of: ledger, workers, progress)
    return try ReadModels(
      ledger: ledger, directory: directory, workers: workers, sessions: sessions)
  }

  /// What serves of a projection, brought up to the head of the log when it is asked for first.
  func generation(of projection: String) throws -> any ModelGeneration {
    if let known = opened.withLock({ $0[projection] }) { return known.generation }
    let found = try directory.openAtHead(
      directory.projections[projection], of: ledger, workers
    ) { _ in }
    return opened.withLock { opened in
      // Another thread may have been first.
      let kept = opened[projection] ?? found
      opened[projection] = kept
      return kept.generation
    }
  }

  /// Brings these read models up to the head of the log as it is now.
  func catchUp() throws {
    let opened = opened.withLock { Array($0.values) }
    try directory.withLock {
      for model in opened {
        try model.generation.catchUp(ledger, through: nil, workers: Self.defaultWorkers) { _ in }
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
      try directory.projections.current.flatMap { projection in
        let before = try directory.servingDigests(of: projection.name, for: ledger)
        try directory.build(projection, for: ledger, workers: workers, progress)
        return ReadModelComparison.compare(
          before, with: try directory.servingDigests(of: projection.name, for: ledger))
      }
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
    let directory = ModelDirectory(ledger: ledger)
    var found = ReadModelVerification(models: [], differingTables: [])
    for projection in directory.projections.current {
      let opened = try directory.openAtHead(projection, of: ledger, workers, progress)
      let part = try directory.withLock {
        try opened.use { try directory.verify($0, of: projection, ledger, workers, progress) }
      }
      found.models += part.models
      found.differingTables += part.differingTables
    }
    return found
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

extension ModelDirectory {
  /// Opens what serves of a projection and brings it up to the head of the log. What cannot serve is
  /// built first.
  func openAtHead(
    _ projection: RegisteredProjection, of ledger: Ledger, _ workers: Int,
    _ progress: (FoldProgress) -> Void
  ) throws -> OpenGeneration {
    try withLock {
      if let serving = try openServing(of: projection.name, for: ledger) {
        try serving.use {
          try $0.catchUp(ledger, through: nil, workers: workers, progress)
        }
        return serving
      }
      try build(projection, for: ledger, workers: workers, progress)
      guard let built = try openServing(of: projection.name, for: ledger) else {
        throw ProjectionError.damagedRow("\(projection.name) cannot be opened once built")
      }
      return built
    }
  }

  /// Folds the log as far as `served` has come, and compares.
  fileprivate func verify(
    _ served: any ModelGeneration, of projection: RegisteredProjection, _ ledger: Ledger,
    _ workers: Int, _ progress: (FoldProgress) -> Void
  ) throws -> ReadModelVerification {
    try withTemporaryGeneration(of: projection) { fresh in
      try served.environment.read { transaction in
        let checkpoint = try served.checkpoint(in: transaction)
        try fresh.catchUp(ledger, through: checkpoint.position, workers: workers, progress)
        return try fresh.environment.read { freshTransaction in
          let old = try served.tableDigests(in: transaction)
          let new = try fresh.tableDigests(in: freshTransaction)
          var differing = new.keys.filter { old[$0] != new[$0] }
          if try fresh.checkpoint(in: freshTransaction) != checkpoint { differing.append("meta") }
          return ReadModelVerification(
            models: ReadModelComparison.compare(
              try served.digests(in: transaction), with: try fresh.digests(in: freshTransaction)),
            differingTables: differing.sorted())
        }
      }
    }
  }
}
