import Quantities
import Replay

extension CandidateSection {
  /// The plots.
  func figures(into page: inout Markup) {
    page.element("div", ["class": "figures"]) { page in
      page.figure("Revenue", "With VAT, over the sessions that were compared.") {
        TotalsChart(
          totals: totals, baselineName: result.baseline.words, candidateName: name, format: format
        )
        .draw(id: "\(id)-totals", into: &$0)
      }
      siteFigure(into: &page)
      page.figure(
        "Change per session", "How many sessions would cost how much more or less."
      ) { page in
        legend([("less", "cost less"), ("same", "no change"), ("more", "cost more")], into: &page)
        HistogramChart(bins: result.distribution.sorted.histogram, format: format)
          .draw(id: "\(id)-histogram", into: &page)
      }
      page.figure(
        "Share of the sessions up to a change", "The dots are the quantiles of the table below."
      ) {
        CumulativeChart(changes: result.distribution.sorted, format: format)
          .draw(id: "\(id)-cumulative", into: &$0)
      }
      hourFigures(into: &page)
    }
  }

  private func hourFigures(into page: inout Markup) {
    page.figure("Revenue by hour of the day", "With VAT.") { page in
      legend(
        [("baseline", result.baseline.words), ("candidate", Chart.shortened(name, to: 32))],
        into: &page)
      HourChart(
        title: "Revenue by hour of the day",
        series: [
          .init(
            kind: "baseline", name: result.baseline.words,
            amounts: result.hours.map(\.baseline.includingVAT)),
          .init(
            kind: "candidate", name: name, amounts: result.hours.map(\.candidate.includingVAT)),
        ], format: format
      ).draw(id: "\(id)-hours", into: &page)
    }
    page.figure("Change by hour of the day", "With VAT.") { page in
      legend([("less", "less revenue"), ("more", "more revenue")], into: &page)
      HourChart(
        title: "Change of revenue by hour of the day",
        series: [
          .init(kind: nil, name: "change", amounts: result.hours.map(\.delta.includingVAT))
        ], format: format
      ).draw(id: "\(id)-hour-changes", into: &page)
    }
  }

  private func siteFigure(into page: inout Markup) {
    let shown = result.sitesByChange.prefix(CandidateSection.mostSitesDrawn)
    let rest = result.sites.count - shown.count
    let note = rest > 0 ? " The \(shown.count) that change most of \(result.sites.count)." : ""
    page.figure("Change by site", "With VAT.\(note)") {
      ChangeBars(
        title: "Change of revenue by site",
        entries: shown.map { entry in
          let change = entry.totals.delta.includingVAT
          return ChangeBars.Entry(
            name: entry.site, size: format.minorUnits(change),
            text: "\(style.change(change, format.currency))")
        }
      ).draw(id: "\(id)-sites", into: &$0)
    }
  }

  private static let mostSitesDrawn = 10

  private func legend(_ entries: [(kind: String, name: String)], into page: inout Markup) {
    page.sentence("p", ["class": "legend", "aria-hidden": "true"]) { page in
      for entry in entries { page.element("span", ["class": "key \(entry.kind)"], entry.name) }
    }
  }
}
