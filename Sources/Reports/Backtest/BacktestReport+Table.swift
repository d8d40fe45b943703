import Quantities
import Replay

extension BacktestReport {
  /// A short summary for a terminal: the answer first, then what it is made of.
  public var summary: String {
    var text = ""
    for candidate in result.candidates {
      text += CandidateSummary(result: candidate, checks: checks(of: candidate)).text + "\n"
    }
    text += "Sessions: \(TerminalText.harmless(scope)).\n"
    return text + "\(Self.assumption)\n"
  }

  func checks(of candidate: CandidateResult) -> [GuardRails.Check] {
    result.guardRails.checks(of: candidate.totals)
  }
}

/// The part of one candidate.
private struct CandidateSummary {
  let result: CandidateResult
  let checks: [GuardRails.Check]

  private var style: NumberStyle { .terminal }
  private var currency: CurrencyCode { result.candidate.currency }
  private var format: ReportFormat { ReportFormat(style: style, currency: currency) }
  private var name: String { TerminalText.harmless(result.candidate.tariffID) }

  /// At most so many sites and sessions: the rest is in the other formats.
  private let mostRows = 5

  var text: String {
    let answer = BacktestAnswer(result: result, format: format)
    var parts = [name + answer.revenue + "\n" + (answer.sessions.map { $0 + "\n" } ?? "")]
    if result.totals.sessions > 0 { parts += [totals, quantiles, sites, changes] }
    parts += [unpriced, guardRails]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var totals: String {
    var table = Table([.left(""), .right("excl. VAT"), .right("incl. VAT"), .left("")])
    let rows = [
      (result.baseline.words, result.totals.baseline), (name, result.totals.candidate),
    ]
    for (title, amounts) in rows {
      table.append([
        title, style.amount(amounts.excludingVAT, currency),
        style.amount(amounts.includingVAT, currency), "\(currency)",
      ])
    }
    let delta = result.totals.delta
    table.append([
      "change", style.change(delta.excludingVAT, currency),
      style.change(delta.includingVAT, currency), "\(currency)",
    ])
    return table.text
  }

  private var quantiles: String {
    let changes = result.distribution.sorted
    var table = Table(
      [.left("change per session")] + Quantiles.all.map { .right($0.name) } + [.left("")])
    let values = Quantiles.all.map {
      changes.quantile(perMille: $0.perMille).map(format.edge) ?? style.nothing
    }
    table.append(["up to"] + values + ["\(currency)"])
    return table.text
  }

  private var sites: String {
    guard result.sites.count > 1 else { return "" }
    let ranked = result.sitesByChange
    var table = Table([.left("site"), .right("sessions"), .right("change"), .right("%")])
    for entry in ranked.prefix(mostRows) {
      table.append([
        entry.site, style.count(entry.totals.sessions),
        style.change(entry.totals.delta.includingVAT, currency),
        style.changePercent(entry.totals.deltaPercent),
      ])
    }
    return table.text + others(ranked.count - mostRows, "site")
  }

  private var changes: String {
    guard !result.topChanges.isEmpty else { return "" }
    var table = Table([
      .left("session"), .right("before"), .right("after"), .right("change"), .left("reason"),
    ])
    for change in result.topChanges.prefix(mostRows) {
      table.append([
        String("\(change.session)".prefix(12)),
        style.amount(change.baseline.includingVAT, currency),
        style.amount(change.candidate.includingVAT, currency),
        style.change(change.delta.includingVAT, currency), change.reason,
      ])
    }
    return table.text
  }

  private var unpriced: String {
    guard result.unpricedSessions > 0 else { return result.noteOnBills.map { $0 + "\n" } ?? "" }
    var table = Table([.right("not compared"), .left("because")])
    for entry in result.unpriced {
      table.append([style.count(entry.sessions), entry.reason.rawValue])
    }
    return table.text + (result.noteOnBills.map { $0 + "\n" } ?? "")
  }

  private var guardRails: String {
    checks.map { check in
      "\(check.isViolated ? "NOT KEPT" : "kept"): \(check.words(style))\n"
    }.joined()
  }

  private func others(_ count: Int, _ noun: String) -> String {
    count > 0 ? "and \(style.count(count)) more \(noun)\(count == 1 ? "" : "s")\n" : ""
  }
}

extension CandidateResult {
  /// Sites with the greatest change of revenue with VAT first, then by id.
  var sitesByChange: [SiteTotals] {
    func size(_ entry: SiteTotals) -> ExactAmount {
      let change = entry.totals.delta.includingVAT
      return change < .zero ? -change : change
    }
    return sites.sorted { (size($1), $0.site) < (size($0), $1.site) }
  }
}
