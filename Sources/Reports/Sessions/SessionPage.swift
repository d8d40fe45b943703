public import Projections
import Quantities
import Sessions
import Sites

/// One session on a terminal: what it is, what it cost and why, how it went, and what was odd.
///
///     print(SessionPage(detail, TerminalStyle(columns: 100)).text)
public struct SessionPage {
  let detail: SessionDetail
  let style: TerminalStyle
  let curve: PowerCurve
  let band: StateBand

  var entry: SessionEntry { detail.entry }
  var session: Session { detail.entry.session }
  /// Of the site; a session without one is told in UTC alone.
  var zone: TimeZoneTable { entry.placement?.zone ?? .utc }

  public init(_ detail: SessionDetail, _ style: TerminalStyle) {
    self.detail = detail
    self.style = style
    curve = PowerCurve(of: detail.entry.session)
    band = StateBand(of: detail.entry.session, until: curve.end)
  }

  /// The whole page. Lines are at most ``TerminalStyle/columns`` wide, but for ids that cannot be
  /// broken.
  public var text: String {
    // A section without lines is left out with its title.
    let sections: [(title: String, lines: [String])] = [
      ("", overview), (costTitle, costLines), (powerTitle, powerLines), ("States", stateLines),
      ("Findings", findingLines), ("History", historyLines),
    ]
    var text = ""
    for section in sections where !section.lines.isEmpty {
      if !text.isEmpty { text += "\n" }
      for line in Paragraph.lines(of: section.title, columns: style.columns) {
        text += style.paint(line, .strong) + "\n"
      }
      for line in section.lines { text += trimmed(line) + "\n" }
    }
    return style.finish(text)
  }

  /// Lines that begin `indent` columns from the left.
  func indented(_ lines: [String], by indent: Int = 2) -> [String] {
    lines.map { String(repeating: " ", count: indent) + $0 }
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
