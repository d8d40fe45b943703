import Quantities

/// The power curve of a session, drawn with dots: filled from zero, above it what the vehicle took,
/// below it what it gave back. In each column the extremes show, so no peak of a long session is
/// lost.
struct PowerChart {
  private let curve: PowerCurve
  private let scale: PowerScale
  private let axis: TimeAxis
  /// What stands left of the plot: the labels' width and the axis.
  let margin: Int
  let plotColumns: Int

  /// - Parameter columns: of the whole chart, labels included.
  /// - Returns: nil if no power is known, or the session has no duration.
  init?(of curve: PowerCurve, in zone: TimeZoneTable, columns: Int) {
    guard curve.end > curve.start, !curve.pieces.isEmpty else { return nil }
    self.curve = curve
    let powers = curve.pieces.flatMap { [$0.from, $0.to] }
    let scale = PowerScale((powers.min() ?? 0)...(powers.max() ?? 0))
    self.scale = scale
    let labels = (0..<scale.rowsAbove + scale.rowsBelow).compactMap { scale.label(row: $0) }
    margin = (labels.map(\.count).max() ?? 1) + 2
    plotColumns = max(1, columns - margin)
    axis = TimeAxis(from: curve.start, to: curve.end, in: zone, columns: plotColumns)
  }

  /// The lines of the chart.
  func lines(_ style: TerminalStyle) -> [String] {
    let canvas = draw()
    var lines: [String] = []
    for row in 0..<scale.rowsAbove + scale.rowsBelow {
      if row == scale.rowsAbove { lines.append(zeroLine(style)) }
      let plot = style.paint(canvas.text(row: row), row < scale.rowsAbove ? .green : .cyan)
      lines.append(left(scale.label(row: row), axis: "│", style) + plot)
    }
    if scale.rowsBelow == 0 { lines.append(zeroLine(style)) }
    let indent = String(repeating: " ", count: margin)
    lines.append(indent + style.paint(axis.labels, .faint))
    return lines
  }

  private func draw() -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: plotColumns, rows: scale.rowsAbove + scale.rowsBelow)
    let zero = scale.rowsAbove * BrailleCanvas.dotsDown
    for (x, extent) in curve.extents(plotColumns * BrailleCanvas.dotsAcross).enumerated() {
      guard let extent else { continue }
      let top = scale.dots(max(0, extent.upperBound), perRow: BrailleCanvas.dotsDown)
      let bottom = scale.dots(min(0, extent.lowerBound), perRow: BrailleCanvas.dotsDown)
      for y in zero - top..<zero - bottom { canvas.set(x, y) }
    }
    return canvas
  }

  private func zeroLine(_ style: TerminalStyle) -> String {
    left("0", axis: "┼", style) + style.paint(axis.line, .faint)
  }

  private func left(_ label: String?, axis: String, _ style: TerminalStyle) -> String {
    let axis = label != nil && axis == "│" ? "┤" : axis
    let text = TerminalText.padded(label ?? "", to: margin - 2, alignment: .right) + " " + axis
    return style.paint(text, .faint)
  }
}
