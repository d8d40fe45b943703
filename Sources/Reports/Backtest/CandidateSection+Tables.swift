import Quantities
import Replay

extension CandidateSection {
  /// The numbers behind the plots.
  func tables(into page: inout Markup) {
    changes(into: &page)
    quantiles(into: &page)
    if !result.sites.isEmpty { sites(into: &page) }
    page.element("details") { page in
      page.element("summary", "Numbers by hour of the day and by size of the change")
      hours(into: &page)
      bins(into: &page)
    }
  }

  private func changes(into page: inout Markup) {
    guard !result.topChanges.isEmpty else { return }
    page.element("h3", "Sessions that change most")
    var table = HTMLTable(
      caption: "Prices with VAT in \(format.currency); rates in the reasons are without VAT.",
      columns: [
        .code("Session"), .text("Station"), .text("Start (UTC)"), .number("In\u{A0}force"),
        .number("Candidate"), .number("Change"), .text("Reason"),
      ])
    for change in result.topChanges {
      table.rows.append([
        "\(change.session)",
        [change.site, change.station].compactMap(\.self).joined(
          separator: " / "),
        String(change.startedAt.rfc3339.prefix(16)).replacing("T", with: " "),
        style.amount(change.baseline.includingVAT, format.currency),
        style.amount(change.candidate.includingVAT, format.currency),
        style.change(change.delta.includingVAT, format.currency), change.reason,
      ])
    }
    table.write(into: &page)
  }

  private func quantiles(into page: inout Markup) {
    page.element("h3", "Quantiles of the change per session")
    let sorted = result.distribution.sorted
    let points =
      [("least", 0)] + Quantiles.all.map { ($0.name, $0.perMille) } + [("greatest", 1000)]
    var table = HTMLTable(
      caption: "That share of the sessions changes by at most so much, with VAT.",
      columns: [.text("")] + points.map { .number($0.0) })
    table.rows.append(
      ["Change in \(format.currency)"]
        + points.map { sorted.quantile(perMille: $0.1).map(format.edge) ?? style.nothing })
    table.write(into: &page)
  }

  private func sites(into page: inout Markup) {
    page.element("h3", "Sites")
    let ranked = result.sitesByChange
    let shown = ranked.prefix(CandidateSection.mostSitesListed)
    let rest = ranked.count - shown.count
    let note = rest > 0 ? " \(style.count(rest)) more with smaller changes are in the JSON." : ""
    var table = HTMLTable(
      caption: "Revenue with VAT in \(format.currency).\(note)", columns: groupColumns("Site"))
    for entry in shown { table.rows.append([entry.site] + cells(entry.totals)) }
    table.write(into: &page)
  }

  private static let mostSitesListed = 50

  private func hours(into page: inout Markup) {
    var table = HTMLTable(
      caption: "Revenue with VAT in \(format.currency) by the hour of the start.",
      columns: groupColumns("Hour"))
    for (hour, totals) in result.hours.enumerated() where totals.sessions > 0 {
      table.rows.append(["\(hour):00"] + cells(totals))
    }
    table.write(into: &page)
  }

  private func bins(into page: inout Markup) {
    var table = HTMLTable(
      caption: "Sessions by the change of their price with VAT.",
      columns: [.text("Change"), .number("Sessions"), .number("Share")])
    for bin in result.distribution.sorted.histogram {
      table.rows.append([
        format.range(of: bin), style.count(bin.sessions),
        style.percent(Percentage(count: bin.sessions, of: totals.sessions)),
      ])
    }
    table.write(into: &page)
  }

  private func groupColumns(_ title: String) -> [HTMLTable.Column] {
    [
      .text(title), .number("Sessions"), .number("In\u{A0}force"), .number("Candidate"),
      .number("Change"), .number("Change in %"), .number("Cost more"), .number("Cost less"),
    ]
  }

  private func cells(_ totals: BacktestTotals) -> [String] {
    [
      style.count(totals.sessions), style.amount(totals.baseline.includingVAT, format.currency),
      style.amount(totals.candidate.includingVAT, format.currency),
      style.change(totals.delta.includingVAT, format.currency),
      style.changePercent(totals.deltaPercent), style.count(totals.increased),
      style.count(totals.decreased),
    ]
  }
}
