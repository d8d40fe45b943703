import EventLog
import Foundation
import JSON
import LMDB

/// `models/` in a ledger's directory: which generation serves, who may change that, and how a new
/// one takes over.
///
///     building-<name>/   a build under way; left by a crash, it is removed by the next owner
///     <name>/            a finished generation
///     serving.json       names the one that serves; replaced by rename
///     lock               held (flock) by whoever folds
struct ModelDirectory {
  let path: String

  init(ledger: Ledger) { self.path = ledger.path + "/models" }

  func path(of generation: String) -> String { path + "/" + generation }

  /// Runs `body` as the only process that changes the read models. Waits for another to finish.
  func withLock<R>(_ body: () throws -> R) throws -> R {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ProjectionError.system("open \(path)/lock", errno) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw ProjectionError.system("lock \(path)/lock", errno) }
    }
    try removeLeftovers()
    return try body()
  }

  /// Removes builds that were killed and generations that do not serve. Nobody else is building,
  /// because we hold the lock; whoever still reads an old generation keeps its file.
  private func removeLeftovers() throws {
    let serving = try serving()?.generation
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      let isOld = Serving.number(ofGeneration: name) != nil && name != serving
      guard isOld || name.hasPrefix(Self.buildingPrefix) else { continue }
      try FileManager.default.removeItem(atPath: path(of: name))
    }
  }

  private static let buildingPrefix = "building-"
}

/// The contents of `serving.json`.
struct Serving: Equatable {
  var generation: String
  /// The version of each projection in it.
  var versions: [String: Int]

  /// How generations are stored; raise it when the databases beside the rows change.
  var layout: Int

  /// Whether this release stores the same projections in the same way.
  var isCurrent: Bool {
    versions == Serving.currentVersions && layout == Serving.currentLayout
  }

  static let currentLayout = 5

  static func name(ofGeneration number: UInt32) -> String { "generation-\(number)" }

  /// The number in the name of a generation; nil for any other text. What a file says is used as a
  /// name only if it is one, because generations are removed.
  static func number(ofGeneration name: String) -> UInt32? {
    name.split(separator: "-").last.flatMap { UInt32($0) }.flatMap {
      Serving.name(ofGeneration: $0) == name ? $0 : nil
    }
  }

  static var currentVersions: [String: Int] {
    Dictionary(uniqueKeysWithValues: ProjectionRegistry.stored.map { ($0.name, $0.version) })
  }
}

extension ModelDirectory {
  private var servingPath: String { path + "/serving.json" }

  /// What serves; nil if nothing was built yet or the file makes no sense. Read models can be
  /// deleted at any time, so a broken file is no reason to stop: they are built again. A disk that
  /// fails for a moment is one, because what it hides would be removed as left over.
  func serving() throws -> Serving? {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: servingPath))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    }
    let serving = try? data.withUnsafeBytes { bytes in
      try JSONParser().withParsed(bytes) { root -> Serving? in
        guard let generation = root["generation"]?.string, let versions = root["versions"] else {
          return nil
        }
        var found: [String: Int] = [:]
        for member in versions.members {
          found[String(decoding: member.name, as: UTF8.self)] = member.value.int64.map { Int($0) }
        }
        let layout = root["layout"]?.int64.map { Int($0) } ?? 0
        return Serving(generation: generation, versions: found, layout: layout)
      }
    }
    guard let serving, Serving.number(ofGeneration: serving.generation) != nil,
      FileManager.default.fileExists(atPath: path(of: serving.generation))
    else { return nil }
    return serving
  }

  /// Opens a finished generation. A damaged one can be built again, and the error says so.
  func openGeneration(_ name: String) throws -> Generation {
    do {
      return try Generation(path: path(of: name), isBeingBuilt: false)
    } catch {
      guard error.code.isDamage else { throw error }
      throw ProjectionError.damagedRow("\(name): \(error.code)")
    }
  }

  /// The digests of what serves; none if nothing does that this release can read.
  func servingDigests() throws -> [ReadModelDigest] {
    guard let serving = try serving(), serving.isCurrent else { return [] }
    do {
      return try openGeneration(serving.generation).digests()
    } catch ProjectionError.damagedRow {
      return []
    } catch let error as LMDBError where error.code.isDamage {
      return []
    }
  }

  /// Builds a generation from the first event to the head and makes it serve.
  /// - Returns: its name.
  func build(
    ledger: Ledger, workers: Int, _ progress: (FoldProgress) -> Void
  ) throws -> String {
    let old = try serving().flatMap { Serving.number(ofGeneration: $0.generation) } ?? 0
    let name = Serving.name(ofGeneration: old &+ 1)
    let temporary = path(of: Self.buildingPrefix + name)
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    do {
      let generation = try Generation(path: temporary, isBeingBuilt: true)
      try FoldRunner(ledger: ledger, generation: generation, workers: workers).run(progress)
      try generation.environment.sync()
    }
    // The name of its file too, before the directory gets a name under which it can serve.
    try DurableFile.syncDirectory(temporary)
    try FileManager.default.moveItem(atPath: temporary, toPath: path(of: name))
    try DurableFile.syncDirectory(path)
    try write(
      Serving(
        generation: name, versions: Serving.currentVersions, layout: Serving.currentLayout))
    try removeLeftovers()
    return name
  }

  /// Runs `body` on an empty generation that is removed afterwards.
  func withTemporaryGeneration<R>(_ body: (Generation) throws -> R) throws -> R {
    let temporary = path(of: Self.buildingPrefix + "verify")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    return try body(Generation(path: temporary, isBeingBuilt: true))
  }

  private func write(_ serving: Serving) throws {
    var json = JSONWriter()
    json.object { json in
      json.member("generation", serving.generation)
      json.member("layout", serving.layout)
      json.object("versions") { json in
        for (name, version) in serving.versions.sorted(by: { $0.key < $1.key }) {
          json.member(name, version)
        }
      }
    }
    try DurableFile.replace(servingPath, with: json.bytes)
  }
}

extension LMDBError.Code {
  /// Whether the file itself is at fault.
  fileprivate var isDamage: Bool {
    [.notADatabase, .truncated, .corrupted, .pageNotFound, .versionMismatch].contains(self)
  }
}
