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
  /// Whether nobody chose among the projections.
  private let isWhole: Bool
  private let settings: FoldSettings

  /// - Parameters:
  ///   - projections: the names of those that it is about; nil stands for all.
  ///   - settings: how the log is folded. The rows do not depend on it.
  /// - Throws: ``ProjectionError/unknownProjection(_:known:)``.
  public init(
    of ledger: Ledger, projections: [String]? = nil,
    settings: FoldSettings = FoldSettings(workers: ReadModels.defaultWorkers)
  ) throws {
    try self.init(
      of: ledger, in: ModelDirectory(ledger: ledger), projections: projections, settings: settings)
  }

  init(
    of ledger: Ledger, in directory: ModelDirectory, projections names: [String]? = nil,
    settings: FoldSettings = FoldSettings(workers: ReadModels.defaultWorkers)
  ) throws {
    let all = directory.projections.current
    for name in names ?? [] where !all.contains(where: { $0.name == name }) {
      throw ProjectionError.unknownProjection(name, known: all.map(\.name))
    }
    self.ledger = ledger
    self.directory = directory
    self.settings = settings
    isWhole = names == nil
    projections = all.filter { names?.contains($0.name) ?? true }
  }

  /// What they need, and what ``run(onlyNeeded:progress:notice:)`` would do. Changes nothing.
  /// - Complexity: O(events that are not folded in).
  public func plan() throws -> RebuildPlan {
    let head = try ledger.head()
    let plans = try projections.map { projection in
      try Planner(directory: directory, projection: projection, ledger: ledger, head: head).plan()
    }
    return RebuildPlan(head: head, projections: plans)
  }

  /// Builds them anew, one after the other, and says what differs from what served before.
  ///
  /// - Parameters:
  ///   - onlyNeeded: whether to build only those that the plan says all is needed of, and to bring
  ///     the others up to date.
  ///   - progress: called now and then from the calling thread.
  ///   - notice: called with what a person should know.
  /// - Throws: ``ProjectionError/buildUnderWay(projection:owner:)`` if another rebuild of one runs.
  public func run(
    onlyNeeded: Bool = false,
    progress: (RebuildProgress) -> Void = { _ in }, notice: (ModelNotice) -> Void = { _ in }
  ) throws -> [RebuiltProjection] {
    try projections.compactMap { projection in
      if onlyNeeded, try isUpToDate(projection, progress) { return nil }
      return try directory.withBuildLock(of: projection.name, as: .rebuild, notice) {
        try GenerationBuild(
          directory: directory, projection: projection, ledger: ledger, settings: settings
        ).run(notice, progress)
      }
    }
  }

  /// Brings what serves of a projection up to the head, unless it has to be built.
  private func isUpToDate(
    _ projection: RegisteredProjection, _ progress: (RebuildProgress) -> Void
  ) throws -> Bool {
    let head = try ledger.head()
    let plan = try Planner(
      directory: directory, projection: projection, ledger: ledger, head: head
    ).plan()
    if case .all = plan.need { return false }
    try directory.withLock {
      try directory.openServing(of: projection.name, for: ledger).use { generation in
        try generation.catchUp(ledger, through: nil, settings) { folded in
          progress(RebuildProgress(projection: projection.name, phase: .catchingUp, folded))
        }
      }
    }
    return true
  }

  /// Lets the generations before serve again, brought up to the head of the log: all in one step, or
  /// none. If no projections were named, those without an old generation stay as they are.
  ///
  /// - Throws: ``ProjectionError/nothingToRollBackTo(_:)``.
  public func rollBack() throws -> [SwitchedProjection] {
    try directory.rollBack(
      projections.map(\.name), isWhole: isWhole, for: ledger, workers: settings.workers)
  }

  /// Removes the generations that are kept for a rollback, and builds that were killed.
  public func dropOld() throws -> [DroppedGeneration] {
    try directory.dropOld(projections.map(\.name))
  }
}
