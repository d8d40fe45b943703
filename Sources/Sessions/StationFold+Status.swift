import ChargerEvents
import Quantities

extension StationFold {
  /// A 1.6 status of a connector tells the charging state of its transaction. In 2.x the transaction
  /// tells it itself. Its time is that of the report, not always that of the change.
  mutating func take(_ notification: StatusNotification, _ stamp: EventStamp) {
    guard notification.evse == nil, let connector = notification.connector, connector > 0 else {
      return
    }
    let isAllowed = remember(notification.status, of: connector)
    let index = lastOpen(where: {
      $0.session.dialect == .ocpp16 && $0.session.connector == connector
    })
    guard let index else {
      if !isAllowed { findings.note(.forbiddenStatusChange, at: stamp.position) }
      return
    }
    if !isAllowed {
      openSessions[index].session.note(.forbiddenStatusChange, stamp)
    }
    if let state = notification.status.chargingState(atStart: false) {
      openSessions[index].session.take(state, at: notification.at, stamp)
      hurryTimer(of: index)
    }
  }

  /// Returns whether the connector may go to that status from the one it had.
  private mutating func remember(_ status: ConnectorStatus, of connector: Int32) -> Bool {
    if let index = connectors.firstIndex(where: { $0.connector == connector }) {
      let before = connectors[index].status
      connectors[index].status = status
      return before.mayBecome(status)
    }
    if connectors.count < Self.greatestPlaces {
      connectors.append(ConnectorMemory(connector: connector, status: status))
    }
    return true
  }

  /// The station has started anew (OCPP 1.6, section 4.2; 2.0.1 part 2, B01). Its transactions may be
  /// over or go on: their own messages tell. Every connector reports its status again, so what it
  /// was before says nothing.
  mutating func takeRestart(_ stamp: EventStamp) {
    connectors.removeAll(keepingCapacity: true)
    for index in openSessions.indices {
      openSessions[index].session.note(.restartedInSession, stamp)
    }
  }
}

extension Session {
  /// Takes in a state that a connector's status tells. It is no sign of life: some stations repeat
  /// their status for ever.
  mutating func take(_ state: ChargingState, at time: Instant?, _ stamp: EventStamp) {
    guard messages.last(where: { $0.state != nil })?.state != state else { return }
    guard messages.count < SessionPolicy.greatestMessages else {
      return note(.tooManyMessages, stamp)
    }
    lastPosition = stamp.position
    messages.append(
      Message(
        kind: .updated, at: stamp.credible(time) ?? stamp.receivedAt, receivedAt: stamp.receivedAt,
        position: stamp.position, state: state))
  }
}

extension ConnectorStatus {
  /// The state of a transaction on a connector with this status; nil if it tells nothing.
  ///
  /// - Parameter atStart: the status was reported before the transaction began. Most of what it said
  ///   then was about the time before; only that power flows or is withheld is carried over.
  func chargingState(atStart: Bool) -> ChargingState? {
    switch self {
    case .charging: .charging
    case .suspendedEV: .suspendedEV
    case .suspendedEVSE: .suspendedEVSE
    case .preparing: .evConnected
    case .finishing: atStart ? nil : .evConnected
    case .faulted: atStart ? nil : .suspendedEVSE
    case .available: atStart ? nil : .idle
    case .occupied, .reserved, .unavailable, .unknown: nil
    }
  }
}
