import ChargerEvents
import Quantities

/// Folding records of whole sessions, for want of frames.
extension StationFold {
  /// Folds one record. Of several about one session the one with the higher rank counts, else the
  /// later one; a credit CDR takes back the CDR that it names.
  ///
  /// Timers due at the record's time fire first. Throws only what the history throws; the fold must
  /// not be used after that.
  public mutating func apply<History: SessionHistory>(
    _ record: SessionRecord, stamp: EventStamp, history: History, changes: inout SessionChanges
  ) throws(History.Failure) {
    try advance(to: stamp.receivedAt, history: history, changes: &changes)
    if let credited = record.creditedName {
      try credit(credited, stamp, history, &changes)
      return
    }
    var session: Session
    let isKnown: Bool
    if let index = lastOpen(where: { $0.session.isNamed(by: record.names) }) {
      session = openSessions.remove(at: index).session
      isKnown = true
    } else if let index = try earlier(record.names, history, &changes) {
      session = changes[index]
      if session.isRevised(by: stamp) { session.beginRevision(stamp) }
      isKnown = true
    } else {
      session = makeSession(record, stamp)
      isKnown = false
    }
    session.take(record, stamp, isKnown: isKnown)
    let isOpen = session.closing == nil
    // One that is only open is in the station's state.
    if isKnown || !isOpen { write(&session, &changes) }
    if isOpen { reopen(session) }
  }

  private func makeSession(_ record: SessionRecord, _ stamp: EventStamp) -> Session {
    let name = record.names.first ?? ""
    return Session(
      id: .record(named: name, stationName: stationName), station: station,
      openedAtPosition: stamp.position, startedAt: record.startedAt)
  }

  /// Where the session of one of these names stands in `changes`.
  private func earlier<History: SessionHistory>(
    _ names: [String], _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) -> Int? {
    for name in names {
      let key = SessionKey.record(name, station: station)
      let index = try earlierSession(key, history, &changes) { $0.isNamed(by: [name]) }
      if let index { return index }
    }
    return nil
  }

  /// A credit CDR takes its original back, unless a later CDR of the session has come already.
  private mutating func credit<History: SessionHistory>(
    _ name: String, _ stamp: EventStamp, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    guard let index = try earlier([name], history, &changes) else {
      findings.note(.coarseCreditUnmatched, at: stamp.position)
      return
    }
    var session = changes[index]
    if session.isRevised(by: stamp) { session.beginRevision(stamp) }
    session.touch(stamp)
    session.findings.note(.coarseCredited, at: stamp.position)
    if session.currentRecordName == name { session.isVoid = true }
    write(&session, &changes)
  }
}

extension Session {
  fileprivate func isNamed(by names: [String]) -> Bool {
    dialect == .imported && recordNames.contains { names.contains($0) }
  }

  /// The name of the record that the session shows: of its CDRs the one that came last.
  fileprivate var currentRecordName: String? { recordNames.last }

  /// Takes in one of the records of the session.
  fileprivate mutating func take(
    _ record: SessionRecord, _ stamp: EventStamp, isKnown: Bool
  ) {
    lastPosition = stamp.position
    lastReceivedAt = stamp.receivedAt
    guard isKnown else { return adopt(record, stamp) }
    let shown = messages.last
    if shown?.contentHash == record.contentHash, recordRank == record.source.rawValue {
      findings.note(.coarseRepeated, at: stamp.position)
      return
    }
    // A Session that is sent again after its CDR says nothing new.
    guard recordRank <= record.source.rawValue else { return }
    findings.note(.coarseReplaced, at: shown?.position ?? 0)
    findings.removeAll { $0.code == .coarseInvalid || $0.code == .tooManyReadings }
    adopt(record, stamp)
  }
}
