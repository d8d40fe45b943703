import Quantities
import Replay

/// How numbers are written for people: digits in groups of three, a sign where it is a change.
struct NumberStyle: Sendable {
  /// Between groups of three digits, and before a percent sign.
  var space: String
  var minus: String
  /// For a number that does not exist.
  var nothing: String

  /// Plain characters.
  static let terminal = NumberStyle(space: " ", minus: "-", nothing: "-")
  /// Narrow no-break spaces and a true minus sign.
  static let page = NumberStyle(space: "\u{202F}", minus: "\u{2212}", nothing: "–")

  /// `12 345`
  func count(_ number: Int) -> String { grouped(String(number)) }

  /// `1 204 sessions`, `1 session`
  func sessions(_ number: Int) -> String {
    "\(count(number)) session\(number == 1 ? "" : "s")"
  }

  /// `1 234.50`, with the decimals of the currency.
  func amount(_ amount: ExactAmount, _ currency: CurrencyCode) -> String {
    grouped(amount.decimalString(in: currency))
  }

  /// `+1 234.50`
  func change(_ amount: ExactAmount, _ currency: CurrencyCode) -> String {
    signed(amount.decimalString(in: currency))
  }

  /// A whole number of minor units: `+0.25`.
  func change(minorUnits: Int64, _ currency: CurrencyCode) -> String {
    signed(Self.decimal(minorUnits: minorUnits, decimals: currency.minorUnits))
  }

  /// A whole number of minor units on an axis: `0.25`, but `20` where all ticks are whole.
  func tick(minorUnits: Int64, step: Int64, _ currency: CurrencyCode) -> String {
    let decimals = currency.minorUnits
    let unit = (0..<decimals).reduce(Int64(1)) { unit, _ in unit * 10 }
    guard step % unit == 0, minorUnits % unit == 0 else {
      return grouped(Self.decimal(minorUnits: minorUnits, decimals: decimals))
    }
    return grouped(String(minorUnits / unit))
  }

  /// `4.20 %`
  func percent(_ percentage: Percentage?) -> String {
    guard let text = percentage?.text(decimals: 2) else { return nothing }
    return "\(grouped(text))\(space)%"
  }

  /// `+4.20 %`
  func changePercent(_ percentage: Percentage?) -> String {
    guard let text = percentage?.text(decimals: 2) else { return nothing }
    return "\(signed(text))\(space)%"
  }

  /// A decimal number with groups of three digits before the point.
  func grouped(_ decimal: String) -> String {
    let isNegative = decimal.hasPrefix("-")
    let digits = isNegative ? decimal.dropFirst() : decimal[...]
    let whole = digits.prefix { $0 != "." }
    var text = isNegative ? minus : ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { text += space }
      text.append(digit)
    }
    return text + digits[whole.endIndex...]
  }

  private func signed(_ decimal: String) -> String {
    let isZero = decimal.allSatisfy { "-0.".contains($0) }
    return (isZero || decimal.hasPrefix("-") ? "" : "+") + grouped(decimal)
  }

  /// `value` × 10^-`decimals` with all its decimals and without groups: `-0.25`.
  static func decimal(minorUnits value: Int64, decimals: Int) -> String {
    "\(DecimalNumber(coefficient: Int128(value), exponent: Int32(-decimals)))"
  }
}
