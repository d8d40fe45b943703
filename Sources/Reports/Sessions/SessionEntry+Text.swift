import ChargerEvents
public import Projections
import Quantities
import Sessions
import Sites

extension SessionEntry {
  /// The session for people: what it is, what it cost, how it went, what was odd.
  public var description: String {
    var table = Table([.left(""), .left("")])
    table.append(["session", session.id.description])
    for line in standing { table.append(line) }
    table.append(["site", placement?.siteID ?? "-"])
    table.append(["station", stationName])
    table.append(["transaction", session.transactionID.isEmpty ? "-" : session.transactionID])
    table.append(["token", session.token ?? "-"])
    table.append(["started", session.startedAt.rfc3339])
    table.append([
      "ended", (session.endedAt?.rfc3339 ?? "open") + (session.isEstimated ? " (estimated)" : ""),
    ])
    table.append(["stop reason", session.stopReason ?? "-"])
    table.append(["energy", energyText])
    table.append(["cost", costText])
    if session.grain != .frames { table.append(["grain", grainText]) }
    if let billed = session.billed { table.append(["billed", billed.text]) }
    table.append(["log positions", "\(session.openedAtPosition) to \(session.lastPosition)"])
    for change in session.states {
      table.append(["state", "\(change.at.rfc3339) \(change.state.name)"])
    }
    for finding in session.findings {
      table.append(["finding", "\(finding.code.name) (\(finding.count)): \(finding.code.sentence)"])
    }
    return table.text + "\(session.readings.count) readings: --format csv prints the curve\n"
      + historyText
  }

  private var energyText: String {
    let basis =
      switch session.energyEvidence {
      case .startAndStop: "by the registers at start and stop"
      case .beginAndEnd: "by the readings Transaction.Begin and Transaction.End"
      case .samples: "by the meter values"
      case .none: "nothing in the log tells it"
      case .importedTotal: "as the imported record states it"
      }
    return "\(session.energy.wattHours) Wh, \(basis)"
  }

  private var grainText: String {
    let known =
      session.grain == .periods ? "known by its charging periods" : "known by its total only"
    return "\(known); there are no frames" + (session.isVoid ? "; taken back" : "")
  }

  private var costText: String {
    switch cost {
    case .priced(let price):
      "\(price.inclVAT.decimalString(in: price.currency)) \(price.currency) incl. VAT, "
        + "\(price.exclVAT.decimalString(in: price.currency)) excl., by \(price.tariffID)"
        + (price.isBackdated ? " (published afterwards)" : "")
    case .unpriced(let cause): "none: \(cause.sentence)"
    case nil: "none"
    }
  }

  /// The curve, one row a reading.
  public var curveCSV: String {
    var csv = CSVWriter(
      header: ["at", "energy_mwh", "power_mw", "current_ma", "soc_percent", "position"])
    for reading in session.readings {
      csv.append([
        reading.at.rfc3339, reading.energy.map { "\($0.milliwattHours)" } ?? "",
        reading.power.map { "\($0.milliwatts)" } ?? "",
        reading.current.map { "\($0.milliamperes)" } ?? "",
        reading.stateOfChargePercent.map { "\($0)" } ?? "", "\(reading.position)",
      ])
    }
    return csv.text
  }
}

extension BilledAmount {
  fileprivate var text: String {
    let parts = [
      inclVAT.map { "\($0.decimalString(in: currency)) \(currency) incl. VAT" },
      exclVAT.map { "\($0.decimalString(in: currency)) \(currency) excl." },
    ]
    return parts.compactMap { $0 }.joined(separator: ", ") + ", as the imported record states it"
  }
}
