import Replay

/// How many sessions change by how much: falls to the left of nothing, rises to the right.
struct HistogramChart {
  var bins: [SortedChanges.Bin]
  var format: ReportFormat

  private let area = PlotArea(left: 48, right: 8)

  func draw(id: String, into page: inout Markup) {
    let chart = Chart(
      id: id, title: "Change per session",
      summary: bins.map { "\(format.range(of: $0)): \(format.style.sessions($0.sessions))" }
        .joined(separator: "; "), height: area.height)
    let most = Int64(clamping: bins.map(\.sessions).max() ?? 0)
    let axis = ValueAxis(from: 0, to: most)
    chart.draw(into: &page) { svg in
      grid(axis, into: &svg)
      for (index, bin) in bins.enumerated() { bar(bin, at: index, axis, into: &svg) }
      edgeLabels(into: &svg)
      svg.label(
        "change of the price in \(format.currency), with VAT",
        x: area.x(0.5), y: area.height - 4, anchor: "middle", kind: "caption")
    }
  }

  private var slot: Double { area.width / Double(max(1, bins.count)) }

  private func grid(_ axis: ValueAxis, into svg: inout Markup) {
    for tick in axis.ticks {
      let y = area.y(axis.fraction(tick))
      svg.line(
        tick == 0 ? "axis" : "grid", x1: area.left, y1: y, x2: area.end, y2: y)
      svg.label(format.style.count(Int(tick)), x: area.left - 6, y: y + 4, anchor: "end")
    }
  }

  private func bar(
    _ bin: SortedChanges.Bin, at index: Int, _ axis: ValueAxis, into svg: inout Markup
  ) {
    guard bin.sessions > 0 else { return }
    // A bar is never thinner than what can be seen.
    let size = max(1, area.base - area.y(axis.fraction(Int64(bin.sessions))))
    svg.bar(
      kind(of: bin), x: area.left + (Double(index) + 0.08) * slot, y: area.base - size,
      width: slot * 0.84, height: size,
      hint: "\(format.range(of: bin)): \(format.style.sessions(bin.sessions))")
  }

  private func kind(of bin: SortedChanges.Bin) -> String {
    if bin.lower == 0, bin.upper == 0 { return "same" }
    return (bin.upper ?? 1) <= 0 ? "less" : "more"
  }

  /// Every few edges one label, counted from zero so that round numbers are met.
  private func edgeLabels(into svg: inout Markup) {
    let every = max(1, (bins.count + 6) / 7)
    guard let zero = bins.firstIndex(where: { $0.lower == 0 && $0.upper == 0 }) else { return }
    svg.label("0", x: area.left + (Double(zero) + 0.5) * slot, y: area.base + 16, anchor: "middle")
    for (index, bin) in bins.enumerated() {
      let distance = abs(index - zero)
      guard distance > 0, distance % every == 0,
        let edge = index < zero ? bin.lower : bin.upper
      else { continue }
      let x = area.left + Double(index < zero ? index : index + 1) * slot
      svg.line("tick", x1: x, y1: area.base, x2: x, y2: area.base + 4)
      svg.label(format.edge(edge), x: x, y: area.base + 16, anchor: "middle")
    }
  }
}
