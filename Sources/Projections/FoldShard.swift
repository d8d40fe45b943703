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
  private let reader = RecordReader()
  private let history: StoredSessions
  private let context: RowContext

  /// By station id; nil until the station's first event in this run.
  private var states: [StationState?] = []
  private var changes = SessionChanges()
  /// Of the records seen.
  private var time = LogTime()
  /// The greatest time of receipt that counts among the records seen (SEMANTICS 5).
  var logTime: Instant { time.latest }

  init(index: Int, count: Int, ledger: Ledger, generation: Generation, facts: Facts) {
    self.index = index
    self.count = count
    self.ledger = ledger
    self.generation = generation
    self.history = StoredSessions(generation: generation)
    self.context = RowContext(facts: facts)
  }

  /// The control stream has no fold, but somebody must read its records too: in one of them the
  /// number of the station may be damaged.
  private func isMine(_ station: UInt32) -> Bool { Int(station) % count == index }

  /// Folds the records at `positions` and returns what is to be written.
  func fold(_ positions: ClosedRange<UInt64>) throws -> WriteBatch {
    try ledger.read { snapshot in
      try snapshot.forEachEvent(
        from: positions.lowerBound, through: positions.upperBound,
        where: { envelope in
          time.note(envelope)
          return isMine(envelope.station)
        }
      ) { envelope, body in
        guard envelope.station != 0 else { return true }
        let state = try self.state(of: StationID(rawValue: envelope.station), in: snapshot)
        try fold(envelope, body, into: state)
        return true
      }
    }
    return try collect(openedOrChangedSince: positions.lowerBound)
  }

  private func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, into state: StationState
  ) throws {
    if state.needsRefold { return }
    if envelope.receivedAt < state.foldedThrough {
      state.needsRefold = true
      state.isTouched = true
      return
    }
    try apply(envelope, body, to: state, history)
  }

  private func apply(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, to state: StationState,
    _ history: some SessionHistory
  ) throws {
    state.foldedThrough = envelope.receivedAt
    state.isTouched = true
    try state.apply(
      envelope, body, reader: reader, facts: context.facts, history: history, changes: &changes)
  }
}

// MARK: - Timers and stations that must be folded again

extension FoldShard {
  /// Fires the timers of all stations that are due at `logTime` (SEMANTICS 5).
  func advance(to logTime: Instant, stations: [StationID]) throws -> WriteBatch {
    try ledger.read { snapshot in
      for station in stations where isMine(station.rawValue) {
        let state = try self.state(of: station, in: snapshot)
        guard !state.needsRefold else { continue }
        let before = changes.revision
        try state.fold.advance(to: logTime, history: history, changes: &changes)
        guard changes.revision != before else { continue }
        state.foldedThrough = max(state.foldedThrough, logTime)
        state.isTouched = true
      }
    }
    return try collect(openedOrChangedSince: .max)
  }

  /// Folds a station from its first record, in order of (received-at, position): the result is as
  /// if every record had come in order (SEMANTICS 3).
  func refold(_ station: StationID, through head: UInt64) throws -> WriteBatch {
    try ledger.read { snapshot in
      let state = StationState(
        station: station, name: try snapshot.stationName(station.rawValue) ?? "")
      setState(state)
      for position in try snapshot.foldOrder(ofStation: station, through: head) {
        guard let event = try snapshot.event(at: position) else { continue }
        try apply(event.envelope, event.body, to: state, NoHistory())
      }
    }
    var batch = try collect(openedOrChangedSince: 0)
    batch.replacedStations = [station]
    return batch
  }
}

// MARK: - Results

extension FoldShard {
  /// The stations of which this shard has folded anything.
  var changedStations: [StationID] { states.compactMap { $0?.station } }

  /// Stations of this shard that got a record older than what they had folded.
  var stationsToRefold: [StationID] {
    states.compactMap { $0 }.filter(\.needsRefold).map(\.station)
  }

  /// Encodes all that changed, and forgets it.
  ///
  /// Open sessions are in their station's fold, so of these the ones with a record at `position`
  /// or later are written.
  private func collect(openedOrChangedSince position: UInt64) throws -> WriteBatch {
    var batch = WriteBatch()
    for session in changes.sessions where session.state == .closed {
      write(session, into: &batch)
    }
    for case let state? in states where state.isTouched {
      for session in state.fold.open(changedSince: position) { write(session, into: &batch) }
      let bytes = batch.encode { state.encode(into: &$0) }
      batch.states.append(.init(station: state.station, bytes: bytes))
      state.isTouched = false
    }
    for (name, sessionKey) in changes.keys {
      batch.names.append(.init(name: name, sessionKey: sessionKey))
    }
    // A dictionary has no order of its own, and pages should not depend on a hash seed.
    batch.names.sort { $0.name.rawValue < $1.name.rawValue }
    changes.removeAll()
    return batch
  }

  private func write(_ session: Session, into batch: inout WriteBatch) {
    let stationName = states[Int(session.station.rawValue)]?.name ?? ""
    if context.facts.corrections.touches(session, stationName: stationName) {
      return batch.keepEvidence(session)
    }
    context.stationName = stationName
    batch.appendRows(of: session, in: context)
  }
}

// MARK: - States

extension FoldShard {
  private func state(
    of station: StationID, in snapshot: borrowing LogSnapshot
  ) throws -> StationState {
    let index = Int(station.rawValue)
    if index < states.count, let state = states[index] { return state }
    let name = try snapshot.stationName(station.rawValue) ?? ""
    let state =
      try generation.state(of: station, name: name) ?? StationState(station: station, name: name)
    setState(state)
    return state
  }

  private func setState(_ state: StationState) {
    let index = Int(state.station.rawValue)
    while states.count <= index { states.append(nil) }
    states[index] = state
  }
}
