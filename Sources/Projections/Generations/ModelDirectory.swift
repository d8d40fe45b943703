import EventLog
import Foundation
import LMDB

/// `models/` in a ledger's directory: which generation of each projection serves, who may change
/// that, and how a new one takes over.
///
///     serving.json                names what serves and what served before; replaced by rename
///     lock                        held (flock), briefly, by whoever changes what serves or brings it
///                                 up to date
///     sessions/                   one directory for each projection
///       build.lock                held (flock) by whoever builds; says who that is
///       v6-1/                     a finished generation: version 6, first build
///       building-v6-2/            one under way, or left by a kill
///       verify-…/                 a fold to compare with, held (flock) by whoever compares
///
/// The life of a generation; each arrow is one atomic step, so a kill leaves one state or the other:
///
///     (nothing)
///        │ begin: build.lock is held, build.json names the boot
///        ▼
///     building-v6-2, not synced ──── killed ──▶ resumed by the next build of the same version,
///        │ synced; build.json: finished          log and boot; else removed
///        ▼
///     building-v6-2, finished ────── killed ──▶ resumed by the next build, whatever boot
///        │ models/lock is held: rename
///        ▼
///     v6-2, not named ────────────── killed ──▶ as before: the next build takes its name back
///        │ models/lock is held: the last tail is folded, serving.json is replaced
///        ▼                                   rollback
///     serving ◀───────────────────────────────────────────────────▶ previous
///                      the next generation takes over                  │ drop, or the next but one
///                                                                      ▼ removed
///
/// Locks are taken in the order build.lock, lock, and nobody waits for build.lock holding the other.
struct ModelDirectory: Sendable {
  let path: String
  let projections: ProjectionSet
  let machine: Machine
  /// The UUID of the ledger.
  let ledgerUUID: String

  init(ledger: Ledger, projections: ProjectionSet = .released, machine: Machine = .current) {
    self.path = ledger.path + "/" + Ledger.modelsDirectory
    self.ledgerUUID = ledger.file.uuid
    self.projections = projections
    self.machine = machine
  }

  func path(of projection: String) -> String { path + "/" + projection }

  func path(of generation: GenerationName, of projection: String) -> String {
    "\(path(of: projection))/\(generation)"
  }

  func path(ofBuild generation: GenerationName, of projection: String) -> String {
    "\(path(of: projection))/\(generation.underWay)"
  }

  func path(ofBuildLockOf projection: String) -> String { path(of: projection) + "/build.lock" }

  /// Runs `body` as the only process that changes what serves. Waits for another to finish.
  func withLock<R: ~Copyable>(_ body: () throws -> R) throws -> R {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let lock = try FileLock.take(path + "/lock")
    defer { withExtendedLifetime(lock) {} }
    try removeLeftovers()
    return try body()
  }

  /// As ``withLock(_:)``, and leaves everything as it is, even what is left over.
  func withLockAsItIs<R>(_ body: () throws -> R) throws -> R {
    guard FileManager.default.fileExists(atPath: path + "/lock") else { return try body() }
    let lock = try FileLock.take(path + "/lock")
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }

  /// Runs `body` as the only process that builds generations of a projection.
  func withBuildLock<R>(
    of projection: String, as purpose: BuildOwner.Purpose, _ notice: (ModelNotice) -> Void,
    _ body: () throws -> R
  ) throws -> R {
    try FileManager.default.createDirectory(
      atPath: path(of: projection), withIntermediateDirectories: true)
    let lock = try BuildLock.take(
      of: projection, at: path(ofBuildLockOf: projection),
      as: BuildOwner(purpose, since: machine.now()),
      waiting: { notice(.waits(projection: projection, $0)) })
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }
}

// MARK: - What serves

extension ModelDirectory {
  private var servingPath: String { path + "/serving.json" }

  /// What the file says; nothing if it is not there. A disk that fails for a moment is an error,
  /// because what it hides would be removed as left over.
  func serving() throws -> Serving {
    try DurableFile.contents(servingPath).map { Serving(json: $0) } ?? Serving()
  }

  /// Only under the lock.
  func write(_ serving: Serving) throws {
    try DurableFile.replace(servingPath, with: serving.json)
  }

  /// Opens what serves of a projection.
  /// - Throws: ``RebuildReason`` if it cannot be used; other errors are of the moment.
  func openServing(of projection: String, for ledger: Ledger) throws -> OpenGeneration {
    guard let name = try serving().entries[projection]?.serving else {
      throw RebuildReason.neverBuilt
    }
    return try open(name, of: projection, for: ledger)
  }

  /// Opens a finished generation of any version that this release carries.
  /// - Throws: ``RebuildReason`` if it cannot be used; other errors are of the moment.
  func open(
    _ name: GenerationName, of projection: String, for ledger: Ledger
  ) throws -> OpenGeneration {
    let path = path(of: name, of: projection)
    guard let file = try GenerationFile(inDirectory: path) else { throw RebuildReason.neverBuilt }
    guard file.ledger == ledgerUUID else { throw RebuildReason.otherLog }
    guard let version = projections.projection(named: projection, thatMade: file) else {
      throw RebuildReason(file, against: projections[projection]) ?? .neverBuilt
    }
    do {
      let opened = try OpenGeneration.open(path: path, of: version)
      guard try opened.use({ try $0.isOf(ledger) }) else { throw RebuildReason.otherLog }
      return opened
    } catch  where isDamage(error) {
      throw RebuildReason.damaged("\(error)")
    }
  }
}

// MARK: - What is left over

extension ModelDirectory {
  /// Removes what no step of a generation's life leads to any more. Only under the lock. Whoever still
  /// reads an old generation keeps its file.
  func removeLeftovers() throws {
    let serving = try serving()
    for projection in projections.current.map(\.name) {
      // One above the others was built and had no time to take over.
      guard let kept = serving.entries[projection]?.names, let greatest = kept.map(\.number).max()
      else { continue }
      for name in try names(in: projection).compactMap({ GenerationName($0) })
      where !kept.contains(name) && name.number <= greatest {
        try FileManager.default.removeItem(atPath: path(of: name, of: projection))
      }
    }
    for projection in projections.current { try removeOldVerifications(in: projection.name) }
  }

  /// Removes the generations of the layout before this one, when there is something in their place.
  func removeOlderLayout() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path)
    where name.wholeMatch(of: /(building-)?generation-[0-9]+|building-verify/) != nil {
      try FileManager.default.removeItem(atPath: path + "/" + name)
    }
  }

  /// What is in the directory of a projection.
  func names(in projection: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path(of: projection))
    } catch CocoaError.fileReadNoSuchFile {
      return []
    }
  }
}
