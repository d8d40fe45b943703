/// The frame of a chart: a drawing of fixed width that scales with the page.
struct Chart {
  /// Drawn at this width, so that text stays readable on a phone.
  static let width = 440.0

  var id: String
  var title: String
  /// What the chart shows in words, for those who cannot see it.
  var summary: String
  var height: Double

  func draw(into page: inout Markup, _ content: (inout Markup) -> Void) {
    page.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img",
        "viewBox": "0 0 \(Chart.number(Chart.width)) \(Chart.number(height))",
        "aria-labelledby": "\(id)-title \(id)-desc",
      ]
    ) { svg in
      svg.element("title", ["id": "\(id)-title"], title)
      svg.element("desc", ["id": "\(id)-desc"], summary)
      content(&svg)
    }
  }

  /// Names are as long as people make them; the full one is in a table and in the hint.
  static func shortened(_ name: String, to length: Int) -> String {
    name.count <= length ? name : name.prefix(length - 1) + "…"
  }

  /// A coordinate with one decimal, the same on every machine.
  static func number(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}

/// Where the data of a chart is drawn: what is left inside the margins for the labels.
struct PlotArea {
  var left: Double
  var right: Double
  var top = 10.0
  var bottom = 40.0
  var height = 250.0

  var end: Double { Chart.width - right }
  var base: Double { height - bottom }
  var width: Double { end - left }

  /// The place of a fraction of the width, from the left.
  func x(_ fraction: Double) -> Double { left + fraction * width }
  /// The place of a fraction of the height, from the base upwards.
  func y(_ fraction: Double) -> Double { base - fraction * (base - top) }
}

extension Markup {
  /// A bar with the words that appear when it is pointed at.
  mutating func bar(
    _ kind: String, x: Double, y: Double, width: Double, height: Double, hint: String
  ) {
    element(
      "rect",
      [
        "class": kind, "x": Chart.number(x), "y": Chart.number(y),
        "width": Chart.number(max(0, width)), "height": Chart.number(max(0, height)),
      ]
    ) { rect in rect.element("title", hint) }
  }

  mutating func line(_ kind: String, x1: Double, y1: Double, x2: Double, y2: Double) {
    empty(
      "line",
      [
        "class": kind, "x1": Chart.number(x1), "y1": Chart.number(y1), "x2": Chart.number(x2),
        "y2": Chart.number(y2),
      ])
  }

  /// - Parameter anchor: `start`, `middle` or `end`.
  mutating func label(
    _ text: String, x: Double, y: Double, anchor: String = "start", kind: String = "label"
  ) {
    element(
      "text",
      [
        "class": kind, "x": Chart.number(x), "y": Chart.number(y), "text-anchor": anchor,
      ], text)
  }
}

extension Markup {
  /// A figure with its title, a note and what it shows.
  mutating func figure(
    _ title: String, _ note: String, _ content: (inout Markup) -> Void
  ) {
    element("figure") { page in
      page.sentence("figcaption") { page in
        page.element("strong", title)
        page.append(" \(note)")
      }
      content(&page)
    }
  }
}
