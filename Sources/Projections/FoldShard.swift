import Bytes
import ChargerEvents
import EventLog
import JSON
import LMDB
import OCPP
import Quantities
import Sessions

/// One worker of a fold: it has every `count`-th station, scans the log, and folds the events of
/// its stations.
///
/// Stations share nothing, so shards need no locks and any number of them gives the same rows.
final class FoldShard {
  private let index: Int
  private let count: Int
  private let ledger: Ledger
  private let generation: Generation
  private let parser = JSONParser()
  let context: RowContext

  /// By station id; nil until the station's first event in this run.
  private var states: [StationState?] = []
  private var changes = SessionChanges()
  /// Sessions written in this chunk, before they are in the generation.
  private var pending = PendingSessions()
  /// The greatest plausible time of receipt among the records seen (SEMANTICS 5).
  private(set) var logTime = Instant.distantPast

  init(index: Int, count: Int, ledger: Ledger, generation: Generation, facts: Facts) {
    self.index = index
    self.count = count
    self.ledger = ledger
    self.generation = generation
    self.context = RowContext(facts: facts)
  }

  private func isMine(_ station: UInt32) -> Bool {
    station != 0 && Int(station) % count == index
  }

  /// Folds the records at `positions` and returns what is to be written.
  func fold(_ positions: ClosedRange<UInt64>) throws -> WriteBatch {
    try generation.environment.read { transaction in
      try ledger.read { snapshot in
        try snapshot.forEachEvent(
          from: positions.lowerBound, through: positions.upperBound,
          where: { envelope in
            self.noteTime(of: envelope)
            return self.isMine(envelope.station)
          }
        ) { envelope, body in
          let state = try self.state(of: envelope.station, snapshot, transaction)
          try self.fold(envelope, body, into: state, transaction)
          return true
        }
      }
      return try self.collect(since: positions.lowerBound)
    }
  }

  /// A clock that ran far ahead must not make every timer of the ledger fire.
  private func noteTime(of envelope: Envelope) {
    let latest = envelope.recordedAt.advanced(byMilliseconds: 24 * 3600 * 1000)
    if envelope.receivedAt > logTime, envelope.receivedAt <= latest {
      logTime = envelope.receivedAt
    }
  }

  private func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, into state: StationState,
    _ transaction: borrowing ReadTransaction
  ) throws {
    if state.needsRefold { return }
    if envelope.receivedAt < state.foldedThrough {
      state.needsRefold = true
      return
    }
    state.foldedThrough = envelope.receivedAt
    state.isTouched = true
    guard let version = OCPPVersion(kind: envelope.kind) else { return }
    let history = StoredSessions(
      generation: generation, transaction: transaction, pending: pending, station: state.station)
    let stamp = EventStamp(position: envelope.position, receivedAt: envelope.receivedAt)
    state.decoder.decode(
      body, version: version, fromStation: envelope.direction == .fromStation, parser: parser
    ) { event, readings in
      state.fold.apply(
        event, readings: readings, stamp: stamp, history: history, changes: &changes)
    }
    if !changes.isEmpty { takeChanges(of: state) }
  }
}
