/// A decimal number exactly as it was written: `coefficient` × 10^`exponent`.
///
/// What JSON and meters write is decimal text. Reading it through binary floating point would
/// change digits, so every number that can reach a bill goes through this type.
///
/// Equality is of the writing: `1.0` is not `1`. Compare what ``scaled(toPowerOfTen:rounding:)``
/// returns, or ``normalized``, to compare values.
public struct DecimalNumber: Hashable, Sendable {
  /// The digits, with the sign. Up to 38 digits fit.
  public var coefficient: Int128
  /// The power of ten that the coefficient is multiplied by.
  public var exponent: Int32

  @inlinable
  public init(coefficient: Int128, exponent: Int32) {
    self.coefficient = coefficient
    self.exponent = exponent
  }

  /// What to do with digits below the unit that is asked for.
  public enum Rounding: Sendable {
    /// They must not exist.
    case exact
    /// To the nearest, and to the even neighbour from the middle.
    case halfToEven
  }

  /// The same value without trailing zeros in the coefficient; zero has the exponent 0.
  public var normalized: DecimalNumber {
    guard coefficient != 0 else { return DecimalNumber(coefficient: 0, exponent: 0) }
    var result = self
    while result.exponent < .max, result.coefficient % 10 == 0 {
      result.coefficient /= 10
      result.exponent += 1
    }
    return result
  }

  /// The value as a whole number of units of 10^`power`: kilowatt-hours become milliwatt-hours
  /// with `power` -6.
  ///
  /// Nil if it does not fit into 64 bits, or if `rounding` is exact and the value is not a whole
  /// number of units.
  public func scaled(toPowerOfTen power: Int, rounding: Rounding = .exact) -> Int64? {
    wideScaled(toPowerOfTen: power, rounding: rounding).flatMap { Int64(exactly: $0) }
  }

  /// Same as ``scaled(toPowerOfTen:rounding:)`` in 128 bits.
  func wideScaled(toPowerOfTen power: Int, rounding: Rounding = .exact) -> Int128? {
    guard coefficient != 0 else { return 0 }
    let (shift, overflow) = Int(exponent).subtractingReportingOverflow(power)
    guard !overflow, shift < powersOfTen.count else { return nil }
    if shift >= 0 {
      let (product, overflow) = coefficient.multipliedReportingOverflow(by: powersOfTen[shift])
      return overflow ? nil : product
    }
    guard -shift < powersOfTen.count else {
      // Less than half a unit, whatever the digits are.
      return rounding == .exact ? nil : 0
    }
    let divisor = powersOfTen[-shift]
    switch rounding {
    case .exact: return coefficient % divisor == 0 ? coefficient / divisor : nil
    case .halfToEven: return coefficient.dividedHalfToEven(by: divisor)
    }
  }
}

/// 10^0 up to 10^38, all that 128 bits hold.
let powersOfTen: [Int128] = {
  var powers: [Int128] = [1]
  for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
  return powers
}()

extension Int128 {
  /// The nearest whole quotient, and the even one from the middle. `divisor` must be positive; the
  /// result then always fits.
  public func dividedHalfToEven(by divisor: Int128) -> Int128 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    let distance = remainder.magnitude
    let opposite = divisor.magnitude - distance
    guard distance > opposite || (distance == opposite && quotient & 1 != 0) else {
      return quotient
    }
    return self < 0 ? quotient - 1 : quotient + 1
  }
}
