extension ExactAmount {
  /// The amount in whole units of 10^-`decimals`, rounded half to even: the one rounding step of a
  /// bill. `decimals` must be in 0...18. Nil for ``overflow``.
  public func rounded(toDecimals decimals: Int) -> Int128? {
    precondition(0...18 ~= decimals, "an amount is rounded to 0...18 decimals")
    guard !isOverflow else { return nil }
    return numerator.dividedHalfToEven(by: 18 * powersOfTen[18 - decimals])
  }

  /// The amount in whole minor units of `currency` (cents), rounded half to even. Nil for
  /// ``overflow``.
  public func minorUnits(of currency: CurrencyCode) -> Int128? {
    rounded(toDecimals: currency.minorUnits)
  }

  /// The amount that a bill shows: a whole number of minor units of `currency`, rounded half to even.
  public func rounded(in currency: CurrencyCode) -> ExactAmount {
    guard let units = minorUnits(of: currency) else { return .overflow }
    return ExactAmount(
      DecimalNumber(coefficient: units, exponent: Int32(-currency.minorUnits))) ?? .overflow
  }

  /// As a bill shows it: the decimals of `currency`, rounded half to even, `12.30`.
  public func decimalString(in currency: CurrencyCode) -> String {
    decimalString(decimals: currency.minorUnits)
  }

  /// With `decimals` (0...18) digits after the point, rounded half to even. The text `overflow`
  /// stands for ``overflow``; zero has no sign.
  public func decimalString(decimals: Int) -> String {
    guard let units = rounded(toDecimals: decimals) else { return "overflow" }
    let sign = units < 0 ? "-" : ""
    return sign + decimalText(digits: String(units.magnitude), decimals: decimals)
  }

  /// With 18 decimals, rounded half to even; ``fraction`` has what is lost beyond them.
  public var exactDecimalString: String { decimalString(decimals: 18) }

  /// The exact value as a reduced fraction: `7/3`, or `12/1` for whole numbers.
  public var fraction: String {
    guard !isOverflow else { return "overflow" }
    var (divisor, rest) = (ExactAmount.denominator.magnitude, numerator.magnitude)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    let common = Int128(divisor)
    return "\(numerator / common)/\(ExactAmount.denominator / common)"
  }
}

extension ExactAmount: CustomStringConvertible {
  /// Same as ``exactDecimalString``.
  public var description: String { exactDecimalString }
}
