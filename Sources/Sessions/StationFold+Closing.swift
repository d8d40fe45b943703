import ChargerEvents
import Quantities

extension StationFold {
  /// Takes a session in that is not over.
  mutating func reopen(_ session: Session) {
    let number = session.dialect == .ocpp16 ? Int64(session.transactionID) : nil
    openSessions.append(OpenSession(session: session, number: number))
    hurryTimer(of: openSessions.count - 1)
  }

  /// The open session last opened that `predicate` is true of.
  func lastOpen(where predicate: (borrowing OpenSession) -> Bool) -> Int? {
    openSessions.lastIndex { predicate($0) }
  }

  /// The open 1.6 session that a message means which names transaction `id`. Nearly all messages come
  /// by here or by ``lastOpen(transaction:)``, so both look at one field of a session in its place: a
  /// session that is handed to a closure is copied, with a reference counted for each of its arrays.
  func lastOpen(named id: Int64?) -> Int? {
    guard let id else { return nil }
    for index in openSessions.indices.reversed() where openSessions[index].number == id {
      return index
    }
    return lastOpen { $0.matches(id) }
  }

  /// The open session of a 2.x event.
  func lastOpen(transaction event: TransactionEvent) -> Int? {
    for index in openSessions.indices.reversed()
    where event.transactionID == openSessions[index].session.transactionID
      && openSessions[index].session.dialect == .ocpp2
    {
      return index
    }
    return nil
  }

  /// Closes the open session at `index` and hands it over.
  mutating func close(
    _ index: Int, because closing: Session.Closing, _ changes: inout SessionChanges
  ) {
    var session = openSessions.remove(at: index).session
    session.closing = closing
    write(&session, &changes)
  }

  /// Concludes a session and hands it over, to be found again under its keys.
  mutating func write(_ session: inout Session, _ changes: inout SessionChanges) {
    introduce(&session)
    session.conclude()
    remember(session)
    rememberLostStart(session)
    changes.write(session, keys: keys(of: session))
  }

  func keys(of session: Session) -> [SessionKey] {
    var keys: [SessionKey] = []
    if session.dialect == .imported {
      let names = session.recordNames + (session.chargeName.map { [$0] } ?? [])
      return names.map { .record($0, station: station) }
    }
    if session.startKey.rawValue != 0 { keys.append(session.startKey) }
    for id in [session.transactionID] + session.transactionAliases where !id.isEmpty {
      keys.append(.transaction(id, station: station))
    }
    if session.dialect == .ocpp16, let stop = session.endMessage {
      keys.append(.stop(at: stop.at, meterStop: session.meterStop, station: station))
    }
    if session.lacksStart {
      keys.append(.lostStart(openedAt: session.openedAtPosition, station: station))
    }
    return keys
  }

  /// Closes what has been silent for too long, in the order it was opened.
  mutating func closeSilent<History: SessionHistory>(
    at logTime: Instant, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    var index = 0
    var closed: [(position: UInt64, stamp: EventStamp)] = []
    nextTimer = .distantFuture
    while index < openSessions.count {
      let timer = openSessions[index].session.silenceTimer
      if logTime >= timer.dueAt {
        let position = openSessions[index].session.openedAtPosition
        let last = openSessions[index].session.lastPosition
        closed.append((position, EventStamp(position: last, receivedAt: timer.dueAt)))
        close(index, because: timer.closing, &changes)
      } else {
        nextTimer = min(nextTimer, timer.dueAt)
        index += 1
      }
    }
    for session in closed { try joinParts(of: session.position, session.stamp, history, &changes) }
  }

  /// Something was said that may make the session's timer due earlier.
  mutating func hurryTimer(of index: Int) {
    nextTimer = min(nextTimer, openSessions[index].session.silenceTimer.dueAt)
  }
}

// MARK: - Earlier sessions

extension StationFold {
  /// Where in `changes` an earlier session stands, ready to be amended: the one that `key` names, from
  /// this pass or from the history; never one that is open here, and only if `isMeant` is true of it.
  ///
  /// - Parameter isConcluded: `isMeant` looks at what follows from the evidence.
  func earlierSession<History: SessionHistory>(
    _ key: SessionKey, _ history: History, _ changes: inout SessionChanges,
    isConcluded: Bool = true, where isMeant: (Session) -> Bool
  ) throws(History.Failure) -> Int? {
    if let index = changes.index(of: key) {
      return check(index, &changes, isConcluded, isMeant)
    }
    guard let found = try history.session(for: key) else { return nil }
    if let index = changes.index(openedAt: found.openedAtPosition) {
      return check(index, &changes, isConcluded, isMeant)
    }
    guard !changes.isRemoved(found.openedAtPosition), isEarlier(found), isMeant(found) else {
      return nil
    }
    return changes.list(found)
  }

  private func check(
    _ index: Int, _ changes: inout SessionChanges, _ isConcluded: Bool, _ isMeant: (Session) -> Bool
  ) -> Int? {
    guard isEarlier(changes[index]) else { return nil }
    if isConcluded { changes.conclude(index) }
    return isMeant(changes[index]) ? index : nil
  }

  /// Other stations' sessions have other keys, but two keys may be equal by chance.
  private func isEarlier(_ session: Session) -> Bool {
    session.station == station
      && !openSessions.contains { $0.session.openedAtPosition == session.openedAtPosition }
  }

  /// Takes the session listed at `index` in again if it is not over any more.
  mutating func reopenIfOpen(_ index: Int, _ changes: inout SessionChanges) {
    guard changes[index].closing == nil else { return }
    changes.conclude(index)
    reopen(changes[index])
  }
}
