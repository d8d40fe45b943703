import LMDB
import Synchronization

/// A finished generation that is open, shared by all of this process who use it: LMDB lets a process
/// open an environment only once.
///
/// The generation is closed with the last value of this type. Whoever keeps ``generation`` keeps
/// this too.
final class OpenGeneration: Sendable {
  /// Only ``OpenGenerations`` owns it, so that it is closed inside its lock.
  unowned let generation: any ModelGeneration
  /// The version that made it.
  let version: RegisteredProjection
  private let identity: DirectoryIdentity

  private init(
    _ generation: any ModelGeneration, _ version: RegisteredProjection,
    _ identity: DirectoryIdentity
  ) {
    self.generation = generation
    self.version = version
    self.identity = identity
  }

  deinit { OpenGenerations.release(identity) }

  /// Opens what is in the directory `path`, if this process has not done so already.
  static func open(path: String, of projection: RegisteredProjection) throws -> OpenGeneration {
    let (generation, identity) = try OpenGenerations.open(path, projection)
    return OpenGeneration(generation, projection, identity)
  }

  /// Runs `body` while the generation is open.
  func use<R>(_ body: (any ModelGeneration) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(generation) }
  }
}

/// The finished generations that this process has open, with the number of their users.
private enum OpenGenerations {
  private static let table = Mutex<[DirectoryIdentity: (any ModelGeneration, users: Int)]>([:])

  static func open(
    _ path: String, _ projection: RegisteredProjection
  ) throws -> (any ModelGeneration, DirectoryIdentity) {
    try table.withLock { table in
      guard let identity = DirectoryIdentity(of: path) else {
        throw ProjectionError.damagedRow("\(path) is not there")
      }
      let generation = try table[identity]?.0 ?? Self.open(projection, path)
      table[identity] = (generation, (table[identity]?.users ?? 0) + 1)
      return (generation, identity)
    }
  }

  static func release(_ identity: DirectoryIdentity) {
    table.withLock { table in
      guard let users = table[identity]?.users else { return }
      if users > 1 { table[identity]?.users = users - 1 } else { table[identity] = nil }
    }
  }

  /// A damaged generation can be built again, and the error says so.
  private static func open(
    _ projection: RegisteredProjection, _ path: String
  ) throws -> any ModelGeneration {
    do {
      return try projection.open(path, false)
    } catch let error as LMDBError where error.code.isDamage {
      throw ProjectionError.damagedRow("\(path): \(error.code)")
    }
  }
}

extension LMDBError.Code {
  /// Whether the file itself is at fault.
  var isDamage: Bool {
    [.notADatabase, .truncated, .corrupted, .pageNotFound, .versionMismatch].contains(self)
  }
}
