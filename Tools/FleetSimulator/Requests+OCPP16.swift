/// The payloads of OCPP 1.6 requests, escaped for `raw`.
extension LineBuffer {
  mutating func writeRequest16(_ message: Message, _ identity: StationIdentity) {
    switch message.body {
    case .boot:
      text(#"{\"chargePointVendor\":\"Simulated\",\"chargePointModel\":\"S16\","#)
      text(#"\"chargePointSerialNumber\":\""#)
      utf8(identity.nameBytes)
      text(#"\",\"firmwareVersion\":\"1.6.3\"}"#)
    case .heartbeat:
      text("{}")
    case .status(let connector, let state):
      writeStatus16(connector, state, at: message.at)
    case .authorize(let tag):
      text(#"{\"idTag\":\""#)
      token(tag)
      text(#"\"}"#)
    case .remoteStart(let connector, let tag, _):
      text(#"{\"connectorId\":"#)
      number(Int64(connector))
      text(#",\"idTag\":\""#)
      token(tag)
      text(#"\"}"#)
    case .begin(let transaction, let sample):
      writeStart(transaction, sample)
    case .reading(let transaction, let sample, _), .stateChange(let transaction, let sample, _):
      text(#"{\"connectorId\":"#)
      number(Int64(transaction.connector))
      text(#",\"transactionId\":"#)
      number(transaction.number)
      text(#",\"meterValue\":["#)
      writeMeterValue16(sample, .periodic, identity)
      text("]}")
    case .end(let transaction, let begin, let end, let reason):
      writeStop(transaction, begin, end, reason, identity)
    case .vendorData(let temperature):
      writeVendorData(temperature)
    }
  }

  /// The same in both versions.
  mutating func writeVendorData(_ temperature: Int64) {
    text(#"{\"vendorId\":\"com.example.simulated\",\"messageId\":\"CabinetTemperature\","#)
    text(#"\"data\":\""#)
    number(temperature)
    text(#"\"}"#)
  }

  private mutating func writeStatus16(_ connector: Int, _ state: ConnectorState, at: Int64) {
    text(#"{\"connectorId\":"#)
    number(Int64(connector))
    text(#",\"errorCode\":\"NoError\",\"status\":\""#)
    switch state {
    case .available: text("Available")
    case .preparing: text("Preparing")
    case .charging: text("Charging")
    case .suspendedEV: text("SuspendedEV")
    case .finishing: text("Finishing")
    }
    text(#"\",\"timestamp\":\""#)
    timestamp(at)
    text(#"\"}"#)
  }

  private mutating func writeStart(_ transaction: Transaction, _ sample: MeterSample) {
    text(#"{\"connectorId\":"#)
    number(Int64(transaction.connector))
    text(#",\"idTag\":\""#)
    token(transaction.token)
    text(#"\",\"meterStart\":"#)
    number(sample.register / Battery.millijoulesPerWattHour)
    text(#",\"timestamp\":\""#)
    timestamp(sample.at)
    text(#"\"}"#)
  }

  private mutating func writeStop(
    _ transaction: Transaction, _ begin: MeterSample, _ end: MeterSample, _ reason: StopReason,
    _ identity: StationIdentity
  ) {
    text(#"{\"transactionId\":"#)
    number(transaction.number)
    text(#",\"idTag\":\""#)
    token(transaction.token)
    text(#"\",\"meterStop\":"#)
    number(end.register / Battery.millijoulesPerWattHour)
    text(#",\"timestamp\":\""#)
    timestamp(end.at)
    text(#"\",\"reason\":\""#)
    switch reason {
    case .local: text("Local")
    case .unplugged: text("EVDisconnected")
    case .powerLoss: text("PowerLoss")
    }
    text(#"\""#)
    if identity.hasTransactionData {
      text(#",\"transactionData\":["#)
      writeMeterValue16(begin, .begin, identity)
      text(",")
      writeMeterValue16(end, .end, identity)
      text("]")
    }
    text("}")
  }

  private mutating func writeMeterValue16(
    _ sample: MeterSample, _ context: SampleContext, _ identity: StationIdentity
  ) {
    text(#"{\"timestamp\":\""#)
    timestamp(sample.at)
    text(#"\",\"sampledValue\":[{\"value\":\""#)
    register(sample.register, identity)
    text(#"\",\"context\":\""#)
    text(context.name)
    text(#"\",\"measurand\":\"Energy.Active.Import.Register\",\"unit\":\""#)
    text(identity.tellsKilowattHours ? #"kWh\"}"# : #"Wh\"}"#)
    guard context == .periodic else {
      text("]}")
      return
    }
    text(#",{\"value\":\""#)
    number(sample.powerWatts)
    text(#"\",\"measurand\":\"Power.Active.Import\",\"unit\":\"W\"}"#)
    var phase: Int64 = 1
    while phase <= sample.phases {
      text(#",{\"value\":\""#)
      fixed(sample.deciamperesPerPhase, decimals: 1)
      text(#"\",\"measurand\":\"Current.Import\",\"phase\":\"L"#)
      number(phase)
      text(#"\",\"unit\":\"A\"}"#)
      phase += 1
    }
    if sample.phases == 0 {
      text(#",{\"value\":\""#)
      number(sample.chargePermille / 10)
      text(#"\",\"measurand\":\"SoC\",\"unit\":\"Percent\"}"#)
    }
    text("]}")
  }
}

/// Why a meter was read.
enum SampleContext: Sendable {
  case periodic, begin, end

  var name: StaticString {
    switch self {
    case .periodic: "Sample.Periodic"
    case .begin: "Transaction.Begin"
    case .end: "Transaction.End"
    }
  }
}

extension LineBuffer {
  /// Appends a register in the station's unit, exact to a tenth of a watt-hour.
  mutating func register(_ millijoules: Int64, _ identity: StationIdentity) {
    let tenths = millijoules / (Battery.millijoulesPerWattHour / 10)
    fixed(tenths, decimals: identity.tellsKilowattHours ? 4 : 1)
  }
}

extension MeterSample {
  /// The current of each phase at 230 volts, in tenths of an ampere. `phases` must not be 0.
  var deciamperesPerPhase: Int64 { powerWatts * 10 / (230 * phases) }
}
