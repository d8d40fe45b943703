/// Why a projection has to be built from the first event.
public enum RebuildReason: Error, Sendable, Hashable {
  case neverBuilt
  /// What serves is of another version, and this release can go on folding with it or not.
  case version(from: Int, to: Int)
  /// The versions of these read models are others than those that serve.
  case tables([String])
  /// What serves was folded from a log that is not this one, or not any more.
  case otherLog
  case damaged(String)
}

extension RebuildReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .neverBuilt: "never built"
    case .version(let from, let to): "version \(from) → \(to)"
    case .tables(let names): "other versions of \(names.joined(separator: ", "))"
    case .otherLog: "made from another log"
    case .damaged(let what): "damaged: \(what)"
    }
  }

  /// One word for programs.
  public var code: String {
    switch self {
    case .neverBuilt: "never_built"
    case .version: "version"
    case .tables: "tables"
    case .otherLog: "other_log"
    case .damaged: "damaged"
    }
  }

  /// Why something made by another version than `projection` is not what it makes; nil if it is.
  init?(_ made: some GenerationDefinition, against projection: some GenerationDefinition) {
    guard made.version == projection.version else {
      self = .version(from: made.version, to: projection.version)
      return
    }
    let names = Set(made.tables.keys).union(projection.tables.keys)
    let differing = names.filter { made.tables[$0] != projection.tables[$0] }
    guard !differing.isEmpty else { return nil }
    self = .tables(differing.sorted())
  }
}
