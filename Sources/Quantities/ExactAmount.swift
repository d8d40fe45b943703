/// An amount of money without any rounding: a 128-bit numerator over one fixed denominator
/// (SEMANTICS 21).
///
/// The denominator is the least one that holds, for prices in millionths of the currency unit,
/// a price per kilowatt-hour × milliwatt-hours (1/10^12), a price per hour × milliseconds
/// (1/(3.6 × 10^12)), and each of them × a VAT rate in 1/10,000 percent (1/10^6): 18 × 10^18. About
/// 9 × 10^18 currency units fit on either side of zero.
///
/// Arithmetic never traps. A result that does not fit is ``overflow``, which every operation passes
/// on, so that a fold checks once, at the end.
public struct ExactAmount: Hashable, Sendable {
  /// Units of 1/``denominator``.
  public let numerator: Int128

  /// What every numerator is divided by.
  public static let denominator: Int128 = 18_000_000_000_000_000_000

  @inlinable
  public init(numerator: Int128) { self.numerator = numerator }

  /// Nothing.
  @inlinable
  public static var zero: ExactAmount { ExactAmount(numerator: 0) }

  /// The result of arithmetic that left the range; no amount of money. It equals itself and is
  /// less than every amount.
  @inlinable
  public static var overflow: ExactAmount { ExactAmount(numerator: .min) }

  /// Whether arithmetic left the range on the way here.
  @inlinable
  public var isOverflow: Bool { numerator == .min }
}

extension ExactAmount {
  /// `pricePerKilowattHour` (millionths of the currency unit) for `energy`.
  @inlinable
  public init(pricePerKilowattHour millionths: Int64, energy: Energy) {
    self.init(product: Int128(millionths) * Int128(energy.milliwattHours), unit: 18_000_000)
  }

  /// `pricePerHour` (millionths of the currency unit) for `milliseconds`.
  @inlinable
  public init(pricePerHour millionths: Int64, milliseconds: Int64) {
    self.init(product: Int128(millionths) * Int128(milliseconds), unit: 5_000_000)
  }

  /// `flat` millionths of the currency unit.
  @inlinable
  public init(flat millionths: Int64) {
    self.init(numerator: Int128(millionths) * 18_000_000_000_000)
  }

  /// A decimal number of currency units; nil if it has more than 18 decimals or does not fit.
  public init?(_ decimal: DecimalNumber) {
    guard let units = decimal.wideScaled(toPowerOfTen: -18) else { return nil }
    self.init(product: units, unit: 18)
    guard !isOverflow else { return nil }
  }

  @inlinable
  init(product: Int128, unit: Int128) {
    let (numerator, overflow) = product.multipliedReportingOverflow(by: unit)
    self.init(numerator: overflow ? .min : numerator)
  }
}

extension ExactAmount {
  /// The tax on this amount, at a rate in 1/10,000 percent (19 % is 190,000).
  ///
  /// Nil if the tax is no whole number of units, which cannot happen for sums of priced energy,
  /// time and flat fees.
  @inlinable
  public func vat(tenThousandthsOfPercent rate: Int64) -> ExactAmount? {
    guard !isOverflow else { return .overflow }
    let (units, remainder) = numerator.quotientAndRemainder(dividingBy: 1_000_000)
    guard remainder == 0 else {
      let (product, overflow) = numerator.multipliedReportingOverflow(by: Int128(rate))
      guard !overflow else { return .overflow }
      return product % 1_000_000 == 0 ? ExactAmount(numerator: product / 1_000_000) : nil
    }
    return ExactAmount(product: units, unit: Int128(rate))
  }

  /// This amount and the tax on it; see ``vat(tenThousandthsOfPercent:)``.
  @inlinable
  public func addingVAT(tenThousandthsOfPercent rate: Int64) -> ExactAmount? {
    vat(tenThousandthsOfPercent: rate).map { self + $0 }
  }
}

extension ExactAmount: Comparable, AdditiveArithmetic {
  @inlinable
  public static func < (left: ExactAmount, right: ExactAmount) -> Bool {
    left.numerator < right.numerator
  }

  @inlinable
  public static func + (left: ExactAmount, right: ExactAmount) -> ExactAmount {
    let (sum, overflow) = left.numerator.addingReportingOverflow(right.numerator)
    guard !overflow, !left.isOverflow, !right.isOverflow else { return .overflow }
    return ExactAmount(numerator: sum)
  }

  @inlinable
  public static func - (left: ExactAmount, right: ExactAmount) -> ExactAmount {
    left + -right
  }

  @inlinable
  public static prefix func - (amount: ExactAmount) -> ExactAmount {
    amount.isOverflow ? .overflow : ExactAmount(numerator: -amount.numerator)
  }
}
