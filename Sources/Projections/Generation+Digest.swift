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
  /// What differs row for row; nil if there was nothing to compare with, or nothing differs.
  public var difference: RowDifference?

  /// Compares the models of two generations by their digests, and where those differ, or their
  /// versions do, row for row.
  static func compare(
    _ old: any ModelGeneration, _ oldSnapshot: borrowing ReadTransaction,
    with new: any ModelGeneration, _ newSnapshot: borrowing ReadTransaction
  ) throws -> [ReadModelComparison] {
    var compared = compare(
      try old.digests(in: oldSnapshot), with: try new.digests(in: newSnapshot))
    for (index, table) in new.tables.enumerated() where compared[index].isSame != true {
      guard let before = old.tables.first(where: { $0.name == table.name }) else { continue }
      compared[index].difference = try RowDifference(
        from: before, of: old, oldSnapshot, to: table, of: new, newSnapshot)
    }
    return compared
  }

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
  func tableDigests(in transaction: borrowing ReadTransaction) throws -> [String: SHA256Digest] {
    var digests: [String: SHA256Digest] = [:]
    for table in [summaries, evidence, ids, names, byStation] {
      digests[table.name] = try transaction.digest(of: table).digest
    }
    digests[stations.name] =
      try transaction.digest(of: stations, StationState.comparablePart).digest
    return digests
  }
}
