import ChargerEvents
import Quantities

extension StationFold {
  /// Takes a session in that is not over.
  mutating func reopen(_ session: Session) {
    nextTimer = min(nextTimer, dueTime(of: session))
    let number = session.dialect == .ocpp16 ? Int64(session.transactionID) : nil
    openSessions.append(OpenSession(session: session, number: number))
  }

  /// The open session last opened that `predicate` is true of. Looks without copying sessions, which
  /// would touch the reference count of each of their arrays.
  func lastOpen(where predicate: (borrowing OpenSession) -> Bool) -> Int? {
    var index = openSessions.count
    while index > 0 {
      index -= 1
      if predicate(openSessions[index]) { return index }
    }
    return nil
  }

  /// Closes the open session at `index` and hands it over.
  mutating func close(
    _ index: Int, because closing: Session.Closing, keys: [SessionKey] = [],
    _ changes: inout SessionChanges
  ) {
    var session = openSessions.remove(at: index).session
    session.closing = closing
    write(&session, keys: keys, &changes)
  }

  /// Concludes a session and hands it over, to be found again under its keys.
  func write(_ session: inout Session, keys: [SessionKey] = [], _ changes: inout SessionChanges) {
    session.conclude()
    changes.write(session, keys: self.keys(of: session) + keys)
  }

  private func keys(of session: Session) -> [SessionKey] {
    var keys: [SessionKey] = []
    if session.startKey.rawValue != 0 { keys.append(session.startKey) }
    for id in [session.transactionID] + session.transactionAliases where !id.isEmpty {
      keys.append(.transaction(id, station: station))
    }
    return keys
  }

  /// Closes what has been silent for too long, in the order it was opened.
  mutating func closeSilent(at logTime: Instant, _ changes: inout SessionChanges) {
    var index = 0
    nextTimer = .distantFuture
    while index < openSessions.count {
      let due = dueTime(of: openSessions[index].session)
      if logTime >= due {
        close(index, because: .silence, &changes)
      } else {
        nextTimer = min(nextTimer, due)
        index += 1
      }
    }
  }

  private func dueTime(of session: Session) -> Instant {
    session.lastReceivedAt.advanced(
      byMilliseconds: SessionPolicy.silenceBeforeClosingMilliseconds)
  }

  /// Closes the older sessions that stand where `newcomer` has begun: one place, one transaction.
  mutating func closePredecessors(of newcomer: Session, _ changes: inout SessionChanges) {
    for index in openSessions.indices.reversed() {
      let session = openSessions[index].session
      guard session.openedAtPosition != newcomer.openedAtPosition,
        session.startedAt <= newcomer.startedAt, standsAtSamePlace(session, newcomer)
      else { continue }
      close(index, because: .nextTransaction, &changes)
    }
  }

  private func standsAtSamePlace(_ left: Session, _ right: Session) -> Bool {
    guard left.dialect == right.dialect else { return false }
    switch left.dialect {
    case .ocpp16: return left.connector == right.connector
    case .ocpp2: return left.evse != nil && left.evse == right.evse
    }
  }

  /// An earlier session by its key, from this pass or from the history; never one that is open here.
  func earlierSession<History: SessionHistory>(
    _ key: SessionKey, _ history: History, _ changes: SessionChanges
  ) throws(History.Failure) -> Session? {
    let found: Session?
    if let changed = changes.session(for: key) {
      found = changed
    } else {
      found = try history.session(for: key)
    }
    guard let found, found.station == station,
      !openSessions.contains(where: { $0.session.openedAtPosition == found.openedAtPosition })
    else { return nil }
    return found
  }
}
