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
///     try models.forEachSession(matching: filter, in: SessionOrder(), limit: 50) { … }
public final class ReadModels: Sendable {
  public let ledger: Ledger
  /// The last record that is known to them, if they tell of an earlier time; nil if they tell of now.
  public let asOfPosition: UInt64?
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
    asOfPosition = nil
    self.directory = directory
    self.workers = workers
    self.generation = generation
    opened = Mutex([ProjectionRegistry.sessions: sessions])
  }

  /// Read models of all projections that stay as they were at an earlier position.
  init(ledger: Ledger, asOf position: UInt64, _ opened: [String: OpenGeneration]) throws {
    guard let generation = opened[ProjectionRegistry.sessions]?.generation.sessions else {
      throw ProjectionError.damagedRow("there are no sessions")
    }
    self.ledger = ledger
    asOfPosition = position
    self.directory = ModelDirectory(ledger: ledger)
    self.workers = 1
    self.generation = generation
    self.opened = Mutex(opened)
  }

  /// The digests of all read models, of all projections.
  /// - Complexity: O(rows), at the speed of SHA-256.
  public func allDigests() throws -> [ReadModelDigest] {
    try directory.projections.current.flatMap { try generation(of: $0.name).digests() }
  }

  /// Opens the read models and brings them up to the head of the log (SEMANTICS 14).
  ///
  /// Models of the version before go on serving until a rebuild brings the current one. Those that
  /// are missing, of another log, or of a version that this release does not carry are built first.
  /// - Parameters:
  ///   - workers: how many threads fold. The rows do not depend on it.
  ///   - progress: called now and then from the calling thread.
  ///   - notice: called with what a person should know.
  public static func open(
    for ledger: Ledger, workers: Int = defaultWorkers,
    progress: (FoldProgress) -> Void = { _ in }, notice: (ModelNotice) -> Void = { _ in }
  ) throws -> ReadModels {
    try open(
      for: ledger, in: ModelDirectory(ledger: ledger), workers: workers, progress: progress,
      notice: notice)
  }

  static func open(
    for ledger: Ledger, in directory: ModelDirectory, workers: Int = defaultWorkers,
    progress: (FoldProgress) -> Void = { _ in }, notice: (ModelNotice) -> Void = { _ in }
  ) throws -> ReadModels {
    let sessions = try directory.openAtHead(
      directory.projections[ProjectionRegistry.sessions], of: ledger, workers, notice, progress)
    return try ReadModels(
      ledger: ledger, directory: directory, workers: workers, sessions: sessions)
  }

  /// What serves of a projection, brought up to the head of the log when it is asked for first.
  func generation(of projection: String) throws -> any ModelGeneration {
    if let known = opened.withLock({ $0[projection] }) { return known.generation }
    let found = try directory.openAtHead(
      directory.projections[projection], of: ledger, workers, { _ in }, { _ in })
    return opened.withLock { opened in
      // Another thread may have been first.
      let kept = opened[projection] ?? found
      opened[projection] = kept
      return kept.generation
    }
  }

  /// Brings these read models up to the head of the log as it is now; those of an earlier time stay
  /// as they are.
  func catchUp() throws {
    guard asOfPosition == nil else { return }
    let opened = opened.withLock { Array($0.values) }
    try directory.withLock {
      for model in opened {
        try model.generation.catchUp(ledger, through: nil, workers: Self.defaultWorkers) { _ in }
      }
    }
  }

  /// Runs `body` while the models of all projections have folded the same records, and nobody folds
  /// more.
  func atOnePosition<R: ~Copyable>(_ body: () throws -> R) throws -> R {
    guard asOfPosition == nil else { return try body() }
    let generations = try directory.projections.current.map { try generation(of: $0.name) }
    return try directory.withLock {
      let head = try ledger.read { $0.head }
      for generation in generations {
        try generation.catchUp(ledger, through: head, workers: workers) { _ in }
      }
      return try body()
    }
  }

  /// Builds the read models anew beside the serving ones, switches to them, and says whether they
  /// came back the same.
  public static func rebuild(
    for ledger: Ledger, workers: Int = defaultWorkers, progress: (FoldProgress) -> Void = { _ in }
  ) throws -> [ReadModelComparison] {
    try Rebuild(of: ledger, settings: FoldSettings(workers: workers))
      .run { progress(FoldProgress(position: $0.position, head: $0.head)) }
      .flatMap(\.models)
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
      let opened = try directory.openAtHead(projection, of: ledger, workers, { _ in }, progress)
      let part = try opened.use {
        try directory.verify($0, of: opened.version, ledger, workers, progress)
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
  /// The stations that got late records and are still to be folded again, when all else is folded.
  public var stationsLeft = 0

  public init(position: UInt64, head: UInt64, stationsLeft: Int = 0) {
    self.position = position
    self.head = head
    self.stationsLeft = stationsLeft
  }
}
