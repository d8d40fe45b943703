import ChargerEvents
import JSON

/// StartTransaction and StopTransaction of 1.6.
extension OCPPDecoder {
  /// StartTransaction.req. A field that is missing or unreadable does not hide the others.
  func startTransaction(_ payload: JSONValue, messageID: FrameText) -> ChargerEvent {
    .transactionStarted(
      TransactionStarted(
        connector: payload["connectorId"]?.fieldNumber ?? 0,
        token: payload["idTag"]?.frameText,
        at: payload["timestamp"]?.fieldInstant,
        meterStart: payload["meterStart"]?.fieldEnergy,
        messageID: messageID,
        reservation: payload["reservationId"]?.fieldInteger))
  }

  /// StartTransaction.conf, or the error in its place.
  func startAnswer(_ header: FrameHeader, _ reader: FrameReader) -> ChargerEvent {
    .transactionStartAnswered(
      TransactionStartAnswered(
        transactionID: header.payload?["transactionId"]?.fieldInteger,
        isAccepted: "Accepted" ~= header.payload?["idTagInfo"]?["status"]?.text,
        messageID: header.messageID,
        fields: reader.fields(of: .startTransaction, .answer, header)))
  }

  /// StopTransaction.req, with the readings of its `transactionData`.
  func stopTransaction(_ payload: JSONValue, _ reader: FrameReader) -> ChargerEvent {
    payload["transactionData"].map { reader.buffers.pointee.meter.read(meterValues: $0) }
    return .transactionStopped(
      TransactionStopped(
        transactionID: payload["transactionId"]?.fieldInteger,
        at: payload["timestamp"]?.fieldInstant,
        meterStop: payload["meterStop"]?.fieldEnergy,
        token: payload["idTag"]?.frameText,
        reason: payload["reason"]?.frameText))
  }
}
