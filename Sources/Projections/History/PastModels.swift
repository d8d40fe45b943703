public import EventLog
import Foundation
import JSON
public import Quantities

/// Read models as they were when the log ended at some position, in a directory of their own. Nothing
/// is ever folded into them again, and queries read them like those that serve: with the facts of
/// then too.
///
///     as-of.json     which prefix of which log; written last, so without it the build was not finished
///     sessions/      a generation of each projection
public struct PastModels: Sendable {
  public let path: String
  /// The last record that was known.
  public let position: UInt64
  /// When that was recorded.
  public let recordedAt: Instant

  private var file: String { path + "/as-of.json" }

  /// Builds them from the first event on.
  ///
  /// - Parameters:
  ///   - position: from 1 to the head of the log.
  ///   - path: a directory that is empty, or not there yet; outside that of the ledger.
  /// - Throws: ``PastModelsError`` if anything is in the directory, or if it is in that of the ledger.
  /// - Complexity: as a rebuild of the prefix.
  public static func build(
    of ledger: Ledger, through position: UInt64, into path: String,
    workers: Int = ReadModels.defaultWorkers, progress: (FoldProgress) -> Void = { _ in }
  ) throws -> PastModels {
    guard let last = try ledger.read({ log in try log.envelope(at: position) }) else {
      throw PastModelsError.noSuchPosition(position)
    }
    guard !path.isEmpty else { throw PastModelsError.noDirectory }
    guard !isPath(path, inside: ledger.path) else { throw PastModelsError.insideLedger(path) }
    let manager = FileManager.default
    guard try !manager.fileExists(atPath: path) || manager.contentsOfDirectory(atPath: path).isEmpty
    else { throw PastModelsError.notEmpty(path) }
    for projection in ProjectionSet.released.current {
      let directory = path + "/" + projection.name
      try manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let generation = try projection.open(directory, true)
      try generation.catchUp(ledger, through: position, workers: workers, progress)
      try generation.sync()
      try DurableFile.syncDirectory(directory)
    }
    let models = PastModels(path: path, position: position, recordedAt: last.recordedAt)
    try models.write(ledger)
    return models
  }

  /// Whether a path, which need not be there, leads into a directory.
  private static func isPath(_ path: String, inside directory: String) -> Bool {
    let inner = URL(fileURLWithPath: path).resolvingSymlinksInPath().pathComponents
    let outer = URL(fileURLWithPath: directory).resolvingSymlinksInPath().pathComponents
    return inner.starts(with: outer)
  }

  /// What was built in a directory.
  ///
  /// - Throws: ``PastModelsError`` if it is none of this log, or of another version of the program.
  public init(at path: String, of ledger: Ledger) throws {
    let found = try FileManager.default.contents(atPath: path + "/as-of.json")?.withUnsafeBytes {
      try JSONParser().withParsed($0) { json in
        (
          json["ledger"]?.string, json["position"]?.int64.flatMap { UInt64(exactly: $0) },
          json["recorded_at"]?.string.flatMap { Instant(rfc3339: $0) }, json["versions"]?.string
        )
      }
    }
    guard let found, let position = found.1, let recordedAt = found.2 else {
      throw PastModelsError.notBuilt(path)
    }
    guard found.0 == ledger.file.uuid else { throw PastModelsError.otherLog(path) }
    guard found.3 == Self.versions else { throw PastModelsError.otherVersion(path) }
    self.init(path: path, position: position, recordedAt: recordedAt)
  }

  private init(path: String, position: UInt64, recordedAt: Instant) {
    self.path = path
    self.position = position
    self.recordedAt = recordedAt
  }

  private func write(_ ledger: Ledger) throws {
    var json = JSONWriter()
    json.object { json in
      json.member("ledger", ledger.file.uuid)
      json.member("position", position)
      json.member("recorded_at", recordedAt.rfc3339)
      json.member("versions", Self.versions)
    }
    json.endLine()
    try DurableFile.replace(file, with: json.bytes)
  }

  /// All that decides whether this release can read what another has built, as one text.
  private static var versions: String {
    ProjectionSet.released.current.map { projection in
      let tables = projection.tables.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      return "\(projection.name) \(projection.version) (\(tables.joined(separator: ", ")))"
    }.joined(separator: "; ")
  }

  /// Opens them for queries.
  public func open(for ledger: Ledger) throws -> ReadModels {
    var opened: [String: OpenGeneration] = [:]
    for projection in ProjectionSet.released.current {
      let generation = try OpenGeneration.open(path: path + "/" + projection.name, of: projection)
      let isSame = try generation.use {
        try $0.isOf(ledger) && $0.checkpoint().position == position
      }
      guard isSame else { throw PastModelsError.otherLog(path) }
      opened[projection.name] = generation
    }
    return try ReadModels(ledger: ledger, asOf: position, opened)
  }

  /// The digests of the read models.
  /// - Complexity: O(rows), at the speed of SHA-256.
  public func digests(for ledger: Ledger) throws -> [ReadModelDigest] {
    try open(for: ledger).allDigests()
  }
}

/// Why read models as of an earlier position cannot be built or read.
public enum PastModelsError: Error, Equatable {
  /// The log does not have this position.
  case noSuchPosition(UInt64)
  /// The name of the directory is empty.
  case noDirectory
  /// The directory is in that of the ledger, where rebuilds remove what they do not know.
  case insideLedger(String)
  /// There is something in the directory already.
  case notEmpty(String)
  /// There are no such read models in the directory, or their build was not finished.
  case notBuilt(String)
  case otherLog(String)
  case otherVersion(String)
}

extension PastModelsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchPosition(0): "Nothing had been recorded by then: there is nothing to build."
    case .noSuchPosition(let position): "The log has no position \(position)."
    case .noDirectory: "Name a directory to build into."
    case .insideLedger(let path):
      "\(path) is in the ledger's directory, which only has what the ledger puts there. Name another "
        + "directory."
    case .notEmpty(let path):
      "\(path) is not empty. Nothing is overwritten: name another directory, or remove it."
    case .notBuilt(let path):
      "\(path) has no read models that `rebuild --as-of … --into` has finished. Remove it, and "
        + "build them again."
    case .otherLog(let path): "The read models in \(path) are of another log."
    case .otherVersion(let path):
      "The read models in \(path) were built by another version of this program. Build them again "
        + "into another directory."
    }
  }
}
