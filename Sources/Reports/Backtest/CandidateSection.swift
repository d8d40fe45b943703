import Quantities
import Replay

/// The part of the page about one candidate: the answer, the figures, the plots, the numbers.
struct CandidateSection {
  let result: CandidateResult
  let checks: [GuardRails.Check]
  /// Unique in the page; anchors and titles of charts begin with it.
  let id: String
  /// The only candidate: its name is the title of the page already.
  let isAlone: Bool

  var format: ReportFormat { ReportFormat(style: .page, currency: result.candidate.currency) }
  var style: NumberStyle { .page }
  var totals: BacktestTotals { result.totals }
  var name: String { result.candidate.tariffID }

  func write(into page: inout Markup) {
    page.element("section", ["id": id, "class": isAlone ? "alone" : "one"]) { page in
      if !isAlone { page.element("h2", name) }
      answer(into: &page)
      guardRails(into: &page)
      if totals.sessions > 0 {
        tiles(into: &page)
        figures(into: &page)
        tables(into: &page)
      }
      unpriced(into: &page)
    }
  }

  private func answer(into page: inout Markup) {
    let answer = BacktestAnswer(result: result, format: format)
    page.sentence("p", ["class": "answer"]) { page in
      page.element("strong", name)
      page.append(answer.revenue)
    }
    if let sessions = answer.sessions { page.element("p", ["class": "who"], sessions) }
    if let note = result.noteOnBills { page.element("p", ["class": "who"], note) }
  }

  private func guardRails(into page: inout Markup) {
    guard !checks.isEmpty else { return }
    page.element("ul", ["class": "rails"]) { page in
      for check in checks {
        page.sentence("li", ["class": check.isViolated ? "broken" : "kept"]) { page in
          page.element("strong", check.isViolated ? "Guard rail not kept" : "Guard rail kept")
          page.append(": \(check.words(style))")
        }
      }
    }
  }

  private func tiles(into page: inout Markup) {
    page.element("dl", ["class": "tiles"]) { page in
      let before = result.baseline == .computed ? "In force" : "Billed"
      tile(before, format.amount(totals.baseline.includingVAT), excludingVAT(totals.baseline))
      tile(
        "Candidate", format.amount(totals.candidate.includingVAT), excludingVAT(totals.candidate))
      tile(
        "Change", format.change(totals.delta.includingVAT), style.changePercent(totals.deltaPercent)
      )
      tile("Cost more", style.count(totals.increased), style.percent(totals.increasedPercent))
      tile("Cost less", style.count(totals.decreased), style.percent(totals.decreasedPercent))
      tile(
        "Not compared", style.count(result.unpricedSessions),
        "of \(style.sessions(result.sessions))")

      func tile(_ name: String, _ value: String, _ detail: String) {
        page.element("div") { page in
          page.element("dt", name)
          page.element("dd", ["class": "value"], value)
          page.element("dd", detail)
        }
      }
    }
  }

  private func excludingVAT(_ amounts: AmountPair) -> String {
    "\(format.amount(amounts.excludingVAT)) without VAT"
  }

  private func unpriced(into page: inout Markup) {
    guard result.unpricedSessions > 0 else { return }
    page.element("h3", "Sessions that could not be compared")
    var table = HTMLTable(
      caption: "They are in no figure above.", columns: [.text("Reason"), .number("Sessions")])
    for entry in result.unpriced {
      table.rows.append([entry.reason.rawValue, style.count(entry.sessions)])
    }
    table.write(into: &page)
  }
}
