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

  /// What a build that was killed has left. Nobody else is building, because we hold the lock.
  private func removeLeftovers() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path)
    where name.hasPrefix(Self.buildingPrefix) {
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

  static let currentLayout = 1

  static var currentVersions: [String: Int] {
    Dictionary(uniqueKeysWithValues: ProjectionRegistry.all.map { ($0.name, $0.version) })
  }
}

extension ModelDirectory {
  private var servingPath: String { path + "/serving.json" }

  /// What serves; nil if nothing was built yet or the file cannot be read. Read models can be
  /// deleted at any time, so a broken file is no reason to stop: they are built again.
  func serving() throws -> Serving? {
    guard let data = FileManager.default.contents(atPath: servingPath) else { return nil }
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
    guard let serving, FileManager.default.fileExists(atPath: path(of: serving.generation)) else {
      return nil
    }
    return serving
  }

  func servingDigests() throws -> [ReadModelDigest] {
    guard let serving = try serving(), serving.isCurrent else { return [] }
    let generation = try Generation(path: path(of: serving.generation), isBeingBuilt: false)
    return try generation.digests()
  }

  /// Builds a generation from the first event to the head and makes it serve.
  /// - Returns: its name.
  func build(
    ledger: Ledger, workers: Int, _ progress: (FoldProgress) -> Void
  ) throws -> String {
    let old = try serving()?.generation
    let name = nextName(after: old)
    let temporary = path(of: Self.buildingPrefix + name)
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    do {
      let generation = try Generation(path: temporary, isBeingBuilt: true)
      try FoldRunner(ledger: ledger, generation: generation, workers: workers).run(progress)
      try generation.environment.sync()
    }
    try? FileManager.default.removeItem(atPath: path(of: name))
    try FileManager.default.moveItem(atPath: temporary, toPath: path(of: name))
    try DurableFile.syncDirectory(path)
    try write(
      Serving(
        generation: name, versions: Serving.currentVersions, layout: Serving.currentLayout))
    if let old, old != name { try? FileManager.default.removeItem(atPath: path(of: old)) }
    return name
  }

  /// Runs `body` on an empty generation that is removed afterwards.
  func withTemporaryGeneration<R>(_ body: (Generation) throws -> R) throws -> R {
    let temporary = path(of: Self.buildingPrefix + "verify")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    return try body(Generation(path: temporary, isBeingBuilt: true))
  }

  private func nextName(after old: String?) -> String {
    let number = old.flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
    return "generation-\(number + 1)"
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
