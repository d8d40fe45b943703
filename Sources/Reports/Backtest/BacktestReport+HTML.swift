import Quantities
import Replay

extension BacktestReport {
  /// The report as one HTML page that needs nothing else: no network, no script, no font.
  ///
  /// The page is well-formed XML too. Everything that a log, a site file or a tariff named is
  /// escaped.
  public var html: String {
    var page = Markup()
    page.append(verbatim: "<!DOCTYPE html>\n")
    page.element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) { page in
      page.element("head") { head(&$0) }
      page.element("body") { page in
        page.element("header") { header(&$0) }
        page.element("main") { page in
          if result.candidates.count > 1 { overview(into: &page) }
          for (index, candidate) in result.candidates.enumerated() {
            CandidateSection(
              result: candidate, checks: checks(of: candidate), id: "c\(index + 1)",
              isAlone: result.candidates.count == 1
            ).write(into: &page)
          }
        }
        page.element("footer") { footer(&$0) }
      }
    }
    return page.text
  }

  private func head(_ page: inout Markup) {
    page.empty("meta", ["charset": "utf-8"])
    page.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    page.empty("meta", ["name": "color-scheme", "content": "light dark"])
    page.element("title", title)
    page.element("style") { $0.append(verbatim: ReportStyle.sheet) }
  }

  private var title: String {
    let names = result.candidates.map(\.candidate.tariffID)
    return names.count == 1 ? "Tariff backtest: \(names[0])" : "Tariff backtest"
  }

  private func header(_ page: inout Markup) {
    page.element("p", ["class": "kind"], "Tariff backtest")
    let names = result.candidates.map(\.candidate.tariffID)
    page.element("h1", names.count == 1 ? names[0] : "\(names.count) candidates")
    page.element(
      "p", ["class": "scope"],
      result.baseline == .computed
        ? "Against the tariff in force at the start of each session. Sessions: \(scope)."
        : "Against what was billed for each session. Sessions: \(scope).")
  }

  private func footer(_ page: inout Markup) {
    page.element("h2", "How to read this")
    page.element("p", Self.assumption)
    page.element(
      "p",
      "Amounts are summed exactly and rounded once, to be shown. Which session costs more is "
        + "decided by its exact price with VAT. Sessions are chosen by their start; the hour is "
        + "that of the start on the clock of the site.")
    page.sentence("p", ["class": "digest"]) { page in
      page.append("Digest of this result: ")
      page.element("code", "\(result.digest)")
    }
  }

  /// All candidates side by side.
  private func overview(into page: inout Markup) {
    page.element("section", ["aria-labelledby": "overview"]) { page in
      page.element("h2", ["id": "overview"], "The candidates side by side")
      let columns: [HTMLTable.Column] = [
        .text("Tariff"), .number("Sessions compared"), .number("In force"),
        .number("Candidate"), .number("Change"), .number("Change in %"),
        .number("Cost more"), .number("Cost less"),
      ]
      var table = HTMLTable(caption: "Revenue with VAT", columns: columns)
      for candidate in result.candidates { table.rows.append(overviewRow(candidate)) }
      table.write(into: &page)
      page.element("div", ["class": "figures"], overviewFigures)
    }
  }

  private func overviewFigures(_ page: inout Markup) {
    figure("Change of revenue", note: "With VAT, in percent.") { result in
      (result.totals.deltaPercent, NumberStyle.page.changePercent)
    }
    figure("Sessions that cost more", note: "In percent of those compared.") { result in
      (result.totals.increasedPercent, NumberStyle.page.percent)
    }

    func figure(
      _ title: String, note: String,
      _ value: (CandidateResult) -> (Percentage?, (Percentage?) -> String)
    ) {
      page.figure(title, note) { page in
        ChangeBars(
          title: title,
          entries: result.candidates.map { result in
            let (percentage, text) = value(result)
            return ChangeBars.Entry(
              name: result.candidate.tariffID,
              size: Int64(clamping: percentage?.rounded(decimals: 2) ?? 0),
              text: text(percentage))
          }
        ).draw(id: title.lowercased().replacing(" ", with: "-"), into: &page)
      }
    }
  }

  private func overviewRow(_ result: CandidateResult) -> [String] {
    let format = ReportFormat(style: .page, currency: result.candidate.currency)
    let totals = result.totals
    return [
      result.candidate.tariffID, format.style.count(totals.sessions),
      format.amount(totals.baseline.includingVAT), format.amount(totals.candidate.includingVAT),
      format.change(totals.delta.includingVAT), format.style.changePercent(totals.deltaPercent),
      format.style.percent(totals.increasedPercent), format.style.percent(totals.decreasedPercent),
    ]
  }
}
