import ChargerEvents
import Quantities
import Sessions

// MARK: - The curve

extension SessionPage {
  private var chart: PowerChart? {
    PowerChart(of: curve, in: zone, columns: style.columns - 2)
  }

  var powerTitle: String {
    guard !curve.pieces.isEmpty else { return "Power" }
    let count = session.readings.count
    let readings = "\(NumberStyle.terminal.count(count)) reading\(count == 1 ? "" : "s")"
    return "Power in kW, "
      + (curve.isMeasured ? "\(readings)" : "mean between the meter's registers, \(readings)")
  }

  var powerLines: [String] {
    guard let chart else {
      return indented([
        session.readings.isEmpty ? "no reading tells the power" : "no time passed between readings"
      ])
    }
    return indented(chart.lines(style))
  }
}

// MARK: - States

extension SessionPage {
  /// More changes than this are summed up, with the first and the last of them.
  private static let mostStretches = 24

  var stateLines: [String] {
    let stretches = band.stretches
    guard !stretches.isEmpty else { return [] }
    var lines: [String] = []
    if curve.end > curve.start {
      // As wide as the plot, so that it stands right under the curve.
      let margin = chart?.margin ?? 0
      let text = band.text(columns: style.columns - 2 - margin, style)
      lines += indented([text, ""], by: 2 + margin)
    }
    if band.totals.count < stretches.count { lines += totals + [""] }
    return lines + stretchTable(stretches)
  }

  /// How long each state held, where one came more than once.
  private var totals: [String] {
    let totals = band.totals.map { total in
      let duration = TimeText.duration(milliseconds: total.milliseconds)
      return "\(total.state.mark) \(total.state.name) \(duration)"
    }
    return indented(Paragraph.lines(of: totals, separator: "   ", columns: style.columns - 2))
  }

  private func stretchTable(_ stretches: [StateBand.Stretch]) -> [String] {
    var table = Table([.left(""), .left(""), .right("").dispensable(1), .left("").dispensable(2)])
    let half = Self.mostStretches / 2
    let isLong = stretches.count > Self.mostStretches
    for (index, stretch) in stretches.enumerated() {
      if isLong, index == half {
        table.append(["", "(\(stretches.count - 2 * half) more)"])
      }
      if isLong, index >= half, index < stretches.count - half { continue }
      table.append([
        clock(stretch.start), "\(stretch.state.mark) \(stretch.state.name)",
        TimeText.duration(milliseconds: stretch.end.milliseconds(since: stretch.start)),
        stretch.position == 0 ? "concluded" : "position \(stretch.position)",
      ])
    }
    return indented(table.lines(fitting: style.columns - 2))
  }

  /// The site's clock; the date too if the session passes midnight.
  private func clock(_ instant: Instant) -> String {
    let local = zone.local(at: instant)
    let time = TimeText.clock(local, hasSeconds: true)
    let isOneDay = zone.local(at: curve.start).date == zone.local(at: curve.end).date
    return isOneDay ? time : "\(local.date) \(time)"
  }
}

// MARK: - Findings

extension SessionPage {
  /// The gravest first; among equals as they were found.
  var findingLines: [String] {
    let findings = session.findings.enumerated().sorted { left, right in
      (right.element.code.severity.rawValue, left.offset)
        < (left.element.code.severity.rawValue, right.offset)
    }
    return findings.flatMap { lines(of: $0.element) }
  }

  private func lines(of finding: Finding) -> [String] {
    let severity = finding.code.severity
    let times = finding.count > 1 ? " ×\(finding.count)" : ""
    var head = Paragraph.lines(
      of: "\(severity.name) \(finding.code.name)\(times)", columns: style.columns - 4)
    head[0] = style.paint(severity.name, severity.ink) + head[0].dropFirst(severity.name.count)
    let sentence = Paragraph.lines(of: finding.code.sentence, columns: style.columns - 6)
    var lines = indented(head) + indented(sentence, by: 4)
    if !finding.positions.isEmpty {
      let isCut = finding.count > finding.positions.count
      let places = finding.positions.map { "\($0)" }.joined(separator: ", ")
      let text =
        "position\(finding.positions.count == 1 ? "" : "s") " + places
        + (isCut ? " and more" : "")
      lines += indented(Paragraph.lines(of: text, columns: style.columns - 6), by: 4)
        .map { style.paint($0, .faint) }
    }
    return lines
  }
}

extension Finding.Severity {
  var ink: TerminalStyle.Ink {
    switch self {
    case .info: .blue
    case .warning: .yellow
    case .error: .red
    }
  }
}
