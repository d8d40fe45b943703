import Replay

/// Revenue as it was and under the candidate, as two bars.
struct TotalsChart {
  var totals: BacktestTotals
  var baselineName: String
  var candidateName: String
  var format: ReportFormat

  private let row = 58.0

  func draw(id: String, into page: inout Markup) {
    let rows = [
      (baselineName, totals.baseline.includingVAT, "baseline"),
      (candidateName, totals.candidate.includingVAT, "candidate"),
    ]
    let sizes = rows.map { format.minorUnits($0.1) }
    // From zero: cutting the axis would make a small change look great.
    let axis = ValueAxis(
      from: min(0, sizes.min() ?? 0), to: max(0, sizes.max() ?? 0), intervals: 40)
    let zero = axis.fraction(0) * Chart.width
    let chart = Chart(
      id: id, title: "Revenue with VAT",
      summary: rows.map { "\($0.0): \(format.amount($0.1))" }.joined(separator: "; "),
      height: row * 2)
    chart.draw(into: &page) { svg in
      for (index, (name, amount, kind)) in rows.enumerated() {
        let y = Double(index) * row
        let end = axis.fraction(sizes[index]) * Chart.width
        svg.label(Chart.shortened(name, to: 32), x: 0, y: y + 15, kind: "name")
        svg.label(format.amount(amount), x: Chart.width, y: y + 15, anchor: "end", kind: "value")
        svg.bar(
          kind, x: min(zero, end), y: y + 23, width: abs(end - zero), height: 24,
          hint: "\(name): \(format.amount(amount))")
      }
    }
  }
}
