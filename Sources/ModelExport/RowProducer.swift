import Bytes
import Projections
import Quantities
import Sessions
import Sites

/// Makes rows of stored sessions. Pure, so any number of threads may do it at once.
struct RowProducer: Sendable {
  let facts: Facts
  let filter: SessionFilter

  /// The rows of those of `sessions` that are asked for.
  func rows(of sessions: [StoredSession]) throws -> RowBatch {
    var batch = RowBatch()
    var intervals: [SessionInterval] = []
    for stored in sessions {
      let entry = try stored.entry(under: facts)
      guard filter.matches(entry) else { continue }
      batch.sessions += 1
      batch.add(
        ExportedSession(
          key: stored.key, entry: entry, fingerprint: try Self.fingerprint(of: stored, facts)),
        intervals: &intervals)
    }
    return batch
  }

  /// A number that changes whenever a row of the session may have: made of all that they are made
  /// of, which is what the read models store of it and the site fact that holds for it. Reading it
  /// costs far less than making the rows.
  ///
  /// The last record of a session is not enough to tell: silence closes it, tariffs price it anew,
  /// and corrections change it without one.
  static func fingerprint(of stored: StoredSession, _ facts: Facts) throws -> UInt64 {
    let header = try SessionHeader(row: stored.row)
    let placement = facts.placement(
      ofStation: facts.stationName(header.station), at: header.startedAt)
    var hash = StableHash64()
    hash.combine(StableHash64.hashByWords(stored.row))
    hash.combine(stored.cost.map { StableHash64.hashByWords($0) } ?? 0)
    hash.combine(placement?.position ?? 0)
    return hash.value
  }
}
