import LMDB
import Quantities
import Sessions

extension Generation: FoldStore {
  func makeWork(facts: Facts) -> SessionWork { SessionWork(generation: self, facts: facts) }

  func stationsWithTimers(dueBy logTime: Instant) throws -> [StationID] {
    try stationsWithOpenSessions()
  }

  /// Writes the rows again that depend on facts, of the sessions that the new ones may be about.
  /// Sessions themselves stay as they are.
  func takeNewFacts(_ facts: Facts, _ impact: FactImpact) throws -> [StationID] {
    let context = RowContext(facts: facts)
    var keys = try sessionKeys(within: impact)[...]
    while !keys.isEmpty {
      let batch = try rowsThatDependOnFacts(
        ofSessions: keys.prefix(Self.sessionsPerCommit), context)
      keys = keys.dropFirst(Self.sessionsPerCommit)
      try environment.write { transaction in try write([batch], in: transaction) }
    }
    return []
  }

  /// Gives sessions that people have corrected their rows.
  func conclude(
    _ changed: Set<StationID>?, _ facts: Facts, since checkpoint: Checkpoint
  ) throws {
    let isCorrected = checkpoint.correctionsPosition != facts.corrections.lastPosition
    try CorrectionStage(generation: self, facts: facts).run(changed: isCorrected ? nil : changed)
  }

  /// The sessions that new facts may be about, in the order of their keys.
  /// - Complexity: O(sessions of the stations), or of all stations.
  func sessionKeys(within impact: FactImpact) throws -> [UInt64] {
    try environment.read { transaction in
      var keys: [UInt64] = []
      if impact.everywhere != nil {
        try transaction.forEach(in: byStation) { entry in
          guard let station = Key.station(entry.key), let key = Key.number(entry.key, at: 4),
            let start = Key.number(entry.value)
          else { throw ProjectionError.damagedRow("by_station") }
          let starts = impact.starts(ofStation: station)
          if starts?.contains(Key.instant(sortable: start)) == true { keys.append(key) }
          return true
        }
      } else {
        for (station, starts) in impact.stations {
          for (key, start) in try sessionKeys(of: station, in: transaction)
          where starts.contains(start) {
            keys.append(key)
          }
        }
      }
      return keys.sorted()
    }
  }

  private func rowsThatDependOnFacts(
    ofSessions keys: ArraySlice<UInt64>, _ context: RowContext
  ) throws -> WriteBatch {
    var batch = WriteBatch()
    try environment.read { transaction in
      for key in keys {
        guard let session = try session(key, in: transaction) else { continue }
        context.stationName = context.facts.stationName(session.station)
        batch.encodeRows(of: session, in: context) { $0.dependsOnFacts }
      }
    }
    return batch
  }

  private static let sessionsPerCommit = 25_000
}
