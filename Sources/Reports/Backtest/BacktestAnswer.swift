import Quantities
import Replay

/// The answer to "what would this tariff have done?" in two sentences.
struct BacktestAnswer {
  var result: CandidateResult
  var format: ReportFormat

  private var totals: BacktestTotals { result.totals }

  /// What follows the name of the tariff: ` would have brought in 12.30 EUR more (+4.20 %)…`.
  var revenue: String {
    guard result.sessions > 0 else { return ": no session started in the range." }
    guard totals.sessions > 0 else {
      return ": none of \(format.style.sessions(result.sessions)) could be compared."
    }
    let over = "over \(format.style.sessions(totals.sessions))"
    let change = totals.delta.includingVAT
    guard change != .zero else { return " would have brought in exactly the same \(over)." }
    let size = format.amount(change < .zero ? -change : change)
    let direction = change < .zero ? "less" : "more"
    let share = totals.deltaPercent.map { " (\(format.style.changePercent($0)))" } ?? ""
    return " would have brought in \(size) \(direction)\(share) \(over), with VAT."
  }

  /// Who pays more and who pays less.
  var sessions: String? {
    guard totals.sessions > 0 else { return nil }
    let more = group(totals.increased, totals.increasedPercent, totals.increase)
    let less = group(totals.decreased, totals.decreasedPercent, totals.decrease)
    return "More expensive: \(more). Cheaper: \(less). The same: "
      + "\(totals.unchanged == 0 ? "none" : format.style.sessions(totals.unchanged))."
  }

  private func group(_ sessions: Int, _ share: Percentage?, _ change: ExactAmount) -> String {
    guard sessions > 0 else { return "none" }
    let mean = ExactAmount(numerator: change.numerator / Int128(sessions))
    return "\(format.style.sessions(sessions)) (\(format.style.percent(share))), by "
      + "\(format.amount(mean < .zero ? -mean : mean)) on average"
  }
}
