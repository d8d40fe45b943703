import JSON
public import Projections
import Quantities
import Sessions
import Sites

/// A list of sessions for people and programs: one page of the `sessions` read model.
///
/// Sessions are written as they are read, so a list of any length needs no memory for it. Only a
/// table is kept until its end, because its columns are as wide as their widest cell.
public struct SessionsReport {
  /// Calls its argument with each session of the page, and returns where the next page begins.
  public typealias Source = ((SessionEntry) throws -> Void) throws -> SessionCursor?

  private let source: Source
  private let output: ([UInt8]) -> Void

  /// - Parameter output: gets the text piece by piece.
  public init(of source: @escaping Source, to output: @escaping ([UInt8]) -> Void) {
    self.source = source
    self.output = output
  }

  /// About this many bytes are written at once.
  private static let pieceBytes = 1 << 16

  /// A table for a terminal that is so wide, or for one of any width.
  /// - Returns: where the next page begins; nil if this was the last one.
  public func writeTable(columns: Int?) throws -> SessionCursor? {
    var table = Table([
      .left("session"), .left("site").dispensable(2), .left("station"),
      .right("conn.").dispensable(4), .left("started"), .left("ended").dispensable(5), .right("Wh"),
      .right("incl. VAT"), .left("cur.").dispensable(1), .left("tariff").dispensable(6),
      .right("findings").dispensable(3),
    ])
    let next = try source { entry in
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
    output(Array(table.text(fitting: columns).utf8))
    return next
  }

  /// One row a session.
  public func writeCSV() throws {
    var csv = CSVWriter(header: [
      "session_id", "site", "station", "connector", "started_at", "ended_at", "state", "energy_wh",
      "cost_incl_vat", "currency", "tariff_id", "findings",
    ])
    _ = try source { entry in
      let session = entry.session
      csv.append([
        session.id.description, entry.placement?.siteID ?? "", entry.stationName,
        session.connectorText, session.startedAt.rfc3339, session.endedAt?.rfc3339 ?? "",
        session.state.name, "\(session.energy.wattHours)", entry.cost?.inclVATText ?? "",
        entry.cost?.currencyText ?? "", entry.cost?.tariffID ?? "",
        session.findings.map(\.code.name).joined(separator: " "),
      ])
      if csv.text.utf8.count > Self.pieceBytes { output(Array(csv.takeText().utf8)) }
    }
    output(Array(csv.text.utf8))
  }

  /// `{"sessions": […], "next_cursor"}`.
  public func writeJSON() throws {
    var json = JSONWriter(.pretty)
    try json.object { json in
      var next: SessionCursor?
      try json.array("sessions") { json in
        next = try source { entry in
          entry.write(to: &json)
          if json.bytes.count > Self.pieceBytes { output(json.takeBytes()) }
        }
      }
      json.member("next_cursor", next?.text)
    }
    json.endLine()
    output(json.bytes)
  }

  /// One session a line.
  public func writeNDJSON() throws {
    var json = JSONWriter()
    _ = try source { entry in
      entry.write(to: &json)
      json.endLine()
      if json.bytes.count > Self.pieceBytes { output(json.takeBytes()) }
    }
    output(json.bytes)
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

  fileprivate var tariffID: String? { price?.tariffID }

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
