/// A decimal number exactly as it was written: `coefficient` × 10^`exponent`.
///
/// What JSON and meters write is decimal text. Reading it through binary floating point would
/// change digits, so every number that can reach a bill goes through this type.
public struct DecimalNumber: Hashable, Sendable {
  /// The digits, with the sign. Up to 38 digits fit.
  public var coefficient: Int128
  /// The power of ten that the coefficient is multiplied by.
  public var exponent: Int32

  public init(coefficient: Int128, exponent: Int32) {
    self.coefficient = coefficient
    self.exponent = exponent
  }
}
