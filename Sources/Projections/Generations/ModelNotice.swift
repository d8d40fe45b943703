/// What a person should know of read models that are opened or built.
public enum ModelNotice: Sendable, Hashable {
  /// What serves cannot be used, so it is built first.
  case buildsFirst(projection: String, RebuildReason)
  /// Another process builds what is needed.
  case waits(projection: String, BuildOwner)
  /// The generation of an older version serves; a rebuild brings the current one.
  case servesOlderVersion(projection: String, RebuildReason)
  /// A build that was killed is gone on with.
  case resumes(projection: String, generation: String, position: UInt64)
  /// A build that was killed cannot be gone on with.
  case discards(projection: String, generation: String, DiscardReason)
}

/// Why a build that was killed cannot be gone on with.
public enum DiscardReason: String, Sendable, Hashable {
  case otherBoot = "the machine was started again since, and it was not synced"
  case otherVersion = "it is of another version"
  case otherLog = "it is of another log"
  case damaged = "it is damaged"
  case hasServed = "it has served before"
  case surplus = "another one is gone on with"
}

extension ModelNotice: CustomStringConvertible {
  public var description: String {
    switch self {
    case .buildsFirst(let projection, let reason):
      "The read models `\(projection)` are built anew first (\(reason))."
    case .waits(let projection, let owner):
      "Waiting for the read models `\(projection)`, which are built by \(owner)."
    case .servesOlderVersion(let projection, let reason):
      "The read models `\(projection)` are those of an older version (\(reason)). "
        + "`wattledger rebuild --needed` builds the new ones beside them."
    case .resumes(let projection, let generation, let position):
      "Going on with the build \(generation) of `\(projection)` behind position \(position)."
    case .discards(let projection, let generation, let reason):
      "The build \(generation) of `\(projection)` is begun anew: \(reason.rawValue)."
    }
  }
}
