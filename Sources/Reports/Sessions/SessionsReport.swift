public import JSON
public import Projections
import Quantities
import Sessions
import Sites

/// A list of sessions for people and programs: one page of the `sessions` read model.
public struct SessionsReport: Sendable {
  public var entries: [SessionEntry] = []
  /// Where the next page begins; nil if this is the last one.
  public var nextCursor: SessionCursor?

  public init() {}

  private static let header = [
    "session", "site", "station", "connector", "started", "ended", "state", "energy_wh",
    "cost_incl_vat", "currency", "tariff", "findings",
  ]

  /// A table for a terminal.
  public var table: String {
    var table = Table([
      .left("session"), .left("site"), .left("station"), .right("conn."), .left("started"),
      .left("ended"), .right("Wh"), .right("incl. VAT"), .left(""), .left("tariff"),
      .right("findings"),
    ])
    for entry in entries {
      let session = entry.session
      table.append([
        String(session.id.description.prefix(12)), entry.placement?.siteID ?? "-",
        entry.stationName, session.connectorText, session.startedAt.rfc3339,
        session.endedAt.map { $0.rfc3339 + (session.isEstimated ? " est." : "") } ?? "open",
        "\(session.energy.wattHours)", entry.cost?.inclVATText ?? "-",
        entry.cost?.currencyText ?? "", entry.cost?.tariffText ?? "-",
        session.findings.isEmpty ? "" : "\(session.findings.count)",
      ])
    }
    return table.text
  }

  /// One row a session.
  public var csv: String {
    var csv = CSVWriter(header: Self.header)
    for entry in entries {
      let session = entry.session
      csv.append([
        session.id.description, entry.placement?.siteID ?? "", entry.stationName,
        session.connectorText, session.startedAt.rfc3339, session.endedAt?.rfc3339 ?? "",
        session.state.name, "\(session.energy.wattHours)", entry.cost?.inclVATText ?? "",
        entry.cost?.currencyText ?? "", entry.cost?.tariffText ?? "",
        session.findings.map(\.code.name).joined(separator: " "),
      ])
    }
    return csv.text
  }

  /// `{"sessions": […], "next_cursor"}`.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.array("sessions") { json in
        for entry in entries { entry.write(to: &json) }
      }
      json.member("next_cursor", nextCursor?.text)
    }
  }
}

extension SessionCost {
  fileprivate var price: SessionPrice? {
    if case .priced(let price) = self { price } else { nil }
  }

  fileprivate var inclVATText: String? {
    price.map { $0.inclVAT.decimalString(in: $0.currency) }
  }

  fileprivate var currencyText: String? { price.map { "\($0.currency)" } }

  fileprivate var tariffText: String? {
    switch self {
    case .priced(let price): price.tariffID + (price.isBackdated ? " (backdated)" : "")
    case .unpriced(let cause): cause.sentence
    }
  }
}

extension Session {
  /// `2`, or `1/2` where the EVSE has a number of its own.
  fileprivate var connectorText: String {
    switch (evse, connector) {
    case (let evse?, let connector?): "\(evse)/\(connector)"
    case (let evse?, nil): "\(evse)/-"
    case (nil, let connector?): "\(connector)"
    case (nil, nil): "-"
    }
  }
}

extension Session.State {
  /// As programs read it.
  public var name: String {
    switch self {
    case .open: "open"
    case .closed: "closed"
    }
  }
}
