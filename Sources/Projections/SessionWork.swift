import EventLog
import Quantities
import Sessions

/// The sessions fold as one worker makes it.
final class SessionWork: FoldWork {
  private let generation: Generation
  private let reader = RecordReader()
  private let context: RowContext
  /// Of all stations of the worker.
  private var changes = SessionChanges()

  init(generation: Generation, facts: Facts) {
    self.generation = generation
    self.context = RowContext(facts: facts)
  }

  func storedStation(_ id: StationID, name: String) throws -> StationState? {
    try generation.state(of: id, name: name)
  }

  func newStation(_ id: StationID, name: String) -> StationState {
    StationState(station: id, name: name)
  }

  func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, into station: StationState, isAnew: Bool
  ) throws {
    if isAnew {
      try fold(envelope, body, into: station, NoHistory())
    } else {
      let history = StoredSessions(generation: generation, station: station.id)
      try fold(envelope, body, into: station, history)
    }
  }

  private func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, into station: StationState,
    _ history: some SessionHistory
  ) throws {
    try station.apply(
      envelope, body, reader: reader, facts: context.facts, history: history, changes: &changes)
  }

  func fireTimers(of station: StationState, through logTime: Instant) throws {
    let before = changes.revision
    let history = StoredSessions(generation: generation, station: station.id)
    try station.fold.advance(to: logTime, history: history, changes: &changes)
    guard changes.revision != before else { return }
    station.foldedThrough = max(station.foldedThrough, logTime)
    station.isTouched = true
  }

  /// Open sessions are in their station's fold, so of these the ones with a record at `position`
  /// or later are written.
  func collect(
    _ touched: [StationState], since position: UInt64, replacing replaced: StationID?
  ) throws -> WriteBatch {
    var batch = WriteBatch()
    batch.replacedStations = replaced.map { [$0] } ?? []
    let changed = changes.sessions
    for session in changed where session.state == .closed { write(session, into: &batch) }
    for part in changes.removals {
      batch.removals.append(
        .init(sessionKey: part.openedAtPosition, station: part.station, id: part.id))
    }
    for state in touched {
      for session in state.fold.open(changedSince: position, or: changes) {
        write(session, into: &batch)
      }
      let bytes = batch.encode { state.encode(into: &$0) }
      batch.states.append(.init(station: state.id, bytes: bytes))
    }
    let stations = Dictionary(
      changed.map { ($0.openedAtPosition, $0.station) }, uniquingKeysWith: { first, _ in first })
    for (name, sessionKey) in changes.keys {
      guard let station = stations[sessionKey] else { continue }
      batch.names.append(.init(station: station, name: name, sessionKey: sessionKey))
    }
    // A dictionary has no order of its own, and pages should not depend on a hash seed.
    batch.names.sort { ($0.station, $0.name.rawValue) < ($1.station, $1.name.rawValue) }
    changes.removeAll()
    return batch
  }

  private func write(_ session: Session, into batch: inout WriteBatch) {
    let stationName = context.facts.stationName(session.station)
    if context.facts.corrections.touches(session, stationName: stationName) {
      return batch.keepEvidence(session)
    }
    context.stationName = stationName
    batch.appendRows(of: session, in: context)
  }
}
