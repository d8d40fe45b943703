import EventLog
import Foundation
import LMDB

/// `models/` in a ledger's directory: which generation of each projection serves, who may change
/// that, and how a new one takes over.
///
///     serving.json                names the generations that serve; replaced by rename
///     lock                        held (flock) by whoever changes what serves, or brings it up to date
///     sessions/                   one directory for each projection
///       v6-1/                     a finished generation: version 6, first build
///       building-v6-2/            a build under way; left by a crash, it is removed
struct ModelDirectory: Sendable {
  let path: String
  let projections: ProjectionSet
  private let ledger: String

  init(ledger: Ledger, projections: ProjectionSet = .released) {
    self.path = ledger.path + "/" + Ledger.modelsDirectory
    self.ledger = ledger.file.uuid
    self.projections = projections
  }

  func path(of projection: String) -> String { path + "/" + projection }

  func path(of generation: GenerationName, of projection: String) -> String {
    "\(path(of: projection))/\(generation)"
  }

  /// Runs `body` as the only process that changes the read models. Waits for another to finish.
  func withLock<R>(_ body: () throws -> R) throws -> R {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let lock = try FileLock.take(path + "/lock")
    defer { withExtendedLifetime(lock) {} }
    try removeLeftovers()
    return try body()
  }
}

// MARK: - What serves

extension ModelDirectory {
  private var servingPath: String { path + "/serving.json" }

  /// What the file says; nothing if it is not there. A disk that fails for a moment is an error,
  /// because what it hides would be removed as left over.
  func serving() throws -> Serving {
    do {
      return Serving(json: try Data(contentsOf: URL(fileURLWithPath: servingPath)))
    } catch CocoaError.fileReadNoSuchFile {
      return Serving()
    }
  }

  func write(_ serving: Serving) throws {
    try DurableFile.replace(servingPath, with: serving.json)
  }

  /// Opens what serves of a projection; nil if nothing does that this release can read, or it is of
  /// another log.
  func openServing(of projection: String, for ledger: Ledger) throws -> OpenGeneration? {
    guard let name = try serving().entries[projection]?.serving else { return nil }
    return try open(name, of: projection, for: ledger)
  }

  /// Opens a finished generation; nil if this release cannot read it, or it is of another log.
  func open(
    _ name: GenerationName, of projection: String, for ledger: Ledger
  ) throws -> OpenGeneration? {
    let path = path(of: name, of: projection)
    guard let file = GenerationFile(inDirectory: path), file.ledger == self.ledger,
      let version = projections.projection(named: projection, thatMade: file)
    else { return nil }
    let opened = try OpenGeneration.open(path: path, of: version)
    return try opened.use { try $0.isOf(ledger) } ? opened : nil
  }

  /// The digests of what serves; none if nothing does that this release can read.
  func servingDigests(of projection: String, for ledger: Ledger) throws -> [ReadModelDigest] {
    do {
      return try openServing(of: projection, for: ledger)?.use { try $0.digests() } ?? []
    } catch ProjectionError.damagedRow {
      return []
    } catch let error as LMDBError where error.code.isDamage {
      return []
    }
  }
}

// MARK: - Building

extension ModelDirectory {
  /// Builds a generation from the first event to the head and makes it serve.
  func build(
    _ projection: RegisteredProjection, for ledger: Ledger, workers: Int,
    _ progress: (FoldProgress) -> Void
  ) throws {
    let name = try nextName(of: projection)
    let temporary = path(of: projection.name) + "/" + name.underWay
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    do {
      let generation = try projection.open(temporary, true)
      try generation.catchUp(ledger, through: nil, workers: workers, progress)
      try generation.sync()
    }
    // The name of its file too, before the directory gets a name under which it can serve.
    try GenerationFile(projection, ledger: self.ledger).write(inDirectory: temporary)
    try FileManager.default.moveItem(
      atPath: temporary, toPath: path(of: name, of: projection.name))
    try DurableFile.syncDirectory(path(of: projection.name))
    try DurableFile.syncDirectory(path)
    var serving = try serving()
    serving.entries[projection.name] = Serving.Entry(serving: name)
    try write(serving)
    try removeLeftovers()
  }

  private func nextName(of projection: RegisteredProjection) throws -> GenerationName {
    let greatest = try names(in: projection.name).map { GenerationName($0)?.number ?? 0 }.max()
    return GenerationName(version: projection.version, number: (greatest ?? 0) &+ 1)
  }

  /// Runs `body` on an empty generation that is removed afterwards.
  func withTemporaryGeneration<R>(
    of projection: RegisteredProjection, _ body: (any ModelGeneration) throws -> R
  ) throws -> R {
    let temporary = path(of: projection.name) + "/" + Self.temporaryName
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    return try body(projection.open(temporary, true))
  }

  private static let temporaryName = "building-verify"
}

// MARK: - What is left over

extension ModelDirectory {
  /// Removes builds that were killed and generations that do not serve. Nobody else is building,
  /// because we hold the lock; whoever still reads an old generation keeps its file.
  private func removeLeftovers() throws {
    let serving = try serving()
    for projection in projections.current.map(\.name) {
      let kept = serving.entries[projection]?.names ?? []
      for name in try names(in: projection) {
        let isOld = GenerationName(name).map { !kept.contains($0) } ?? false
        guard isOld || GenerationName(underWay: name) != nil || name == Self.temporaryName else {
          continue
        }
        try FileManager.default.removeItem(atPath: path(of: projection) + "/" + name)
      }
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: path)
    where Self.isOfOlderLayout(name) {
      try FileManager.default.removeItem(atPath: path + "/" + name)
    }
  }

  /// Until layout 5 all generations were in one directory.
  private static func isOfOlderLayout(_ name: String) -> Bool {
    name.wholeMatch(of: /(building-)?generation-[0-9]+|building-verify/) != nil
  }

  /// What is in the directory of a projection.
  private func names(in projection: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path(of: projection))
    } catch CocoaError.fileReadNoSuchFile {
      return []
    }
  }
}
