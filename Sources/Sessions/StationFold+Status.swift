import ChargerEvents
import Quantities

extension StationFold {
  /// A 1.6 status of a connector tells the charging state of its transaction. In 2.x the transaction
  /// tells it itself.
  mutating func take(_ notification: StatusNotification, _ stamp: EventStamp) {
    guard notification.evse == nil, let connector = notification.connector, connector > 0 else {
      return
    }
    remember(notification.status, of: connector)
    guard let state = notification.status.chargingState(atStart: false),
      let index = lastOpen(where: {
        $0.session.dialect == .ocpp16 && $0.session.connector == connector
      })
    else { return }
    openSessions[index].session.take(state, at: notification.at, stamp)
  }

  private mutating func remember(_ status: ConnectorStatus, of connector: Int32) {
    if let index = connectors.firstIndex(where: { $0.connector == connector }) {
      connectors[index].status = status
    } else if connectors.count < 256 {
      connectors.append(ConnectorMemory(connector: connector, status: status))
    }
  }
}

extension Session {
  /// Takes in a state that a connector's status tells. It is no sign of life: some stations repeat
  /// their status for ever.
  mutating func take(_ state: ChargingState, at time: Instant?, _ stamp: EventStamp) {
    guard messages.last(where: { $0.state != nil })?.state != state else { return }
    let own = time.flatMap {
      SessionPolicy.isCredible($0, receivedAt: stamp.receivedAt) ? $0 : nil
    }
    lastPosition = stamp.position
    messages.append(
      Message(
        kind: .updated, at: own ?? stamp.receivedAt, receivedAt: stamp.receivedAt,
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
