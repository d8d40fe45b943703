public import EventLog

/// Rebuilding the read models of a ledger while they are in use.
///
///     let rebuilt = try Rebuild(of: ledger).run { progress in … }
///
/// Each projection is built beside the generation that serves, compared with it, and takes over in
/// one step; what served before is kept until ``dropOld()``, and ``rollBack()`` goes back to it.
public struct Rebuild: Sendable {
  private let ledger: Ledger
  private let directory: ModelDirectory
  private let projections: [RegisteredProjection]
  private let workers: Int

  /// - Parameters:
  ///   - projections: the names of those that it is about; nil stands for all.
  ///   - workers: how many threads fold. The rows do not depend on it.
  /// - Throws: ``ProjectionError/unknownProjection(_:known:)``.
  public init(
    of ledger: Ledger, projections: [String]? = nil, workers: Int = ReadModels.defaultWorkers
  ) throws {
    try self.init(
      of: ledger, in: ModelDirectory(ledger: ledger), projections: projections, workers: workers)
  }

  init(
    of ledger: Ledger, in directory: ModelDirectory, projections names: [String]? = nil,
    workers: Int = ReadModels.defaultWorkers
  ) throws {
    let all = directory.projections.current
    for name in names ?? [] where !all.contains(where: { $0.name == name }) {
      throw ProjectionError.unknownProjection(name, known: all.map(\.name))
    }
    self.ledger = ledger
    self.directory = directory
    self.workers = workers
    projections = all.filter { names?.contains($0.name) ?? true }
  }

  /// Builds them anew, one after the other, and says what differs from what served before.
  ///
  /// - Parameters:
  ///   - progress: called now and then from the calling thread.
  ///   - notice: called with what a person should know.
  /// - Throws: ``ProjectionError/buildUnderWay(projection:owner:)`` if another rebuild of one runs.
  public func run(
    progress: (RebuildProgress) -> Void = { _ in }, notice: (ModelNotice) -> Void = { _ in }
  ) throws -> [RebuiltProjection] {
    try projections.map { projection in
      try directory.withBuildLock(of: projection.name, as: .rebuild, notice) {
        try GenerationBuild(
          directory: directory, projection: projection, ledger: ledger, workers: workers
        ).run(notice, progress)
      }
    }
  }

  /// Lets the generations before serve again, brought up to the head of the log: all in one step, or
  /// none.
  ///
  /// - Throws: ``ProjectionError/nothingToRollBackTo(_:)``.
  public func rollBack() throws -> [SwitchedProjection] {
    try directory.rollBack(projections.map(\.name), for: ledger, workers: workers)
  }

  /// Removes the generations that are kept for a rollback, and builds that were killed.
  public func dropOld() throws -> [DroppedGeneration] {
    try directory.dropOld(projections.map(\.name))
  }
}
