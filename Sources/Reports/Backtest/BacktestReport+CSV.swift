import Quantities
import Replay

extension BacktestReport {
  /// The figures as CSV: for each candidate one row for all, one for each site and one for each
  /// hour of the day, told apart by `scope` (`total`, `site`, `hour`) and `key`.
  ///
  /// One shape for all rows, so that a spreadsheet filters and pivots it as it is. Single sessions
  /// are in the JSON.
  public var csv: String {
    var writer = CSVWriter(header: [
      "tariff_id", "scope", "key", "compared", "unpriced", "currency", "baseline_excl_vat",
      "baseline_incl_vat", "candidate_excl_vat", "candidate_incl_vat", "delta_excl_vat",
      "delta_incl_vat", "delta_percent", "increased", "decreased", "unchanged",
    ])
    for result in result.candidates {
      writer.append(
        row(result.candidate, "total", "", result.totals, unpriced: result.unpricedSessions))
      for entry in result.sites {
        writer.append(row(result.candidate, "site", entry.site, entry.totals))
      }
      for (hour, totals) in result.hours.enumerated() {
        writer.append(row(result.candidate, "hour", "\(hour)", totals))
      }
    }
    return writer.text
  }

  private func row(
    _ candidate: BacktestCandidate, _ scope: String, _ key: String, _ totals: BacktestTotals,
    unpriced: Int? = nil
  ) -> [String] {
    let amounts = [totals.baseline, totals.candidate, totals.delta].flatMap { amounts in
      [amounts.excludingVAT, amounts.includingVAT].map {
        $0.decimalString(in: candidate.currency)
      }
    }
    return [
      candidate.tariffID, scope, key, "\(totals.sessions)", unpriced.map { "\($0)" } ?? "",
      "\(candidate.currency)",
    ] + amounts + [
      totals.deltaPercent?.text(decimals: 4) ?? "", "\(totals.increased)", "\(totals.decreased)",
      "\(totals.unchanged)",
    ]
  }
}
