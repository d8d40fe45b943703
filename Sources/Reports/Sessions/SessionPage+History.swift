import Projections
import Quantities
import Sessions

extension SessionPage {
  /// What was told of the session when: late records and facts by hand, in the order of the log.
  var historyLines: [String] {
    entry.timeline.steps.flatMap { step in
      let head = "\(step.receivedAt.rfc3339)  position \(step.position)"
      let pieces = [
        step.what, "before: \(step.before?.text ?? "none")", "after: \(step.after?.text ?? "none")",
      ]
      return indented([head])
        + pieces.flatMap { piece in
          indented(
            Paragraph.lines(of: TerminalText.harmless(piece), columns: style.columns - 6), by: 4)
        }
    }
  }
}
