import LMDB

/// What was or is to be built.
protocol GenerationDefinition {
  /// Of the projection.
  var version: Int { get }
  /// The read models, with their versions.
  var tables: [String: Int] { get }
}

/// A version of a projection that this release carries.
struct RegisteredProjection: Sendable, GenerationDefinition {
  /// Lower case, no spaces: it is the name of a directory.
  let name: String
  /// Raised whenever a generation of before cannot go on: other rows for the same history, or other
  /// databases beside them.
  let version: Int
  /// The read models in it, with their versions.
  let tables: [String: Int]
  /// Opens a generation in a directory, or makes an empty one there. Where it is being built,
  /// commits are not synced one by one.
  let open: @Sendable (_ path: String, _ isBeingBuilt: Bool) throws -> any ModelGeneration
}

/// The projections of a release.
struct ProjectionSet: Sendable {
  /// What the release builds.
  var current: [RegisteredProjection]
  /// What the release before built: such generations serve until those of the current version are
  /// there, and are kept up to date for a rollback (SEMANTICS 25).
  var previous: [RegisteredProjection]

  /// Those of this release.
  static let released = ProjectionSet(
    current: ProjectionRegistry.current, previous: ProjectionRegistry.previous)

  /// The current version of a projection.
  subscript(_ name: String) -> RegisteredProjection {
    guard let projection = current.first(where: { $0.name == name }) else {
      preconditionFailure("no projection is called \(name)")
    }
    return projection
  }

  /// The version of a projection that made what `file` describes; nil if this release has none.
  func projection(named name: String, thatMade file: GenerationFile) -> RegisteredProjection? {
    (current + previous).first { projection in
      projection.name == name && projection.made(file)
    }
  }
}

extension RegisteredProjection {
  /// Whether a generation is of this version. The versions of its tables are compared too, so that a
  /// change of one of them is never overlooked.
  func made(_ file: GenerationFile) -> Bool {
    RebuildReason(file, against: self) == nil
  }
}

/// The projections of this release.
enum ProjectionRegistry {
  /// The name of the projection that has sessions, with their usage and costs.
  static let sessions = "sessions"

  /// The versions of projections that this release builds. A projection begins with a line here.
  static let current: [RegisteredProjection] = [
    RegisteredProjection(
      name: sessions, version: Generation.version,
      tables: Dictionary(uniqueKeysWithValues: SessionTables.stored.map { ($0.name, $0.version) }),
      open: { try Generation(path: $0, isBeingBuilt: $1) }),
    RegisteredProjection(StationsProjection()),
  ]

  /// The versions before them, as long as this release can go on folding with them.
  static let previous: [RegisteredProjection] = []
}
