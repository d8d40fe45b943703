import ChargerEvents
import EventLog
public import JSON
public import Projections
import Quantities
import Sessions
import Sites
import Tariffs

extension SessionDetail {
  /// Everything about a session, with positions; the shape is in `Schemas/session.schema.json`.
  public func write(to json: inout JSONWriter) {
    let session = entry.session
    json.object { json in
      entry.writeMembers(to: &json, isDetailed: true)
      json.member("source", openedBy?.sourceName)
      json.member("time_zone", entry.placement?.zone.name)
      json.array("transaction_aliases") { json in
        for alias in session.transactionAliases { json.string(alias) }
      }
      json.member("duration_ms", session.endedAt?.milliseconds(since: session.startedAt))
      json.member("meter_start_mwh", session.meterStart?.milliwattHours)
      json.member("meter_stop_mwh", session.meterStop?.milliwattHours)
      json.key("cost_explained")
      if let cost { cost.write(to: &json) } else { json.null() }
      json.array("messages") { json in
        for message in session.messages { message.write(to: &json) }
      }
      json.array("states") { json in
        for change in session.states { change.write(to: &json) }
      }
      json.array("energy_readings") { json in
        for point in session.energyPoints { point.write(to: &json) }
      }
      json.array("curve") { json in
        for reading in session.readings { reading.write(to: &json) }
      }
      json.array("set_aside") { json in
        for reading in session.setAside { reading.write(to: &json) }
      }
      json.array("signed_values") { json in
        for value in signedValues { value.write(to: &json) }
      }
    }
  }
}

extension EventKind {
  /// As programs read it; nil for a kind that makes no sessions.
  fileprivate var sourceName: String? {
    switch self {
    case .ocpp16: "ocpp1.6"
    case .ocpp201: "ocpp2.0.1"
    case .ocpp21: "ocpp2.1"
    case .ocppUnknown: "ocpp"
    case .cdr: "cdr"
    case .ocpiSession: "ocpi_session"
    case .tableRow: "table"
    default: nil
    }
  }
}

extension Session.Message {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("at", at.rfc3339)
      json.member("received_at", receivedAt.rfc3339)
      json.member("kind", kind.name)
      json.member("seq_no", sequence)
      json.member("state", state?.name)
      json.member("position", position)
    }
  }
}

extension Session.StateChange {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("at", at.rfc3339)
      json.member("state", state.name)
      json.member("position", position)
    }
  }
}

extension Session.Reading {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("at", at.rfc3339)
      json.member("energy_mwh", energy?.milliwattHours)
      json.member("power_mw", power?.milliwatts)
      json.member("current_ma", current?.milliamperes)
      json.member("soc_percent", stateOfChargePercent)
      json.member("register_mwh", register?.milliwattHours)
      json.member("interval_mwh", interval?.milliwattHours)
      json.member("signed", isSigned)
      json.member("position", position)
    }
  }
}

extension SessionDetail.SignedValue {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("at", sample.at?.rfc3339)
      json.member("context", sample.context)
      json.member("measurand", sample.measurand)
      json.member("signed_data", sample.data)
      json.member("encoding_method", sample.encodingMethod)
      json.member("signing_method", sample.signingMethod)
      json.member("public_key", sample.publicKey)
      json.member("position", position)
    }
  }
}
