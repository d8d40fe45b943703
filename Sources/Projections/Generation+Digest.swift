import Bytes
import LMDB

/// The digest of one read model: SHA-256 over its rows in the order of their keys, each as key,
/// length and bytes. It covers nothing else, so two builds from one log are equal (SEMANTICS 24).
public struct ReadModelDigest: Sendable, Hashable {
  public var name: String
  public var version: Int
  public var rows: Int
  public var digest: SHA256Digest
}

/// A read model as it is and as it should be.
public struct ReadModelComparison: Sendable, Hashable {
  public var model: ReadModelDigest
  /// Whether the other build gave the same; nil if there was nothing to compare with.
  public var isSame: Bool?

  /// Compares each model of `after` with the one of the same name and version in `before`.
  static func compare(
    _ before: [ReadModelDigest], with after: [ReadModelDigest]
  ) -> [ReadModelComparison] {
    after.map { model in
      let old = before.first { $0.name == model.name && $0.version == model.version }
      return ReadModelComparison(model: model, isSame: old.map { $0.digest == model.digest })
    }
  }
}

/// What a fresh fold says about the generation that serves.
public struct ReadModelVerification: Sendable {
  /// Each read model.
  public var models: [ReadModelComparison]
  /// The tables beside the rows that are not as a fresh fold makes them: later rows, or what a query
  /// finds, may be wrong.
  public var differingTables: [String]

  /// Whether all is the same.
  public var isSame: Bool {
    differingTables.isEmpty && models.allSatisfy { $0.isSame != false }
  }
}

extension Generation {
  /// The digests of all read models.
  /// - Complexity: O(rows), at the speed of SHA-256.
  func digests() throws -> [ReadModelDigest] {
    try environment.read { transaction in
      // The rows of what is no read model come after those that are.
      try zip(ProjectionRegistry.all, rows).map { projection, database in
        let (count, digest) = try Self.digest(of: database, transaction)
        return ReadModelDigest(
          name: projection.name, version: projection.version, rows: count, digest: digest)
      }
    }
  }

  /// The digests of the tables beside the rows, by their names.
  func tableDigests() throws -> [String: SHA256Digest] {
    try environment.read { transaction in
      var digests: [String: SHA256Digest] = [:]
      for table in [summaries, evidence, ids, keys, byStart, byStation] {
        digests[table.name] = try Self.digest(of: table, transaction).digest
      }
      digests[stations.name] =
        try Self.digest(of: stations, transaction, StationState.comparablePart).digest
      return digests
    }
  }

  /// - Parameter part: what of a value counts; a value of which it gives nil has the length of none.
  private static func digest(
    of database: Database, _ transaction: borrowing ReadTransaction,
    _ part: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? = { $0 }
  ) throws -> (rows: Int, digest: SHA256Digest) {
    let hasher = SHA256Hasher()
    var count = 0
    try transaction.forEach(in: database) { entry in
      hasher.update(entry.key)
      let value = part(entry.value)
      withUnsafeBytes(of: value.map { UInt32($0.count) }?.bigEndian ?? .max) { hasher.update($0) }
      if let value { hasher.update(value) }
      count += 1
      return true
    }
    return (count, hasher.finalize())
  }
}
