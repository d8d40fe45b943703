public import JSON
public import Projections
import Quantities
import Sessions

/// What connectors' registers say beside their sessions: for people, and for programs
/// (`Schemas/connectors.schema.json`).
public struct ConnectorsReport: RowsReport {
  public static let key = "connectors"
  public let rows: [ConnectorAccount]

  public init(_ rows: [ConnectorAccount]) { self.rows = rows }

  /// Gaps that the table lists.
  private static let listedGaps = 20

  /// A table for a terminal, and under it the greatest gaps.
  public func table(columns: Int?) -> String {
    var table = Table([
      .left("site").dispensable(5), .left("station"), .right("EVSE").dispensable(3),
      .right("conn."),
      .right("sessions").dispensable(4), .right("Wh"), .right("first register").dispensable(6),
      .right("last register").dispensable(7), .right("missing Wh"), .right("gaps"),
      .right("changes").dispensable(1), .right("exchanges").dispensable(2),
    ])
    for account in rows {
      let ledger = account.ledger
      table.append([
        account.siteID ?? "-", account.stationName, account.evseText ?? "-",
        account.connectorText ?? "-", "\(ledger.sessionCount)",
        "\(ledger.sessionEnergy.wattHours)", ledger.first.wattHourText ?? "-",
        ledger.last.wattHourText ?? "-", "\(ledger.missing.wattHours)", "\(ledger.gapCount)",
        "\(ledger.registerChanges)", "\(ledger.exchanges)",
      ])
    }
    return rows.isEmpty ? "" : table.text(fitting: columns) + gaps(columns)
  }

  private func gaps(_ columns: Int?) -> String {
    let all = rows.flatMap { account in account.ledger.gaps.map { (account, $0) } }
    guard !all.isEmpty else { return "" }
    let listed = all.sorted { left, right in
      (right.1.energy, left.1.to.at, left.1.to.position)
        < (left.1.energy, right.1.to.at, right.1.to.position)
    }.prefix(Self.listedGaps)
    var table = Table([
      .left("station"), .right("EVSE").dispensable(3), .right("conn."), .left("from"),
      .left("to").dispensable(4), .right("from register").dispensable(6),
      .right("to register").dispensable(5), .right("missing Wh"), .left("positions").dispensable(2),
    ])
    for (account, gap) in listed {
      table.append([
        account.stationName, account.evseText ?? "-", account.connectorText ?? "-",
        gap.from.at.rfc3339, gap.to.at.rfc3339, gap.from.wattHourText ?? "-",
        gap.to.wattHourText ?? "-", "\(gap.energy.wattHours)",
        "\(gap.from.position), \(gap.to.position)",
      ])
    }
    let count = rows.reduce(0) { $0 + $1.ledger.gapCount }
    let title = count > listed.count ? "The \(listed.count) greatest of \(count) gaps" : "Gaps"
    return "\n\(title) between sessions, registers in Wh:\n" + table.text(fitting: columns)
  }

  /// Without the gaps.
  public var csv: String {
    var csv = CSVWriter(header: [
      "site", "station", "evse", "connectors", "sessions", "energy_mwh", "first_register_mwh",
      "first_at", "last_register_mwh", "last_at", "register_rise_mwh", "missing_mwh", "gaps",
      "register_changes", "exchanges",
    ])
    for account in rows {
      let ledger = account.ledger
      csv.append([
        account.siteID ?? "", account.stationName, account.evseText ?? "",
        account.connectorText ?? "", "\(ledger.sessionCount)",
        "\(ledger.sessionEnergy.milliwattHours)", ledger.first.milliwattHourText,
        ledger.first?.at.rfc3339 ?? "", ledger.last.milliwattHourText,
        ledger.last?.at.rfc3339 ?? "",
        ledger.registerRise.map { "\($0.milliwattHours)" } ?? "",
        "\(ledger.missing.milliwattHours)", "\(ledger.gapCount)", "\(ledger.registerChanges)",
        "\(ledger.exchanges)",
      ])
    }
    return csv.text
  }

  public func write(_ row: ConnectorAccount, to json: inout JSONWriter) { row.write(to: &json) }
}

extension ConnectorAccount {
  fileprivate var evseText: String? { evse.map { "\($0)" } }

  /// `1`, or `1 2` where sessions on both have one meter.
  fileprivate var connectorText: String? {
    connectors.isEmpty ? nil : connectors.map { "\($0)" }.joined(separator: " ")
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("site", siteID)
      json.member("station", stationName)
      json.member("evse", evse)
      json.array("connectors") { json in for number in connectors { json.integer(number) } }
      json.member("sessions", ledger.sessionCount)
      json.member("energy_mwh", ledger.sessionEnergy.milliwattHours)
      ledger.first.write("first", to: &json)
      ledger.last.write("last", to: &json)
      json.member("register_rise_mwh", ledger.registerRise?.milliwattHours)
      json.member("missing_mwh", ledger.missing.milliwattHours)
      json.member("gap_count", ledger.gapCount)
      json.array("gaps") { json in
        for gap in ledger.gaps {
          json.object { json in
            json.member("energy_mwh", gap.energy.milliwattHours)
            Optional(gap.from).write("from", to: &json)
            Optional(gap.to).write("to", to: &json)
          }
        }
      }
      json.member("register_changes", ledger.registerChanges)
      json.member("exchanges", ledger.exchanges)
    }
  }
}

extension Session.EnergyPoint {
  fileprivate var wattHourText: String? { register.map { "\($0.wattHours)" } }
}

extension Session.EnergyPoint? {
  fileprivate var wattHourText: String? { self?.wattHourText }

  fileprivate var milliwattHourText: String {
    self?.register.map { "\($0.milliwattHours)" } ?? ""
  }

  /// A register with its time and record; null if there is none.
  fileprivate func write(_ key: String, to json: inout JSONWriter) {
    guard let self else { return json.member(key, nil as String?) }
    json.object(key) { json in
      json.member("at", self.at.rfc3339)
      json.member("register_mwh", self.register?.milliwattHours)
      json.member("position", self.position)
    }
  }
}
