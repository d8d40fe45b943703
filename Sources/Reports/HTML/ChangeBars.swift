/// Changes as bars to the left and to the right of a line, each with its name and its number.
struct ChangeBars {
  struct Entry {
    var name: String
    /// Decides the length of the bar; all entries in the same unit.
    var size: Int64
    var text: String
  }

  var title: String
  var entries: [Entry]

  private let row = 26.0
  /// Between the names and the numbers.
  private let area = PlotArea(left: 126, right: 104)

  func draw(id: String, into page: inout Markup) {
    let chart = Chart(
      id: id, title: title,
      summary: entries.map { "\($0.name): \($0.text)" }.joined(separator: "; "),
      height: Double(entries.count) * row + 6)
    let sizes = entries.map(\.size) + [0]
    let axis = ValueAxis(from: sizes.min() ?? 0, to: sizes.max() ?? 0, intervals: 20)
    let zero = area.x(axis.fraction(0))
    chart.draw(into: &page) { svg in
      for (index, entry) in entries.enumerated() {
        let y = Double(index) * row + 4
        let end = area.x(axis.fraction(entry.size))
        svg.label(Chart.shortened(entry.name, to: 16), x: 0, y: y + 14, kind: "name")
        svg.bar(
          entry.size < 0 ? "less" : "more", x: min(zero, end), y: y, width: abs(end - zero),
          height: row - 8, hint: "\(entry.name): \(entry.text)")
        svg.label(entry.text, x: Chart.width, y: y + 14, anchor: "end", kind: "value")
      }
      svg.line("axis", x1: zero, y1: 0, x2: zero, y2: Double(entries.count) * row + 4)
    }
  }
}
