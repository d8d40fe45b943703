import ChargerEvents
import Quantities

/// Folding records of whole sessions, for want of frames.
extension StationFold {
  /// Folds one record. Of several about one session the one with the higher rank counts, else the
  /// later one; a credit CDR takes back the CDR that it names, whichever of the two comes first.
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
    if let index = lastOpen(where: { $0.session.isMeant(by: record) }) {
      session = openSessions.remove(at: index).session
      isKnown = true
    } else if let index = try earlier(record, history, &changes) {
      session = changes[index]
      if session.isRevised(by: stamp) { session.beginRevision(stamp) }
      isKnown = true
    } else {
      session = makeSession(record, stamp)
      isKnown = false
    }
    session.take(record, stamp, isKnown: isKnown)
    settleCredit(of: record, &session)
    let isOpen = session.closing == nil
    // One that is only open is in the station's state.
    if isKnown || !isOpen { write(&session, &changes) }
    if isOpen { reopen(session) }
    closeSurplus(&changes)
  }

  private func makeSession(_ record: SessionRecord, _ stamp: EventStamp) -> Session {
    let name = record.names.first ?? ""
    return Session(
      id: .record(named: name, stationName: stationName), station: station,
      openedAtPosition: stamp.position, startedAt: record.startedAt)
  }

  /// Where the earlier session that a record is of stands in `changes`.
  private func earlier<History: SessionHistory>(
    _ record: SessionRecord, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) -> Int? {
    for name in record.names {
      if let index = try earlier(named: name, history, &changes) { return index }
    }
    guard let name = record.chargeName else { return nil }
    let key = SessionKey.record(name, station: station)
    return try earlierSession(key, history, &changes) { $0.isOtherHalf(of: record) }
  }

  private func earlier<History: SessionHistory>(
    named name: String, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) -> Int? {
    let key = SessionKey.record(name, station: station)
    return try earlierSession(key, history, &changes) { $0.isNamed(by: [name]) }
  }

  /// A back end that never says that sessions ended does not fill the memory.
  private mutating func closeSurplus(_ changes: inout SessionChanges) {
    guard openSessions.count > SessionPolicy.greatestOpenRecords else { return }
    let records = openSessions.indices.filter { openSessions[$0].session.dialect == .imported }
    guard records.count > SessionPolicy.greatestOpenRecords,
      let silent = records.min(by: {
        openSessions[$0].session.lastReceivedAt < openSessions[$1].session.lastReceivedAt
      })
    else { return }
    close(silent, because: .silence, &changes)
  }

  /// A credit CDR takes its original back, unless a later CDR of the session has come already.
  private mutating func credit<History: SessionHistory>(
    _ name: String, _ stamp: EventStamp, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    guard let index = try earlier(named: name, history, &changes) else {
      findings.note(.coarseCreditUnmatched, at: stamp.position)
      if pendingCredits.count == SessionPolicy.greatestPendingCredits {
        pendingCredits.removeFirst()
      }
      pendingCredits.append(PendingCredit(name: name, position: stamp.position))
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

extension StationFold {
  /// A credit may come before the CDR that it takes back, for instance with the same time.
  private mutating func settleCredit(of record: SessionRecord, _ session: inout Session) {
    guard record.source == .cdr, let name = record.names.last,
      let index = pendingCredits.firstIndex(where: { $0.name == name })
    else { return }
    let credit = pendingCredits.remove(at: index)
    findings.withdraw(.coarseCreditUnmatched, at: credit.position)
    session.findings.note(.coarseCredited, at: credit.position)
    session.isVoid = true
  }
}

extension Session {
  fileprivate func isMeant(by record: SessionRecord) -> Bool {
    isNamed(by: record.names) || isOtherHalf(of: record)
  }

  /// Whether this is what a CDR is of that names no Session, or the other way round.
  fileprivate func isOtherHalf(of record: SessionRecord) -> Bool {
    dialect == .imported && record.chargeName != nil && chargeName == record.chargeName
      && recordRank != record.source.rawValue
      && (connector == nil || record.connector == nil || connector == record.connector)
  }

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
    guard isKnown else {
      chargeName = record.chargeName
      return adopt(record, stamp)
    }
    if recordRank == record.source.rawValue {
      if chargeName != nil { chargeName = record.chargeName }
    } else if chargeName != nil {
      // Both have come. Later ones of the Session are found by its own name.
      chargeName = nil
      if record.source.rawValue < recordRank { recordNames.insert(contentsOf: record.names, at: 0) }
    }
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
