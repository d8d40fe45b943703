public import Quantities

/// An amount of money without and with VAT, exact: what OCPI calls a `Price`.
public struct AmountPair: Hashable, Sendable {
  /// `excl_vat`.
  public var excludingVAT: ExactAmount
  /// `incl_vat`: what the driver pays.
  public var includingVAT: ExactAmount

  public init(excludingVAT: ExactAmount, includingVAT: ExactAmount) {
    self.excludingVAT = excludingVAT
    self.includingVAT = includingVAT
  }

  /// The VAT alone.
  public var vat: ExactAmount { includingVAT - excludingVAT }

  /// What one session can cost at most for its price to take part in sums: ten billion units of
  /// the currency either way. Sums over less than 900 million sessions then cannot overflow.
  static let greatestOfOneSession = ExactAmount(
    numerator: 10_000_000_000 * ExactAmount.denominator)

  /// Whether both amounts are within ``greatestOfOneSession``.
  var isSummable: Bool {
    isWithinRange(excludingVAT) && isWithinRange(includingVAT)
  }

  private func isWithinRange(_ amount: ExactAmount) -> Bool {
    -Self.greatestOfOneSession <= amount && amount <= Self.greatestOfOneSession
  }
}

extension AmountPair: AdditiveArithmetic {
  /// Nothing at all.
  public static let zero = AmountPair(excludingVAT: .zero, includingVAT: .zero)

  public static func + (left: AmountPair, right: AmountPair) -> AmountPair {
    AmountPair(
      excludingVAT: left.excludingVAT + right.excludingVAT,
      includingVAT: left.includingVAT + right.includingVAT)
  }

  public static func - (left: AmountPair, right: AmountPair) -> AmountPair {
    AmountPair(
      excludingVAT: left.excludingVAT - right.excludingVAT,
      includingVAT: left.includingVAT - right.includingVAT)
  }
}

extension ExactAmount {
  /// The amount without its sign.
  var magnitude: ExactAmount { self < .zero ? -self : self }
}
