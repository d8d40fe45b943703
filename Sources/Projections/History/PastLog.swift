import EventLog
import Quantities
import Sessions

/// The log up to a position: what its sessions were told to be when nothing behind it had been
/// recorded (SEMANTICS 2), with the tariffs, sites, tokens and corrections of that time.
///
/// It folds one station at a time, anew. Nothing is stored.
public struct PastLog {
  public let ledger: Ledger
  /// The last record that was known.
  public let position: UInt64
  /// The facts that were known.
  public let facts: Facts

  /// - Parameter position: at most the head of the log.
  public init(_ ledger: Ledger, through position: UInt64) throws {
    self.ledger = ledger
    self.position = position
    self.facts = try Facts(reading: ledger, through: position)
  }

  /// The last position that was recorded by `time`; 0 if none was.
  /// - Complexity: O(log² n).
  public static func position(in ledger: Ledger, recordedBy time: Instant) throws -> UInt64 {
    try ledger.read { snapshot in
      let next = try snapshot.firstPosition(recordedAtOrAfter: time.advanced(byMilliseconds: 1))
      return next.map { $0 - 1 } ?? snapshot.head
    }
  }

  /// The sessions of a station, in order of their start.
  /// - Complexity: O(n) in the events of the station; if a session is open, one look at each earlier
  ///   envelope of the log, to know the log time that its timer compares with.
  public func sessions(ofStation station: StationID) throws -> [SessionEntry] {
    let folded = try fold(station)
    let name = facts.stationName(station)
    let book = facts.corrections
    let touched = folded.filter { book.touches($0, stationName: name) }
    let others = folded.filter { !book.touches($0, stationName: name) }
    let told = CorrectedSessions(touched, stationName: name, book: book)
    let context = RowContext(facts: facts)
    context.stationName = name
    return (others + told.sessions.values).sorted { $0.isOlder(than: $1) }.map { session in
      entry(session, context, joinedWith: touched)
    }
  }

  private func entry(
    _ session: Session, _ context: RowContext, joinedWith touched: [Session]
  ) -> SessionEntry {
    let name = context.stationName
    let changes = facts.corrections.entries(reaching: session.ids).map(\.correction.change)
    let joined = Set(changes.flatMap(\.sessions) + [session.id])
    let known = touched.filter { joined.contains($0.id) }
    var entry = SessionEntry(
      session: session, stationName: name,
      placement: facts.placement(ofStation: name, at: session.startedAt),
      cost: session.wasRefused ? nil : context.cost(of: session))
    entry.asOfPosition = position
    entry.timeline = SessionTimeline(
      of: session.id, evidence: known.isEmpty ? [session] : known, stationName: name,
      book: facts.corrections)
    return entry
  }

  /// The station's sessions as a fold of this prefix tells them.
  private func fold(_ station: StationID) throws -> [Session] {
    var changes = SessionChanges()
    let reader = RecordReader()
    let state = try ledger.read { snapshot in
      let state = StationState(
        station: station, name: try snapshot.stationName(station.rawValue) ?? "")
      for at in try snapshot.foldOrder(ofStation: station, through: position) {
        guard let event = try snapshot.event(at: at) else { continue }
        try state.apply(
          event.envelope, event.body, reader: reader, facts: facts, history: NoHistory(),
          changes: &changes)
      }
      return state
    }
    if state.fold.hasOpenSessions {
      state.fold.advance(to: try logTime(), history: NoHistory(), changes: &changes)
    }
    return changes.sessions.filter { $0.state == .closed } + state.fold.open
  }

  private func logTime() throws -> Instant {
    var time = LogTime()
    var next: UInt64 = 1
    // In pieces, because a long look keeps the log from using old pages again.
    while next <= position {
      let last = min(position, next + 999_999)
      try ledger.read { snapshot in
        try snapshot.forEachEnvelope(from: next, through: last) { envelope in
          time.note(envelope)
          return true
        }
      }
      next = last + 1
    }
    return time.latest
  }
}
