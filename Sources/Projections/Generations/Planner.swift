import EventLog
import Foundation

/// Finds out what a projection needs, and what a rebuild would do. Changes nothing.
struct Planner {
  let directory: ModelDirectory
  let projection: RegisteredProjection
  let ledger: Ledger
  let head: UInt64

  func plan() throws -> ProjectionPlan {
    // One after the other, as a builder may have to wait for the first to take over.
    let (build, owner) = try underWay()
    return try directory.withLockAsItIs {
      var plan = ProjectionPlan(
        projection: projection.name, version: projection.version, need: .nothing, build: build,
        owner: owner)
      let entry = try directory.serving().entries[projection.name]
      plan.build.keeps = entry.map { "\($0.serving)" }
      if let previous = entry?.previous { plan.build.removes.insert("\(previous)", at: 0) }
      do {
        let opened = try directory.openServing(of: projection.name, for: ledger)
        try opened.use { try add($0, opened.version, to: &plan) }
      } catch let reason as RebuildReason {
        plan.need = .all(reason)
      }
      return plan
    }
  }

  /// Adds what serves, and what it needs.
  private func add(
    _ generation: any ModelGeneration, _ version: RegisteredProjection,
    to plan: inout ProjectionPlan
  ) throws {
    let backlog = try generation.backlog(in: ledger, through: head)
    let name = (generation.path as NSString).lastPathComponent
    plan.serving = ServingPlan(
      generation: name, position: backlog.position, lagEvents: backlog.work.events,
      lagSeconds: backlog.lagSeconds)
    let rate = try GenerationFile(inDirectory: generation.path)?.eventsPerSecond
    var work = backlog.work
    work.seconds = rate.flatMap { RebuildRate.seconds(events: work.events, at: $0) }
    plan.build.seconds = rate.flatMap {
      RebuildRate.seconds(events: plan.build.events, at: $0)
    }
    if backlog.position > 0 {
      let bytes = ModelDirectory.bytes(inDirectory: generation.path)
      let whole = bytes.multipliedFullWidth(by: max(head, backlog.position))
      plan.build.bytes = backlog.position.dividingFullWidth(whole).quotient
    }
    if let reason = RebuildReason(version, against: projection) {
      plan.need = .all(reason)
    } else if work.isOfThePast {
      plan.need = .part(work)
    } else if work.events > 0 {
      plan.need = .catchUp(work)
    }
  }

  /// What a build would begin with, and who builds now.
  private func underWay() throws -> (BuildPlan, BuildOwner?) {
    var plan = BuildPlan(events: head, removes: [])
    let names = try directory.names(in: projection.name).compactMap { GenerationName(underWay: $0) }
    let path = directory.path(ofBuildLockOf: projection.name)
    guard FileManager.default.fileExists(atPath: path) else { return (plan, nil) }
    guard let lock = try FileLock.takeIfFree(path) else {
      return (plan, try BuildLock.holder(at: path))
    }
    defer { withExtendedLifetime(lock) {} }
    for name in names.sorted(by: { $0.number > $1.number }) {
      let path = directory.path(ofBuild: name, of: projection.name)
      let flaw = try directory.flaw(ofBuildAt: path, of: projection, for: ledger)
      if plan.resumesAt == nil, flaw == nil {
        let position = try projection.open(path, true).checkpoint().position
        plan.resumesAt = position
        plan.events = head - min(head, position)
      } else {
        plan.removes.append(name.underWay)
      }
    }
    return (plan, nil)
  }
}
