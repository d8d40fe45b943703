/// The payloads of OCPP 2.0.1 requests, escaped for `raw`. Every connector is an EVSE of its own.
extension LineBuffer {
  mutating func writeRequest201(_ message: Message, _ identity: StationIdentity) {
    switch message.body {
    case .boot:
      text(#"{\"reason\":\"PowerUp\",\"chargingStation\":{\"vendorName\":\"Simulated\","#)
      text(#"\"model\":\"S201\",\"serialNumber\":\""#)
      utf8(identity.nameBytes)
      text(#"\",\"firmwareVersion\":\"2.0.1\"}}"#)
    case .heartbeat:
      text("{}")
    case .status(let connector, let state):
      text(#"{\"timestamp\":\""#)
      timestamp(message.at)
      text(#"\",\"connectorStatus\":\""#)
      text(state == .available ? "Available" : "Occupied")
      text(#"\",\"evseId\":"#)
      number(Int64(connector))
      text(#",\"connectorId\":1}"#)
    case .authorize(let tag):
      text("{")
      writeToken201(tag)
      text("}")
    case .remoteStart(let connector, let tag, let remoteStart):
      text(#"{\"evseId\":"#)
      number(Int64(connector))
      text(#",\"remoteStartId\":"#)
      number(remoteStart)
      text(",")
      writeToken201(tag)
      text("}")
    case .begin, .reading, .stateChange, .end:
      writeTransactionEvent(message, identity)
    case .vendorData(let temperature):
      writeVendorData(temperature)
    }
  }

  private mutating func writeToken201(_ tag: UInt32) {
    text(#"\"idToken\":{\"idToken\":\""#)
    token(tag)
    text(#"\",\"type\":\"ISO14443\"}"#)
  }

  private mutating func writeTransactionEvent(_ message: Message, _ identity: StationIdentity) {
    switch message.body {
    case .begin(let transaction, let sample):
      writeEventHead("Started", transaction.isRemote ? "RemoteStart" : "Authorized", sample.at)
      writeEventInfo(message, transaction, state: "EVConnected", stopped: nil)
      text(#",\"evse\":{\"id\":"#)
      number(Int64(transaction.connector))
      text(#",\"connectorId\":1},"#)
      writeToken201(transaction.token)
      writeMeterValue201(sample, .begin, identity)
    case .reading(let transaction, let sample, let isSuspended):
      writeEventHead("Updated", "MeterValuePeriodic", sample.at)
      writeEventInfo(
        message, transaction, state: isSuspended ? "SuspendedEV" : "Charging", stopped: nil)
      writeMeterValue201(sample, .periodic, identity)
    case .stateChange(let transaction, let sample, let isSuspended):
      writeEventHead("Updated", "ChargingStateChanged", sample.at)
      writeEventInfo(
        message, transaction, state: isSuspended ? "SuspendedEV" : "Charging", stopped: nil)
      writeMeterValue201(sample, .periodic, identity)
    case .end(let transaction, _, let sample, let reason):
      writeEventHead("Ended", reason.trigger, sample.at)
      writeEventInfo(message, transaction, state: reason.state, stopped: reason.name201)
      writeMeterValue201(sample, .end, identity)
    case .boot, .heartbeat, .status, .authorize, .remoteStart, .vendorData:
      return  // Not transaction events; the caller never passes them.
    }
    text("}")
  }

  private mutating func writeEventHead(_ type: StaticString, _ trigger: StaticString, _ at: Int64) {
    text(#"{\"eventType\":\""#)
    text(type)
    text(#"\",\"timestamp\":\""#)
    timestamp(at)
    text(#"\",\"triggerReason\":\""#)
    text(trigger)
    text(#"\""#)
  }

  private mutating func writeEventInfo(
    _ message: Message, _ transaction: Transaction, state: StaticString, stopped: StaticString?
  ) {
    text(#",\"seqNo\":"#)
    number(Int64(transaction.sequence))
    if message.isOffline { text(#",\"offline\":true"#) }
    text(#",\"transactionInfo\":{\"transactionId\":\""#)
    uuid(transaction.uuid)
    text(#"\",\"chargingState\":\""#)
    text(state)
    text(#"\""#)
    if let stopped {
      text(#",\"stoppedReason\":\""#)
      text(stopped)
      text(#"\""#)
    }
    if transaction.isRemote, case .begin = message.body {
      text(#",\"remoteStartId\":"#)
      number(transaction.number)
    }
    text("}")
  }

  private mutating func writeMeterValue201(
    _ sample: MeterSample, _ context: SampleContext, _ identity: StationIdentity
  ) {
    text(#",\"meterValue\":[{\"timestamp\":\""#)
    timestamp(sample.at)
    text(#"\",\"sampledValue\":[{\"value\":"#)
    register(sample.register, identity)
    text(#",\"context\":\""#)
    text(context.name)
    text(#"\",\"measurand\":\"Energy.Active.Import.Register\",\"unitOfMeasure\":{\"unit\":\""#)
    text(identity.tellsKilowattHours ? #"kWh\"}}"# : #"Wh\"}}"#)
    if context == .periodic {
      text(#",{\"value\":"#)
      number(sample.powerWatts)
      text(#",\"measurand\":\"Power.Active.Import\",\"unitOfMeasure\":{\"unit\":\"W\"}}"#)
      writeCurrentOrCharge201(sample)
    }
    text("]}]")
  }

  private mutating func writeCurrentOrCharge201(_ sample: MeterSample) {
    var phase: Int64 = 1
    while phase <= sample.phases {
      text(#",{\"value\":"#)
      fixed(sample.deciamperesPerPhase, decimals: 1)
      text(#",\"measurand\":\"Current.Import\",\"phase\":\"L"#)
      number(phase)
      text(#"\",\"unitOfMeasure\":{\"unit\":\"A\"}}"#)
      phase += 1
    }
    if sample.phases == 0 {
      text(#",{\"value\":"#)
      number(sample.chargePermille / 10)
      text(#",\"measurand\":\"SoC\",\"unitOfMeasure\":{\"unit\":\"Percent\"}}"#)
    }
  }
}

extension StopReason {
  fileprivate var trigger: StaticString {
    switch self {
    case .local: "StopAuthorized"
    case .unplugged: "EVCommunicationLost"
    case .powerLoss: "AbnormalCondition"
    }
  }

  fileprivate var state: StaticString {
    switch self {
    case .local, .powerLoss: "EVConnected"
    case .unplugged: "Idle"
    }
  }

  fileprivate var name201: StaticString {
    switch self {
    case .local: "Local"
    case .unplugged: "EVDisconnected"
    case .powerLoss: "PowerLoss"
    }
  }
}
