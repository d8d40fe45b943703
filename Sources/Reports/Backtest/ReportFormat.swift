import Quantities
import Replay

/// How one candidate's numbers are written: the style of the medium and the candidate's currency.
struct ReportFormat {
  var style: NumberStyle
  var currency: CurrencyCode

  /// `1 234.50 EUR`
  func amount(_ amount: ExactAmount) -> String {
    "\(style.amount(amount, currency))\(unit)"
  }

  /// `+1 234.50 EUR`
  func change(_ amount: ExactAmount) -> String { "\(style.change(amount, currency))\(unit)" }

  /// `+0.25 EUR`
  func change(_ minorUnits: Int64) -> String {
    "\(style.change(minorUnits: minorUnits, currency))\(unit)"
  }

  /// An amount for drawing, in minor units.
  func minorUnits(_ amount: ExactAmount) -> Int64 {
    Int64(clamping: amount.minorUnits(of: currency) ?? 0)
  }

  /// An edge of a bin or a quantile: `-0.25`.
  func edge(_ minorUnits: Int64) -> String { style.change(minorUnits: minorUnits, currency) }

  func axisLabel(_ minorUnits: Int64, _ axis: ValueAxis) -> String {
    style.tick(minorUnits: minorUnits, step: axis.step, currency)
  }

  /// Which changes a bin holds, in words.
  func range(of bin: SortedChanges.Bin) -> String {
    switch (bin.lower, bin.upper) {
    case (0, 0): "no change"
    case (nil, let upper?): "below \(change(upper))"
    case (let lower?, nil): "above \(change(lower))"
    case (let lower?, let upper?): "\(edge(lower)) to \(change(upper))"
    case (nil, nil): "any change"
    }
  }

  private var unit: String { "\(style.space)\(currency)" }
}

/// The points of the distribution that a report names.
struct Quantiles {
  var perMille: Int
  /// In JSON and tables: `p5`.
  var key: String
  /// For people.
  var name: String

  static let all = [
    Quantiles(perMille: 50, key: "p5", name: "5 %"),
    Quantiles(perMille: 250, key: "p25", name: "25 %"),
    Quantiles(perMille: 500, key: "p50", name: "median"),
    Quantiles(perMille: 750, key: "p75", name: "75 %"),
    Quantiles(perMille: 950, key: "p95", name: "95 %"),
  ]
}
