public import Quantities

/// A share as a quotient of two integers, so that it is compared exactly and rounded only to print.
public struct Percentage: Hashable, Sendable {
  private let part: Int128
  /// Always positive.
  private let whole: Int128

  private init?(part: Int128, whole: Int128) {
    guard whole != 0, whole != .min, part != .min else { return nil }
    self.part = whole < 0 ? -part : part
    self.whole = whole < 0 ? -whole : whole
  }

  /// `part` in percent of `whole`; nil if `whole` is zero.
  public init?(_ part: ExactAmount, of whole: ExactAmount) {
    self.init(part: part.numerator, whole: whole.numerator)
  }

  /// `count` in percent of `all`; nil if `all` is zero.
  public init?(count: Int, of all: Int) {
    self.init(part: Int128(count), whole: Int128(all))
  }

  /// The sign: -1, 0 or 1.
  public var signum: Int { Int(part.signum()) }

  /// Whether the magnitude is above `millionths` millionths of a percent. Exact.
  public func magnitudeExceeds(millionthsOfPercent millionths: Int64) -> Bool {
    let share = part.magnitude.multipliedFullWidth(by: 100_000_000)
    let limit = whole.magnitude.multipliedFullWidth(by: UInt128(max(0, millionths)))
    return (share.high, share.low) > (limit.high, limit.low)
  }

  /// The percentage with a fixed number of decimals, rounded half to even: `-4.2000`. Nil where
  /// ``rounded(decimals:)`` is.
  ///
  /// - Parameter decimals: from 0 to 6.
  public func text(decimals: Int) -> String? {
    rounded(decimals: decimals).map {
      "\(DecimalNumber(coefficient: $0, exponent: -Int32(min(max(decimals, 0), 6))))"
    }
  }

  /// The percentage in whole units of 10^-`decimals`, rounded half to even. Nil if it does not fit,
  /// which takes a baseline of next to nothing.
  ///
  /// - Parameter decimals: from 0 to 6.
  public func rounded(decimals: Int) -> Int128? {
    let scale = (0..<min(max(decimals, 0), 6)).reduce(UInt128(1)) { scale, _ in scale * 10 }
    let dividend = part.magnitude.multipliedFullWidth(by: scale * 100)
    let divisor = whole.magnitude
    guard dividend.high < divisor else { return nil }
    var (quotient, remainder) = divisor.dividingFullWidth(dividend)
    let rest = divisor - remainder
    if remainder > rest || (remainder == rest && quotient & 1 == 1) {
      quotient &+= 1  // Wraps to zero only from the greatest value, and that does not fit anyway.
      guard quotient != 0 else { return nil }
    }
    guard let size = Int128(exactly: quotient) else { return nil }
    return part < 0 ? -size : size
  }
}
