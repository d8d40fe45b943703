/// One line of the Open OCPP Trace Format 1.1: what is around the frame.
///
/// Inside `raw` every quote of the frame is escaped. The frame's pieces are therefore written down
/// escaped already, as raw strings: `#"\"key\":"#`.
extension LineBuffer {
  /// Writes the line of a request.
  mutating func writeCall(
    _ message: Message, id: MessageID, from identity: StationIdentity, at: Int64
  ) {
    let action = message.action(isOCPP201: identity.isOCPP201)
    open(identity, at: at, isFromStation: !message.isFromSystem)
    text(#""messageType":"CALL","messageId":""#)
    messageID(id)
    text(#"","action":""#)
    text(action)
    text(#"","raw":"[2,\""#)
    messageID(id)
    text(#"\",\""#)
    text(action)
    text(#"\","#)
    if identity.isOCPP201 {
      writeRequest201(message, identity)
    } else {
      writeRequest16(message, identity)
    }
    text("]\"}\n")
  }

  /// Writes the line of the answer to `message`.
  mutating func writeAnswer(
    to message: Message, id: MessageID, from identity: StationIdentity, at: Int64
  ) {
    open(identity, at: at, isFromStation: message.isFromSystem)
    text(#""messageType":"CALLRESULT","messageId":""#)
    messageID(id)
    text(#"","raw":"[3,\""#)
    messageID(id)
    text(#"\","#)
    writeResponse(to: message, identity, at: at)
    text("]\"}\n")
  }

  private mutating func open(_ identity: StationIdentity, at: Int64, isFromStation: Bool) {
    clear()
    text(#"{"schemaVersion":"1.1","timestamp":""#)
    timestamp(at)
    text(identity.isOCPP201 ? #"","ocppVersion":"2.0.1""# : #"","ocppVersion":"1.6""#)
    text(#","transport":"json","chargePointId":""#)
    utf8(identity.nameBytes)
    text(isFromStation ? #"","direction":"cp-to-csms","# : #"","direction":"csms-to-cp","#)
  }

  /// The payloads of answers, which differ little between the versions.
  private mutating func writeResponse(
    to message: Message, _ identity: StationIdentity, at: Int64
  ) {
    switch message.body {
    case .boot:
      text(#"{\"currentTime\":\""#)
      timestamp(at)
      text(#"\",\"interval\":"#)
      number(identity.heartbeatSeconds)
      text(#",\"status\":\"Accepted\"}"#)
    case .heartbeat:
      text(#"{\"currentTime\":\""#)
      timestamp(at)
      text(#"\"}"#)
    case .authorize:
      text(identity.isOCPP201 ? Self.acceptedToken201 : Self.acceptedToken16)
    case .begin(let transaction, _):
      if identity.isOCPP201 {
        text(Self.acceptedToken201)
      } else {
        text(#"{\"transactionId\":"#)
        number(transaction.number)
        text(#",\"idTagInfo\":{\"status\":\"Accepted\"}}"#)
      }
    case .remoteStart:
      text(#"{\"status\":\"Accepted\"}"#)
    case .end:
      text(identity.isOCPP201 ? "{}" : Self.acceptedToken16)
    case .vendorData:
      text(#"{\"status\":\"UnknownVendorId\"}"#)
    case .status, .reading, .stateChange:
      text("{}")
    }
  }

  private static let acceptedToken16: StaticString = #"{\"idTagInfo\":{\"status\":\"Accepted\"}}"#
  private static let acceptedToken201: StaticString =
    #"{\"idTokenInfo\":{\"status\":\"Accepted\"}}"#
}

extension Message {
  /// The name of the action in either version.
  fileprivate func action(isOCPP201: Bool) -> StaticString {
    switch body {
    case .boot: "BootNotification"
    case .heartbeat: "Heartbeat"
    case .status: "StatusNotification"
    case .authorize: "Authorize"
    case .remoteStart: isOCPP201 ? "RequestStartTransaction" : "RemoteStartTransaction"
    case .begin: isOCPP201 ? "TransactionEvent" : "StartTransaction"
    case .reading: isOCPP201 ? "TransactionEvent" : "MeterValues"
    case .stateChange: "TransactionEvent"
    case .end: isOCPP201 ? "TransactionEvent" : "StopTransaction"
    case .vendorData: "DataTransfer"
    }
  }
}
