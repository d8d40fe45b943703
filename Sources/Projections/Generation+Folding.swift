import LMDB
import Quantities
import Sessions

extension Generation: FoldStore {
  func makeWork(facts: Facts) -> SessionWork { SessionWork(generation: self, facts: facts) }

  func stationsWithTimers(dueBy logTime: Instant) throws -> [StationID] {
    try stationsWithOpenSessions()
  }

  /// Writes the rows again that depend on facts. Sessions themselves stay as they are.
  func takeNewFacts(_ facts: Facts, since checkpoint: Checkpoint) throws -> [StationID] {
    let context = RowContext(facts: facts)
    var next: UInt64? = 0
    while let first = next {
      var batch = WriteBatch()
      next = try encodeRows(from: first, context, into: &batch)
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

  /// Encodes the rows of some sessions from a key on and returns the key to go on from.
  private func encodeRows(
    from first: UInt64, _ context: RowContext, into batch: inout WriteBatch
  ) throws -> UInt64? {
    var next: UInt64?
    try environment.read { transaction in
      try withUnsafeBytes(of: first.bigEndian) { start in
        try transaction.forEach(in: rows[0], from: start) { entry in
          guard let sessionKey = Key.number(entry.key) else { return true }
          if batch.rows.count >= Self.rowsPerCommit {
            next = sessionKey
            return false
          }
          let session = try Session(row: entry.value)
          context.stationName = context.facts.stationName(session.station)
          batch.encodeRows(of: session, in: context) { $0.dependsOnFacts }
          return true
        }
      }
    }
    return next
  }

  private static let rowsPerCommit = 50_000
}
