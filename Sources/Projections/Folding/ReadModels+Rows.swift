import EventLog
import LMDB
import Sessions

/// A row of a ``Projection``. Its bytes are views that live until the next row is read.
public struct ProjectionRow {
  /// The name of the station or the id of the site that the row is about; empty for the whole log.
  public let subject: String
  /// The key that the projection gave it.
  public let key: UnsafeRawBufferPointer
  public let value: UnsafeRawBufferPointer
}

extension ReadModels {
  /// Calls `body` with the rows of a projection of this release, by the stations' numbers or by the
  /// sites' ids and then in the order of their keys, until it returns false.
  ///
  /// - Throws: ``ProjectionError`` if a row is damaged; and what `body` throws.
  public func forEachRow(
    of projection: some Projection, _ body: (ProjectionRow) throws -> Bool
  ) throws {
    try projection.forEachRow(in: try generation(of: projection.name), of: ledger, body)
  }
}

extension Projection {
  /// Calls `body` with the rows in a generation of this projection, until it returns false.
  func forEachRow(
    in generation: any ModelGeneration, of ledger: Ledger, _ body: (ProjectionRow) throws -> Bool
  ) throws {
    try generation.environment.read { transaction in
      let checkpoint = try generation.checkpoint(in: transaction)
      let facts = try Facts(reading: ledger, through: checkpoint.position)
      for table in generation.tables where table.name == name {
        try transaction.forEach(in: table.rows) { entry in
          guard let (subject, length) = subject(of: entry.key, facts) else {
            throw ProjectionError.damagedRow(table.name)
          }
          return try body(
            ProjectionRow(
              subject: subject, key: UnsafeRawBufferPointer(rebasing: entry.key[length...]),
              value: entry.value))
        }
      }
    }
  }

  /// What the row with this key is about, and how long the part of the key is that says so.
  fileprivate func subject(
    of key: UnsafeRawBufferPointer, _ facts: Facts
  ) -> (name: String, length: Int)? {
    switch partition.kind {
    case .station: Key.station(key).map { (facts.stationName($0), 4) }
    case .site, .wholeLog: PartitionKey.site(of: key).map { ($0.id, $0.length) }
    }
  }
}
