import Quantities
public import Replay

/// The result of a backtest for people and programs: a page, JSON, CSV, or a summary for a terminal.
///
/// No report holds a clock or a path: the same result gives the same bytes (SEMANTICS 23).
public struct BacktestReport: Sendable {
  /// What is shown.
  public let result: BacktestResult

  public init(_ result: BacktestResult) { self.result = result }

  /// What every report says about its limits.
  static let assumption =
    "Drivers' behaviour is assumed unchanged: the same sessions, with the same energy and times, "
    + "at other prices."

  /// The sessions that were asked about, in words.
  var scope: String {
    var parts = [starts]
    for (name, list) in [("site", result.range.sites), ("station", result.range.stations)]
    where !list.isEmpty {
      parts.append("\(name)\(list.count == 1 ? "" : "s") \(list.joined(separator: ", "))")
    }
    return parts.joined(separator: "; ")
  }

  /// `started on or after 2026-01-01 and before 2026-02-01 (midnight at the site)`
  private var starts: String {
    var bounds: [String] = []
    switch result.range.from {
    case nil: break
    case .instant(let instant): bounds.append("at or after \(instant.rfc3339)")
    case .localDate(let date): bounds.append("on or after \(date)")
    }
    switch result.range.to {
    case nil: break
    case .instant(let instant): bounds.append("before \(instant.rfc3339)")
    case .localDate(let date): bounds.append("before \(date)")
    }
    guard !bounds.isEmpty else { return "all in the log" }
    let note = hasLocalDate ? " (midnight at the site)" : ""
    return "started \(bounds.joined(separator: " and "))\(note)"
  }

  private var hasLocalDate: Bool {
    [result.range.from, result.range.to].contains { bound in
      if case .localDate? = bound { true } else { false }
    }
  }
}

extension BacktestBaseline {
  /// What its column, its bar and its row are called.
  var words: String {
    switch self {
    case .computed: "tariff in force"
    case .billed: "as billed"
    }
  }
}

extension CandidateResult {
  /// What is to be known of bills with one amount; nil if there are none.
  var noteOnBills: String? {
    guard billsWithOneAmount > 0 else { return nil }
    let bills = "\(billsWithOneAmount) bill\(billsWithOneAmount == 1 ? " states" : "s state")"
    return bills + " only the amount without VAT or only that with it; for these the candidate is "
      + "compared by that amount, in both columns."
  }
}
