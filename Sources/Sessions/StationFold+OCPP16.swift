import Bytes
import ChargerEvents
import Quantities

extension StationFold {
  /// Starts whose answer may still come; older ones are forgotten.
  private static let greatestUnanswered = 32

  /// OCPP 1.6 StartTransaction: opens a session, unless it repeats an earlier start.
  mutating func take<History: SessionHistory>(
    _ start: TransactionStarted, _ stamp: EventStamp, _ history: History,
    _ changes: inout SessionChanges
  ) throws(History.Failure) {
    let key = SessionKey.start(start, receivedAt: stamp.receivedAt, station: station)
    if let index = lastOpen(where: { repeats($0.session, start, key, stamp) }) {
      openSessions[index].session.findings.note(.duplicateStart, at: stamp.position)
      openSessions[index].session.correctStart(start, stamp)
      openSessions[index].session.touch(stamp)
      expectAnswer(to: start.messageID, openSessions[index].session.startKey)
      return
    }
    let earlier = try earlierSession(
      key, history, &changes, where: { $0.isStarted(by: start) })
    if let earlier {
      changes.amend(earlier) { $0.findings.note(.duplicateStart, at: stamp.position) }
      expectAnswer(to: start.messageID, key)
      return
    }
    expectAnswer(to: start.messageID, key)
    let session = makeSession(start, key, stamp)
    try closePredecessors(of: session, stamp, history, &changes)
    reopen(session)
  }

  /// Whether `start` is a retry of the start of an open session.
  private func repeats(
    _ session: Session, _ start: TransactionStarted, _ key: SessionKey, _ stamp: EventStamp
  ) -> Bool {
    guard session.dialect == .ocpp16, session.isStarted(by: start) else { return false }
    if session.startKey == key { return true }
    guard let heardOf = session.startHeardOfWithoutClock else { return false }
    if let at = start.at, at >= SessionPolicy.earliestCredibleTime {
      // Sent again after the clock was set. What began before the other was heard of is the same.
      return stamp.credible(at) != nil && at <= heardOf
    }
    // Without a usable clock two starts look alike for ever. It is a retry while nothing else has
    // happened in the session.
    return session.readings.isEmpty
  }

  private func makeSession(
    _ start: TransactionStarted, _ key: SessionKey, _ stamp: EventStamp
  ) -> Session {
    let id = SessionID.start(start, receivedAt: stamp.receivedAt, stationName: stationName)
    var session = Session(
      id: id, station: station, openedAtPosition: stamp.position, startedAt: stamp.receivedAt)
    session.lastReceivedAt = stamp.receivedAt
    session.connector = start.place
    session.startedAt = session.credible(start.at, stamp)
    if start.place == nil { session.findings.note(.connectorMissing, at: stamp.position) }
    session.token = start.token?.string
    session.meterStart = start.meterStart
    session.startKey = key
    let status = connectors.first { $0.connector == start.connector }?.status
    session.messages.append(
      Session.Message(
        kind: .started, at: session.startedAt, receivedAt: stamp.receivedAt,
        position: stamp.position, state: status?.chargingState(atStart: true)))
    return session
  }

  private mutating func expectAnswer(to messageID: FrameText, _ key: SessionKey) {
    if unanswered.count == Self.greatestUnanswered { unanswered.removeFirst() }
    let hash = StableHash64.hash(messageID.utf8)
    unanswered.append(UnansweredStart(messageHash: hash, key: key))
  }

  /// The answer to a start: it gives the session its id. The newest start with that message id is
  /// meant, because stations reuse message ids.
  mutating func take<History: SessionHistory>(
    _ answer: TransactionStartAnswered, _ stamp: EventStamp, _ history: History,
    _ changes: inout SessionChanges
  ) throws(History.Failure) {
    let hash = StableHash64.hash(answer.messageID.utf8)
    guard let waiting = unanswered.lastIndex(where: { $0.messageHash == hash }) else { return }
    let key = unanswered.remove(at: waiting).key
    if let index = lastOpen(where: { $0.session.startKey == key }) {
      openSessions[index].session.take(answer, stamp)
      openSessions[index].number = Int64(openSessions[index].session.transactionID)
      hurryTimer(of: index)
      let position = openSessions[index].session.openedAtPosition
      try joinParts(of: position, stamp, history, &changes)
    } else if let earlier = try earlierSession(
      key, history, &changes, where: { $0.startKey == key })
    {
      changes.amend(earlier) { $0.take(answer, stamp) }
      changes.register(keys(of: changes[earlier]), at: earlier)
      let position = changes[earlier].openedAtPosition
      try joinParts(of: position, wasTold: true, stamp, history, &changes)
    }
  }

  /// OCPP 1.6 StopTransaction: closes its session, corrects a closed one, or is all that is known.
  mutating func take<History: SessionHistory>(
    _ stop: TransactionStopped, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    let named = lastOpen(where: { $0.matches(stop.transactionID) })
    if let named, openSessions[named].session.canEnd(with: stop, stamp) {
      try finish(named, stop, samples, stamp, history, &changes)
    } else if try correct(stop, samples, stamp, history, &changes) {
      return
    } else if let named {
      // From before the start, but nobody else has that id: the clock was set back.
      try finish(named, stop, samples, stamp, history, &changes)
    } else if let index = onlyPlausibleSession(for: stop, stamp) {
      try finish(index, stop, samples, stamp, history, &changes)
    } else {
      record(stop, samples, stamp, &changes)
    }
  }

  private mutating func finish<History: SessionHistory>(
    _ index: Int, _ stop: TransactionStopped, _ samples: UnsafeBufferPointer<MeterReading>,
    _ stamp: EventStamp, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    openSessions[index].session.take(stop, samples, stamp)
    let position = openSessions[index].session.openedAtPosition
    close(index, because: .stop, &changes)
    try joinParts(of: position, stamp, history, &changes)
  }

  /// A stop for a session that is closed already: its retry, its lost stop, or a conflict.
  private mutating func correct<History: SessionHistory>(
    _ stop: TransactionStopped, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) -> Bool {
    let key = SessionKey.stop(
      at: stamp.credible(stop.at) ?? stamp.receivedAt, meterStop: stop.meterStop, station: station)
    let stopped = try earlierSession(
      key, history, &changes, where: { $0.isStopped(by: stop, stamp) })
    if let stopped {
      changes.amend(stopped) { $0.repeatStop(stop, stamp) }
      changes.register(keys(of: changes[stopped]), at: stopped)
      return true
    }
    guard let number = stop.transactionID else { return false }
    let earlier = try earlierSession(
      .transaction(String(number), station: station), history, &changes,
      where: { $0.isNamed(number) && $0.canEnd(with: stop, stamp) })
    guard let earlier else { return false }
    if changes[earlier].isStopped(by: stop, stamp) {
      // Another session ended with the same register at the same moment.
      changes.amend(earlier) { $0.repeatStop(stop, stamp) }
      return true
    }
    changes.amend(earlier, revisedBy: stamp) { session in
      if session.closing != .stop { session.findings.note(.lateStop, at: stamp.position) }
      session.closing = .stop
      session.take(stop, samples, stamp)
    }
    changes.register(keys(of: changes[earlier]), at: earlier)
    rememberCorrected(changes[earlier])
    return true
  }

  /// The session meant by a stop whose id nobody knows: stations that never got an answer stop with
  /// -1, 0 or a number of their own. Unanswered starts come first; there must be exactly one.
  private func onlyPlausibleSession(for stop: TransactionStopped, _ stamp: EventStamp) -> Int? {
    let candidates = openSessions.indices.filter { index in
      openSessions[index].session.dialect == .ocpp16
        && openSessions[index].session.canEnd(with: stop, stamp)
    }
    let nameless = candidates.filter { openSessions[$0].number == nil }
    if nameless.count == 1 { return nameless[0] }
    let isPlaceholder = (stop.transactionID ?? 0) <= 0
    return nameless.isEmpty && isPlaceholder && candidates.count == 1 ? candidates[0] : nil
  }

  /// Only the stop is known: it makes a session of what it carries.
  private mutating func record(
    _ stop: TransactionStopped, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ changes: inout SessionChanges
  ) {
    let id = SessionID.stop(stop, receivedAt: stamp.receivedAt, stationName: stationName)
    var session = Session(
      id: id, station: station, openedAtPosition: stamp.position, startedAt: stamp.receivedAt)
    session.transactionID = stop.transactionID.map { String($0) } ?? ""
    session.closing = .stop
    session.findings.note(.stopWithoutStart, at: stamp.position)
    session.take(stop, samples, stamp)
    session.token = stop.token?.string
    write(&session, &changes)
  }
}

extension StationFold.OpenSession {
  /// Gives a session that has none the id that its station uses.
  mutating func name(_ id: Int64) {
    number = id
    session.transactionID = String(id)
  }

  /// Whether a 1.6 message that names transaction `id` means this session.
  func matches(_ id: Int64?) -> Bool {
    guard session.dialect == .ocpp16, let id else { return false }
    return number == id
      || !session.transactionAliases.isEmpty && session.transactionAliases.contains(String(id))
  }
}
