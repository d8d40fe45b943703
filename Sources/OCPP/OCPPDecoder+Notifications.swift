import ChargerEvents
import JSON

/// MeterValues and StatusNotification, which both versions have under the same names.
extension OCPPDecoder {
  /// MeterValues: 1.6 names a connector and may name a transaction, 2.x names an EVSE.
  func meterValues(_ payload: JSONValue, isRetry: Bool, _ reader: FrameReader) -> ChargerEvent {
    var values = MeterValues(connector: nil, evse: nil, transactionID: nil, isRetry: isRetry)
    for member in payload.members {
      switch member.name {
      case "meterValue": reader.buffers.pointee.meter.read(meterValues: member.value)
      case "connectorId": values.connector = member.value.fieldNumber
      case "transactionId": values.transactionID = member.value.fieldInteger
      case "evseId": values.evse = member.value.fieldNumber
      default: break
      }
    }
    return .meterValues(values)
  }

  /// StatusNotification: `status` in 1.6, `connectorStatus` in 2.x.
  func statusNotification(_ payload: JSONValue, isRetry: Bool) -> ChargerEvent {
    var status = StatusNotification(
      evse: nil, connector: nil, at: nil, status: .unknown, errorCode: nil, isRetry: isRetry)
    for member in payload.members {
      let value = member.value
      switch member.name {
      case "connectorId": status.connector = value.fieldNumber
      case "evseId": status.evse = value.fieldNumber
      case "status", "connectorStatus": status.status = ConnectorStatus(name: value.text)
      case "timestamp": status.at = value.fieldInstant
      case "errorCode": status.errorCode = "NoError" ~= value.text ? nil : value.frameText
      case "vendorErrorCode": status.vendorErrorCode = value.frameText
      case "vendorId": status.vendor = value.frameText
      case "info": status.info = value.frameText
      default: break
      }
    }
    return .statusNotification(status)
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
