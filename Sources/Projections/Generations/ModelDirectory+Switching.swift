import EventLog
import Foundation

extension ModelDirectory {
  /// Makes a finished generation serve. What has served until then is kept for a rollback, if
  /// anybody can use it. Only under the lock.
  /// - Returns: what was kept.
  func makeServe(
    _ name: GenerationName, of projection: String, for ledger: Ledger
  ) throws -> GenerationName? {
    var serving = try serving()
    let old = serving.entries[projection]?.serving
    let kept = try old.flatMap { try isWorthKeeping($0, of: projection, for: ledger) ? $0 : nil }
    serving.entries[projection] = Serving.Entry(serving: name, previous: kept)
    try write(serving)
    let path = path(of: name, of: projection)
    if var file = try GenerationFile(inDirectory: path) {
      file.hasServed = true
      try file.write(inDirectory: path)
    }
    try removeLeftovers()
    try removeOlderLayout()
    return kept
  }

  /// Whether somebody can go back to a generation: this release, or that which made it.
  ///
  /// What looks damaged is looked at twice, because it is removed: LMDB takes a read that the disk cuts
  /// short for damage, and only real damage is there the second time.
  private func isWorthKeeping(
    _ name: GenerationName, of projection: String, for ledger: Ledger, isSecondLook: Bool = false
  ) throws -> Bool {
    do {
      _ = try open(name, of: projection, for: ledger)
      return true
    } catch let reason as RebuildReason {
      switch reason {
      case .version, .tables: return true
      case .damaged where !isSecondLook:
        return try isWorthKeeping(name, of: projection, for: ledger, isSecondLook: true)
      case .neverBuilt, .otherLog, .damaged: return false
      }
    }
  }

  /// Lets the generations before serve again, brought up to the head of the log, in one step.
  ///
  /// - Parameter isWhole: passes over projections that have none.
  /// - Throws: ``ProjectionError/nothingToRollBackTo(_:)`` if one of them has none that can be used, or
  ///   all have none; nothing is changed then.
  func rollBack(
    _ names: [String], isWhole: Bool, for ledger: Ledger, workers: Int
  ) throws -> [SwitchedProjection] {
    try withLock {
      var serving = try serving()
      let projections = isWhole ? names.filter { serving.entries[$0]?.previous != nil } : names
      guard !projections.isEmpty else { throw ProjectionError.nothingToRollBackTo(names) }
      var switched: [SwitchedProjection] = []
      for projection in projections {
        guard let entry = serving.entries[projection], let previous = entry.previous else {
          throw ProjectionError.nothingToRollBackTo([projection])
        }
        do {
          try open(previous, of: projection, for: ledger).use {
            try $0.catchUp(ledger, through: nil, workers: workers) { _ in }
          }
        } catch let error where error is RebuildReason || isDamage(error) {
          throw ProjectionError.nothingToRollBackTo([projection])
        }
        serving.entries[projection] = .init(serving: previous, previous: entry.serving)
        switched.append(
          SwitchedProjection(
            projection: projection, generation: "\(previous)", replaced: "\(entry.serving)"))
      }
      try write(serving)
      return switched
    }
  }

  /// Removes the generations that are kept for a rollback, and builds that nobody goes on with.
  func dropOld(_ projections: [String]) throws -> [DroppedGeneration] {
    let abandoned = try projections.flatMap { try dropAbandonedBuilds(of: $0) }
    return abandoned
      + (try withLock {
        var serving = try serving()
        var dropped: [(projection: String, name: GenerationName)] = []
        for projection in projections {
          guard let previous = serving.entries[projection]?.previous else { continue }
          serving.entries[projection]?.previous = nil
          dropped.append((projection, previous))
        }
        if !dropped.isEmpty { try write(serving) }
        return try dropped.map { old in
          try remove("\(old.name)", at: path(of: old.name, of: old.projection), of: old.projection)
        }
      })
  }

  private func dropAbandonedBuilds(of projection: String) throws -> [DroppedGeneration] {
    let builds = try names(in: projection).compactMap { GenerationName(underWay: $0) }
    guard !builds.isEmpty,
      let lock = try FileLock.takeIfFree(path(ofBuildLockOf: projection))
    else { return [] }
    defer { withExtendedLifetime(lock) {} }
    return try builds.map { name in
      try remove(name.underWay, at: path(ofBuild: name, of: projection), of: projection)
    }
  }

  private func remove(
    _ name: String, at path: String, of projection: String
  ) throws -> DroppedGeneration {
    let bytes = Self.bytes(inDirectory: path)
    if FileManager.default.fileExists(atPath: path) {
      try FileManager.default.removeItem(atPath: path)
    }
    return DroppedGeneration(projection: projection, generation: name, bytes: bytes)
  }

  /// What the files in a directory take on the disk, as far as they can be seen.
  static func bytes(inDirectory path: String) -> UInt64 {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.reduce(0) { sum, name in
      var status = stat()
      guard stat("\(path)/\(name)", &status) == 0 else { return sum }
      return sum + UInt64(status.st_blocks) * 512
    }
  }
}

/// A projection of which another generation serves than before.
public struct SwitchedProjection: Sendable, Hashable {
  public var projection: String
  /// The generation that serves now.
  public var generation: String
  /// The one that served before; it is kept.
  public var replaced: String
}

/// A generation that was removed.
public struct DroppedGeneration: Sendable, Hashable {
  public var projection: String
  public var generation: String
  /// What it took on the disk.
  public var bytes: UInt64
}
