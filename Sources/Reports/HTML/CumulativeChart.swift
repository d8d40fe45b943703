import Replay

/// Which share of the sessions changes by at most so much.
struct CumulativeChart {
  var changes: SortedChanges
  var format: ReportFormat

  private let area = PlotArea(left: 48, right: 16)

  func draw(id: String, into page: inout Markup) {
    guard let low = changes.quantile(perMille: 10), let high = changes.quantile(perMille: 990)
    else { return }
    let chart = Chart(
      id: id, title: "Share of the sessions up to a change",
      summary: Quantiles.all.map { quantile in
        "\(quantile.name) \(changes.quantile(perMille: quantile.perMille).map(format.edge) ?? "")"
      }.joined(separator: "; "), height: area.height)
    let axis = ValueAxis(from: min(0, low), to: max(0, high))
    chart.draw(into: &page) { svg in
      grid(axis, into: &svg)
      svg.empty("polyline", ["class": "curve", "points": points(axis)])
      for quantile in Quantiles.all { mark(quantile, axis, into: &svg) }
      svg.label(
        "change of the price in \(format.currency), with VAT",
        x: area.x(0.5), y: area.height - 4, anchor: "middle", kind: "caption")
    }
  }

  private func x(_ change: Int64, _ axis: ValueAxis) -> Double {
    area.x(axis.fraction(change))
  }

  private func y(perMille: Int) -> Double { area.y(Double(perMille) / 1000) }

  private func grid(_ axis: ValueAxis, into svg: inout Markup) {
    for percent in stride(from: 0, through: 100, by: 25) {
      let y = y(perMille: percent * 10)
      svg.line(percent == 0 ? "axis" : "grid", x1: area.left, y1: y, x2: area.end, y2: y)
      svg.label("\(percent)\(format.style.space)%", x: area.left - 6, y: y + 4, anchor: "end")
    }
    for tick in axis.ticks {
      let x = x(tick, axis)
      svg.line(
        tick == 0 ? "axis" : "tick", x1: x, y1: tick == 0 ? area.top : area.base, x2: x,
        y2: area.base + 4)
      let isLast = tick == axis.highest
      svg.label(
        format.axisLabel(tick, axis), x: isLast ? x + 12 : x, y: area.base + 16,
        anchor: isLast ? "end" : "middle")
    }
  }

  /// The curve at every half percent: a step wherever many sessions change by the same amount.
  private func points(_ axis: ValueAxis) -> String {
    var points: [String] = []
    for perMille in stride(from: 0, through: 1000, by: 5) {
      guard let change = changes.quantile(perMille: perMille) else { continue }
      points.append("\(Chart.number(x(change, axis))),\(Chart.number(y(perMille: perMille)))")
    }
    return points.joined(separator: " ")
  }

  private func mark(_ quantile: Quantiles, _ axis: ValueAxis, into svg: inout Markup) {
    guard let change = changes.quantile(perMille: quantile.perMille) else { return }
    svg.element(
      "circle",
      [
        "class": "mark", "cx": Chart.number(x(change, axis)),
        "cy": Chart.number(y(perMille: quantile.perMille)), "r": "4",
      ]
    ) { circle in
      circle.element("title", "\(quantile.name): \(format.change(change))")
    }
  }
}
