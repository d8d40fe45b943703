import ChargerEvents
public import JSON
public import Projections
import Quantities
import Sessions
import Sites

extension SessionEntry {
  /// A session as the list has it; the shape is in `Schemas/sessions.schema.json`.
  public func write(to json: inout JSONWriter) {
    json.object { writeMembers(to: &$0, isDetailed: false) }
  }

  func writeMembers(to json: inout JSONWriter, isDetailed: Bool) {
    json.member("session_id", session.id.description)
    json.member("site", placement?.siteID)
    json.member("station", stationName)
    json.member("evse", session.evse)
    json.member("connector", session.connector)
    json.member("transaction_id", session.transactionID.isEmpty ? nil : session.transactionID)
    json.member("token", session.token)
    json.member("state", session.state.name)
    json.member("started_at", session.startedAt.rfc3339)
    json.member("ended_at", session.endedAt?.rfc3339)
    json.member("stop_reason", session.stopReason)
    json.member("energy_wh", session.energy.wattHours)
    json.member("energy_mwh", session.energy.milliwattHours)
    json.member("energy_evidence", session.energyEvidence.name)
    json.member("grain", session.grain.name)
    json.member("exported_mwh", session.exportedEnergy.milliwattHours)
    json.member("energy_after_stop_mwh", session.energyAfterEnd.milliwattHours)
    json.member("estimated", session.isEstimated)
    json.member("void", session.isVoid)
    write(cost, to: &json)
    session.billed?.write(to: &json) ?? json.member("billed", nil as String?)
    json.array("findings") { json in
      for finding in session.findings { finding.write(to: &json) }
    }
    json.array("positions") { json in
      json.integer(session.openedAtPosition)
      json.integer(session.lastPosition)
    }
    writeHistory(to: &json, isDetailed: isDetailed)
  }

  private func write(_ cost: SessionCost?, to json: inout JSONWriter) {
    switch cost {
    case .priced(let price):
      json.object("cost") { json in
        json.member("currency", "\(price.currency)")
        json.member("excl_vat", price.exclVAT.decimalString(in: price.currency))
        json.member("incl_vat", price.inclVAT.decimalString(in: price.currency))
        json.member("tariff_id", price.tariffID)
        json.member("tariff_position", price.tariffPosition)
        json.member("backdated", price.isBackdated)
      }
      json.member("unpriced_reason", nil as String?)
    case .unpriced(let cause):
      json.member("cost", nil as String?)
      json.member("unpriced_reason", cause.code)
    case nil:
      json.member("cost", nil as String?)
      json.member("unpriced_reason", nil as String?)
    }
  }
}

extension Finding {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("code", code.name)
      json.member("severity", code.severity.name)
      json.member("count", count)
      json.array("positions") { json in for position in positions { json.integer(position) } }
      json.member("message", code.sentence)
    }
  }
}

extension Session.EnergyPoint {
  /// A register that the energy rests on.
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("role", role.name)
      json.member("at", at.rfc3339)
      json.member("register_mwh", register?.milliwattHours)
      json.member("position", position)
    }
  }
}

extension BilledAmount {
  fileprivate func write(to json: inout JSONWriter) {
    json.object("billed") { json in
      json.member("currency", "\(currency)")
      json.member("excl_vat", exclVAT?.decimalString(in: currency))
      json.member("incl_vat", inclVAT?.decimalString(in: currency))
    }
  }
}
