import ChargerEvents
import EventLog
import Projections
import Quantities
import Sessions
import Sites

extension SessionPage {
  private static let labelWidth = 13

  /// Who, where, when, how much.
  var overview: [String] {
    var lines = heading
    lines.append("")
    for line in entry.standing { lines += field(line[0], [line[1]]) }
    lines += field("started", times(session.startedAt))
    lines += field("ended", session.endedAt.map(times) ?? ["not yet"])
    lines += field("duration", [durationText])
    lines += field("energy", [ElectricityText.kilowattHours(session.energy)] + energyBasis)
    lines += field("cost", costSummary)
    if let billed = session.billed { lines += field("billed", billedSummary(billed)) }
    if session.grain != .frames { lines += field("grain", [grainText]) }
    lines += field("token", [session.token ?? "none"])
    lines += field("transaction", transactionNames)
    if let reason = session.stopReason { lines += field("stop reason", [reason]) }
    lines += field("log", ["positions \(session.openedAtPosition) to \(session.lastPosition)"])
    return lines
  }

  private var heading: [String] {
    let title = "Session \(session.id)"
    let state = session.state.name + (session.isEstimated ? ", estimated" : "")
    let gap = style.columns - title.count - state.count
    let paintedState = style.paint(
      state, session.state == .open || session.isEstimated ? .yellow : .green)
    let head = style.paint(title, .strong)
    let first =
      gap < 2 ? [head, paintedState] : [head + String(repeating: " ", count: gap) + paintedState]
    return first + Paragraph.lines(of: place, separator: " · ", columns: style.columns)
  }

  private var place: [String] {
    var parts: [String] = []
    if let placement = entry.placement {
      let name = placement.siteName.map { $0 == placement.siteID ? "" : " (\($0))" } ?? ""
      parts.append("site " + placement.siteID + name)
      parts.append(placement.zone.name)
    } else {
      parts.append("no site")
    }
    parts.append("station " + entry.stationName)
    if let evse = session.evse { parts.append("EVSE \(evse)") }
    if let connector = session.connector { parts.append("connector \(connector)") }
    parts.append(source)
    return parts.map(TerminalText.harmless)
  }

  /// What the records of the session are.
  private var source: String {
    switch detail.openedBy {
    case .ocpp16?: "OCPP 1.6"
    case .ocpp201?: "OCPP 2.0.1"
    case .ocpp21?: "OCPP 2.1"
    case .cdr?: "OCPI"
    case .tableRow?: "a table"
    default:
      switch session.dialect {
      case .ocpp16: "OCPP 1.6"
      case .ocpp2: "OCPP 2.x"
      case .imported: "imported"
      }
    }
  }

  private func field(_ label: String, _ pieces: [String]) -> [String] {
    let columns = style.columns - Self.labelWidth - 2
    let lines = Paragraph.lines(
      of: pieces.map(TerminalText.harmless), separator: "  ", columns: columns)
    return lines.enumerated().map { index, line in
      let head = TerminalText.padded(
        index == 0 ? label : "", to: Self.labelWidth, alignment: .left)
      return "  " + style.paint(head, .faint) + line
    }
  }

  private func times(_ instant: Instant) -> [String] {
    entry.placement == nil
      ? [instant.rfc3339] : [TimeText.local(instant, in: zone), instant.rfc3339]
  }

  private var durationText: String {
    let text = TimeText.duration(milliseconds: curve.end.milliseconds(since: curve.start))
    return session.state == .open ? text + " so far" : text
  }

  private var costSummary: [String] {
    switch entry.cost {
    case .priced(let price):
      let amount = price.inclVAT.decimalString(in: price.currency)
      let net = price.exclVAT.decimalString(in: price.currency)
      return [
        "\(NumberStyle.terminal.grouped(amount)) \(price.currency)",
        "\(NumberStyle.terminal.grouped(net)) without VAT",
      ]
    case .unpriced(let cause): return ["none: \(cause.sentence)"]
    case nil: return ["none"]
    }
  }

  private func billedSummary(_ billed: BilledAmount) -> [String] {
    let amounts = [
      billed.inclVAT.map { "\($0.decimalString(in: billed.currency)) \(billed.currency)" },
      billed.exclVAT.map {
        "\($0.decimalString(in: billed.currency)) \(billed.currency) without VAT"
      },
    ]
    return amounts.compactMap { $0 } + ["as the imported record states it"]
  }

  private var grainText: String {
    (session.grain == .periods ? "known by its charging periods" : "known by its total only")
      + "; there are no frames" + (session.isVoid ? "; taken back" : "")
  }

  private var transactionNames: [String] {
    guard !session.transactionID.isEmpty else { return ["not named"] }
    return [session.transactionID] + session.transactionAliases.map { "also \($0)" }
  }
}

// MARK: - What the energy rests on

extension SessionPage {
  private var energyBasis: [String] {
    switch session.energyEvidence {
    case .startAndStop:
      return ["registers at start and stop"]
        + registers(session.meterStart, session.meterStop)
        + positions([
          session.messages.first { $0.kind == .started }?.position,
          session.messages.first { $0.kind == .ended }?.position,
        ])
    case .beginAndEnd:
      let begin = session.readings.first { $0.context == .transactionBegin }
      let end = session.readings.last { $0.context == .transactionEnd }
      return ["readings Transaction.Begin and Transaction.End"]
        + registers(begin?.register, end?.register)
        + positions([begin?.position, end?.position])
    case .samples:
      let metered = session.readings.filter { $0.energy != nil }
      let count = session.readings.count
      return ["\(count) meter reading\(count == 1 ? "" : "s")"]
        + registers(metered.first?.register, metered.last?.register)
        + positions([metered.first?.position, metered.last?.position])
    case .importedTotal:
      return ["as the imported record states it"]
    case .none:
      return ["nothing in the log tells it"]
    }
  }

  private func registers(_ first: Energy?, _ last: Energy?) -> [String] {
    guard let first, let last else { return [] }
    return ["\(ElectricityText.kilowattHours(first)) → \(ElectricityText.kilowattHours(last))"]
  }

  private func positions(_ positions: [UInt64?]) -> [String] {
    let known = positions.compactMap { $0 }
    guard let first = known.first, let last = known.last else { return [] }
    return [first == last ? "(position \(first))" : "(positions \(first) and \(last))"]
  }
}
