import Bytes
import EventLog
import LMDB
import Quantities
import Sessions

/// One build of one projection: an environment of its own, which holds nothing that the log does
/// not, with the checkpoint that says how much of the log is in it.
///
/// This is all that building, comparing, switching and verifying know of a projection. What is
/// stored in the environment, and how it is folded, is the projection's own affair.
protocol ModelGeneration: AnyObject, Sendable {
  /// The directory.
  var path: String { get }
  var environment: Environment { get }
  /// The read models in it: what has rows and a digest.
  var tables: [ModelTable] { get }
  /// What queries about sessions read; nil if this version does not store sessions in that way.
  var sessions: Generation? { get }

  /// The checkpoint as committed; an empty one if nothing was folded yet.
  func checkpoint(in transaction: borrowing ReadTransaction) throws -> Checkpoint

  /// The digests of what is stored beside the rows, by name. Two builds from one log are equal.
  func tableDigests(in transaction: borrowing ReadTransaction) throws -> [String: SHA256Digest]

  /// What a row is about, for people: the id of a session, the name of a station.
  func subject(
    ofKey key: UnsafeRawBufferPointer, in table: ModelTable,
    _ transaction: borrowing ReadTransaction
  ) -> String

  /// Folds what the log has behind the checkpoint, and commits now and then. A kill at any moment
  /// loses work and never correctness: the next call goes on.
  ///
  /// - Parameter head: where to stop; nil is the head of the log now.
  func catchUp(
    _ ledger: Ledger, through head: UInt64?, _ settings: FoldSettings,
    _ progress: (FoldProgress) -> Void
  ) throws

  /// The greatest time that a station has been folded to, for a plan; nil if nobody knows.
  func foldedThrough(_ station: StationID) throws -> Instant?

  /// How many rows are written again when facts are new, for a plan.
  /// - Parameter impact: what the new ones may be about.
  func rowsWrittenAgain(for impact: FactImpact) throws -> UInt64

  /// All that any fold of the same log makes the same, the rows of read models and what is beside
  /// them. In the same order in all generations of a version.
  var comparedTables: [ComparedTable] { get }
}

/// A read model in an environment: a database of rows.
struct ModelTable: Sendable {
  let name: String
  /// Raised whenever the same history gives other rows.
  let version: Int
  let rows: Database
}

extension ModelGeneration {
  func catchUp(
    _ ledger: Ledger, through head: UInt64?, workers: Int, _ progress: (FoldProgress) -> Void
  ) throws {
    try catchUp(ledger, through: head, FoldSettings(workers: workers), progress)
  }

  /// The checkpoint as committed; an empty one if nothing was folded yet.
  func checkpoint() throws -> Checkpoint {
    try environment.read { transaction in try checkpoint(in: transaction) }
  }

  /// Whether all that is folded in is in this log. It is not if the log came back from a backup, or
  /// is another one, and the models stayed.
  func isOf(_ ledger: Ledger) throws -> Bool {
    let checkpoint = try checkpoint()
    guard checkpoint.position > 0 else { return true }
    let record = try ledger.read { log in try log.envelope(at: checkpoint.position) }
    return record?.salt == checkpoint.salt
  }

  /// The digests of all read models.
  /// - Complexity: O(rows), at the speed of SHA-256.
  func digests() throws -> [ReadModelDigest] {
    try environment.read { transaction in try digests(in: transaction) }
  }

  /// As ``digests()``, of one snapshot.
  func digests(in transaction: borrowing ReadTransaction) throws -> [ReadModelDigest] {
    try tables.map { table in
      let (count, digest) = try transaction.digest(of: table.rows)
      return ReadModelDigest(
        name: table.name, version: table.version, rows: count, digest: digest)
    }
  }

  /// Makes everything durable that a build has committed.
  func sync() throws { try environment.sync() }
}

extension ReadTransaction {
  /// SHA-256 over the entries of a database in the order of their keys, each as key, length and
  /// value.
  ///
  /// - Parameter part: what of a value counts; a value of which it gives nil has the length of none.
  func digest(
    of database: Database,
    _ part: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? = { $0 }
  ) throws -> (rows: Int, digest: SHA256Digest) {
    let hasher = SHA256Hasher()
    var count = 0
    try forEach(in: database) { entry in
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
