import EventLog
import Foundation
import LMDB

/// A build of a projection beside what serves of it: begun or gone on with, folded, compared, and
/// made to serve. Whoever runs it holds the projection's build lock.
///
/// Nobody waits for it: until it takes over, it only reads the log and what serves, and others bring
/// that up to date as before.
struct GenerationBuild {
  let directory: ModelDirectory
  let projection: RegisteredProjection
  let ledger: Ledger
  let settings: FoldSettings

  /// - Parameters:
  ///   - notice: called with what a person should know.
  ///   - progress: called now and then.
  func run(
    _ notice: (ModelNotice) -> Void, _ progress: (RebuildProgress) -> Void
  ) throws -> RebuiltProjection {
    let name = try begin(notice)
    let path = directory.path(ofBuild: name, of: projection.name)
    var file = GenerationFile(projection, ledger: directory.ledgerUUID)
    file.bootID = directory.machine.bootID
    // From here on it is not synced, whatever it was before.
    try file.write(inDirectory: path)
    let folded = try foldAndCompare(name, progress, notice)
    file.isFinished = true
    file.eventsPerSecond = folded.rate.eventsPerSecond
    try file.write(inDirectory: path)
    let replaced = try takeOver(name, progress)
    return RebuiltProjection(
      projection: projection.name, generation: "\(name)", replaced: replaced.map { "\($0)" },
      position: folded.position, resumedAt: folded.resumedAt, models: folded.models)
  }
}

// MARK: - Beginning, or going on

extension GenerationBuild {
  /// Finds a build that can be gone on with, or makes a directory for a new one. Removes all others.
  private func begin(_ notice: (ModelNotice) -> Void) throws -> GenerationName {
    try takeNamesBack()
    var found: GenerationName?
    let underWay = try directory.names(in: projection.name)
      .compactMap { GenerationName(underWay: $0) }.sorted { $0.number > $1.number }
    for name in underWay {
      let path = directory.path(ofBuild: name, of: projection.name)
      let reason =
        found == nil ? try directory.flaw(ofBuildAt: path, of: projection, for: ledger) : .surplus
      if let reason {
        notice(.discards(projection: projection.name, generation: "\(name)", reason))
        try FileManager.default.removeItem(atPath: path)
      } else {
        found = name
      }
    }
    return try found ?? makeDirectory()
  }

  private func makeDirectory() throws -> GenerationName {
    let names = try directory.names(in: projection.name)
    let number = names.compactMap { GenerationName($0)?.number }.max() ?? 0
    let name = GenerationName(version: projection.version, number: number &+ 1)
    try FileManager.default.createDirectory(
      atPath: directory.path(ofBuild: name, of: projection.name), withIntermediateDirectories: true)
    return name
  }

  /// A build that was killed between its last two steps has the name of a finished generation, and
  /// does not serve. It is gone on with like the others.
  private func takeNamesBack() throws {
    try directory.withLock {
      let kept = try directory.serving().entries[projection.name]?.names ?? []
      for name in try directory.names(in: projection.name).compactMap({ GenerationName($0) })
      where !kept.contains(name) {
        try FileManager.default.moveItem(
          atPath: directory.path(of: name, of: projection.name),
          toPath: directory.path(ofBuild: name, of: projection.name))
      }
    }
  }
}

// MARK: - Folding

extension GenerationBuild {
  /// What a build has come to, before it takes over.
  private struct Folded {
    var rate: RebuildRate
    var resumedAt: UInt64?
    /// Where it was compared.
    var position: UInt64
    var models: [ReadModelComparison]
  }

  /// Folds the log, compares with what serves, folds what came meanwhile, and syncs.
  private func foldAndCompare(
    _ name: GenerationName, _ progress: (RebuildProgress) -> Void, _ notice: (ModelNotice) -> Void
  ) throws -> Folded {
    let path = directory.path(ofBuild: name, of: projection.name)
    let generation = try projection.open(path, true)
    let start = try generation.checkpoint().position
    if start > 0 {
      notice(.resumes(projection: projection.name, generation: "\(name)", position: start))
    }
    var rate = RebuildRate(
      position: start, milliseconds: directory.machine.uptimeMilliseconds())
    try catchUp(generation, .folding, progress)
    rate.note(
      position: try generation.checkpoint().position,
      milliseconds: directory.machine.uptimeMilliseconds())
    let models = try compare(generation, progress)
    let position = try generation.checkpoint().position
    try catchUp(generation, .catchingUp, progress)
    try report(generation, .syncing, progress)
    try generation.sync()
    return Folded(
      rate: rate, resumedAt: start > 0 ? start : nil, position: position, models: models)
  }

  /// Folds until little is left, with appends going on.
  private func catchUp(
    _ generation: any ModelGeneration, _ phase: RebuildProgress.Phase,
    _ progress: (RebuildProgress) -> Void
  ) throws {
    var left: UInt64 = .max
    for _ in 0..<Self.mostRounds where left > Self.shortTail {
      try fold(generation, through: nil, phase, progress)
      let head = try ledger.read { $0.head }
      left = head - min(head, try generation.checkpoint().position)
    }
  }

  private func fold(
    _ generation: any ModelGeneration, through head: UInt64?, _ phase: RebuildProgress.Phase,
    _ progress: (RebuildProgress) -> Void
  ) throws {
    try report(generation, phase, progress)
    try generation.catchUp(ledger, through: head, settings) { folded in
      progress(RebuildProgress(projection: projection.name, phase: phase, folded))
    }
  }

  private func report(
    _ generation: any ModelGeneration, _ phase: RebuildProgress.Phase,
    _ progress: (RebuildProgress) -> Void
  ) throws {
    progress(
      RebuildProgress(
        projection: projection.name, phase: phase,
        position: try generation.checkpoint().position, head: try ledger.read { $0.head }))
  }

  /// Each round is shorter than the one before, unless appends are as fast as the fold.
  private static let mostRounds = 8
  /// Folded in an instant, so that nobody waits for it.
  private static let shortTail: UInt64 = 10_000
}

// MARK: - Comparing

extension GenerationBuild {
  /// Compares with what serves, both at one position of the log. Models of another version, and those
  /// that differ, are compared row for row.
  private func compare(
    _ built: any ModelGeneration, _ progress: (RebuildProgress) -> Void
  ) throws -> [ReadModelComparison] {
    do {
      let opened = try directory.openServing(of: projection.name, for: ledger)
      return try opened.use { try compare(built, with: $0, progress) }
    } catch is RebuildReason {
      try report(built, .comparing, progress)
      return ReadModelComparison.compare([], with: try built.digests())
    }
  }

  private func compare(
    _ built: any ModelGeneration, with served: any ModelGeneration,
    _ progress: (RebuildProgress) -> Void
  ) throws -> [ReadModelComparison] {
    do {
      let snapshot = try directory.snapshotAtHead(of: served, ledger, settings.workers) { _ in }
      let position = try served.checkpoint(in: snapshot).position
      try fold(built, through: position, .catchingUp, progress)
      try report(built, .comparing, progress)
      return try built.environment.read { transaction in
        try ReadModelComparison.compare(served, snapshot, with: built, transaction)
      }
    } catch  where isDamage(error) {
      return ReadModelComparison.compare([], with: try built.digests())
    }
  }
}

// MARK: - Taking over

extension GenerationBuild {
  /// Gives a synced build its name, folds the last events, and makes it serve.
  /// - Returns: what served until now.
  private func takeOver(
    _ name: GenerationName, _ progress: (RebuildProgress) -> Void
  ) throws -> GenerationName? {
    try directory.withLock {
      // The name of its file too, before the directory gets a name under which it can serve.
      let build = directory.path(ofBuild: name, of: projection.name)
      try DurableFile.syncDirectory(build)
      try FileManager.default.moveItem(
        atPath: build, toPath: directory.path(of: name, of: projection.name))
      try DurableFile.syncDirectory(directory.path(of: projection.name))
      try DurableFile.syncDirectory(directory.path)
      try directory.open(name, of: projection.name, for: ledger).use {
        try fold($0, through: nil, .switching, progress)
      }
      return try directory.makeServe(name, of: projection.name, for: ledger)
    }
  }
}
