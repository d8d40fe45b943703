import ChargerEvents
import JSON

/// TransactionEvent of 2.x.
extension OCPPDecoder {
  func transactionEvent(_ payload: JSONValue, _ reader: FrameReader) -> ChargerEvent {
    guard let kind = TransactionEvent.Kind(name: payload["eventType"]?.text) else {
      return .unreadable(reason: "the TransactionEvent has no known eventType")
    }
    let info = payload["transactionInfo"]
    guard let id = info?["transactionId"].flatMap({ $0.text ?? $0.numberText }) else {
      return .unreadable(reason: "the TransactionEvent has no transactionId")
    }
    var event = TransactionEvent(kind: kind, transactionID: FrameText(utf8: id))
    for member in payload.members {
      let value = member.value
      switch member.name {
      case "timestamp": event.at = value.fieldInstant
      case "seqNo": event.sequenceNumber = value.fieldInteger
      case "triggerReason": event.triggerReason = value.frameText
      case "offline": event.isOffline = value.bool ?? false
      case "meterValue": reader.buffers.pointee.meter.read(meterValues: value)
      case "transactionInfo": readInfo(value, into: &event, reader)
      case "evse":
        event.evse = value["id"]?.fieldNumber
        event.connector = value["connectorId"]?.fieldNumber
      case "eventType": break
      default:
        if "idToken" ~= member.name { event.token = value["idToken"]?.frameText }
        reader.readDetail(member, of: nil)
      }
    }
    event.details = reader.buffers.pointee.fields.list
    return .transactionEvent(event)
  }

  private func readInfo(
    _ info: JSONValue, into event: inout TransactionEvent, _ reader: FrameReader
  ) {
    for member in info.members {
      switch member.name {
      case "transactionId": break
      case "chargingState": event.chargingState = ChargingState(name: member.value.text)
      case "stoppedReason": event.stoppedReason = member.value.frameText
      default: reader.readDetail(member, of: "transactionInfo")
      }
    }
  }
}

extension TransactionEvent.Kind {
  /// TransactionEventEnumType.
  init?(name: UnsafeRawBufferPointer?) {
    switch name {
    case "Started": self = .started
    case "Updated": self = .updated
    case "Ended": self = .ended
    default: return nil
    }
  }
}

extension ChargingState {
  /// ChargingStateEnumType.
  init?(name: UnsafeRawBufferPointer?) {
    switch name {
    case "Charging": self = .charging
    case "EVConnected": self = .evConnected
    case "SuspendedEV": self = .suspendedEV
    case "SuspendedEVSE": self = .suspendedEVSE
    case "Idle": self = .idle
    default: return nil
    }
  }
}
