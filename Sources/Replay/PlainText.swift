import Quantities

/// Quantities in the words of a reason: short, in plain ASCII, without the currency.
enum PlainText {
  /// `30.2 kWh`: whole Wh, without trailing zeros.
  static func kilowattHours(_ energy: Energy) -> String {
    trimmed(Int128(energy.wattHours), decimals: 3, keeping: 0) + " kWh"
  }

  /// `42 min`, `1 h 5 min`, `30 s`: cut off, not rounded.
  static func duration(milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds / 1000)
    if seconds < 60 { return "\(seconds) s" }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    if hours == 0 { return "\(minutes) min" }
    return minutes == 0 ? "\(hours) h" : "\(hours) h \(minutes) min"
  }

  /// An amount with two to four decimals.
  static func amount(_ amount: ExactAmount) -> String {
    decimal(rounded(amount.numerator, by: ExactAmount.denominator / 10_000), decimals: 4)
  }

  /// `value` × 10^-`decimals`, with two decimals or as many as it needs: `0.45`, `0.044125`.
  static func decimal(_ value: Int128, decimals: Int) -> String {
    trimmed(value, decimals: decimals, keeping: 2)
  }

  /// `dividend / divisor`, half to even. The divisor is positive.
  static func rounded(_ dividend: Int128, by divisor: Int128) -> Int128 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    let rest = Int128(divisor) - Int128(remainder.magnitude)
    let size = Int128(remainder.magnitude)
    guard size > rest || (size == rest && quotient & 1 != 0) else { return quotient }
    return quotient + dividend.signum()
  }

  /// `value` × 10^-`decimals` without trailing zeros beyond `keeping` decimals.
  private static func trimmed(_ value: Int128, decimals: Int, keeping: Int) -> String {
    var digits = String(value.magnitude)
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    var fraction = digits.suffix(decimals)
    while fraction.count > keeping, fraction.last == "0" { fraction.removeLast() }
    let whole = digits.dropLast(decimals)
    let sign = value < 0 ? "-" : ""
    return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
  }
}
