import ChargerEvents
import JSON

/// MeterValues and StatusNotification, which both versions have under the same names.
extension OCPPDecoder {
  /// MeterValues: 1.6 names a connector and may name a transaction, 2.x names an EVSE.
  mutating func meterValues(_ payload: JSONValue, isRetry: Bool) -> ChargerEvent {
    payload["meterValue"].map { meter.read(meterValues: $0) }
    return .meterValues(
      MeterValues(
        connector: payload["connectorId"]?.fieldNumber,
        evse: payload["evseId"]?.fieldNumber,
        transactionID: payload["transactionId"]?.fieldInteger,
        isRetry: isRetry))
  }

  /// StatusNotification: `status` in 1.6, `connectorStatus` in 2.x.
  func statusNotification(_ payload: JSONValue, isRetry: Bool) -> ChargerEvent {
    let errorCode = payload["errorCode"]?.text
    return .statusNotification(
      StatusNotification(
        evse: payload["evseId"]?.fieldNumber,
        connector: payload["connectorId"]?.fieldNumber,
        at: payload["timestamp"]?.fieldInstant,
        status: ConnectorStatus(name: (payload["connectorStatus"] ?? payload["status"])?.text),
        errorCode: "NoError" ~= errorCode ? nil : errorCode.map { FrameText(utf8: $0) },
        isRetry: isRetry))
  }
}

extension ConnectorStatus {
  /// ChargePointStatus of 1.6 and ConnectorStatusEnumType of 2.x.
  init(name: UnsafeRawBufferPointer?) {
    switch name {
    case "Available": self = .available
    case "Occupied": self = .occupied
    case "Preparing": self = .preparing
    case "Charging": self = .charging
    case "SuspendedEV": self = .suspendedEV
    case "SuspendedEVSE": self = .suspendedEVSE
    case "Finishing": self = .finishing
    case "Reserved": self = .reserved
    case "Unavailable": self = .unavailable
    case "Faulted": self = .faulted
    default: self = .unknown
    }
  }
}
