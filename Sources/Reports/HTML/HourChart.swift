import Quantities
import Replay

/// Amounts for each hour of the day, one column for each series.
struct HourChart {
  struct Series {
    /// Its colour; nil for a change, where the sign decides.
    var kind: String?
    var name: String
    /// 24 of them.
    var amounts: [ExactAmount]
  }

  var title: String
  var series: [Series]
  var format: ReportFormat

  private let area = PlotArea(left: 58, right: 4)
  private var slot: Double { area.width / 24 }

  func draw(id: String, into page: inout Markup) {
    let sizes = series.flatMap { $0.amounts.map(format.minorUnits) }
    let axis = ValueAxis(from: min(0, sizes.min() ?? 0), to: max(0, sizes.max() ?? 0))
    let hours = (0..<24).filter { hour in series.contains { $0.amounts[hour] != .zero } }
    let chart = Chart(
      id: id, title: title, summary: hours.map(hint).joined(separator: "; "), height: area.height)
    chart.draw(into: &page) { svg in
      grid(axis, into: &svg)
      for hour in hours { bars(hour, axis, into: &svg) }
      for hour in stride(from: 0, through: 21, by: 3) {
        svg.label(
          "\(hour)", x: area.left + (Double(hour) + 0.5) * slot, y: area.base + 16, anchor: "middle"
        )
      }
      svg.label(
        "hour of the start, on the clock of the site", x: area.x(0.5), y: area.height - 4,
        anchor: "middle", kind: "caption")
    }
  }

  private func y(_ value: Int64, _ axis: ValueAxis) -> Double {
    area.y(axis.fraction(value))
  }

  private func grid(_ axis: ValueAxis, into svg: inout Markup) {
    for tick in axis.ticks {
      let y = y(tick, axis)
      svg.line(
        tick == 0 ? "axis" : "grid", x1: area.left, y1: y, x2: area.end, y2: y)
      svg.label(format.axisLabel(tick, axis), x: area.left - 6, y: y + 4, anchor: "end")
    }
  }

  private func bars(_ hour: Int, _ axis: ValueAxis, into svg: inout Markup) {
    let zero = y(0, axis)
    let width = slot * 0.8 / Double(series.count)
    for (index, entry) in series.enumerated() {
      let amount = entry.amounts[hour]
      let end = y(format.minorUnits(amount), axis)
      svg.bar(
        entry.kind ?? (amount < .zero ? "less" : "more"),
        x: area.left + (Double(hour) + 0.1) * slot + Double(index) * width, y: min(zero, end),
        width: width * 0.95, height: abs(zero - end), hint: hint(hour))
    }
  }

  private func hint(_ hour: Int) -> String {
    let values = series.map { entry in
      let amount = entry.amounts[hour]
      return "\(entry.name) \(entry.kind == nil ? format.change(amount) : format.amount(amount))"
    }
    return "\(hour):00: \(values.joined(separator: ", "))"
  }
}
