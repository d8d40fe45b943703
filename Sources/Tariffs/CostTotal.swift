import Quantities

/// What a session costs, exactly, and by what it was caused.
public struct CostTotal: Sendable, Hashable {
  /// What has to be paid: the sum of the parts, within the tariff's limits.
  public private(set) var amount: TaxedAmount
  /// Each part includes the rounding up of its quantity to the step.
  public let energy: TaxedAmount
  /// Charging, and time that the station held back.
  public let time: TaxedAmount
  /// Parking.
  public let parkingTime: TaxedAmount
  /// The flat fee of the session.
  public let flat: TaxedAmount
  /// Time and flat fee of the reservation.
  public let reservation: TaxedAmount
  /// The limit that moved the amount; nil if none did.
  public private(set) var limit: AppliedLimit?

  /// The sum of the parts, before the tariff's limits.
  public var sum: TaxedAmount { energy + time + parkingTime + flat + reservation }

  /// Nothing was used, nothing is due.
  public static let zero = CostTotal(
    energy: .zero, time: .zero, parkingTime: .zero, flat: .zero, reservation: .zero)

  private init(
    energy: TaxedAmount, time: TaxedAmount, parkingTime: TaxedAmount, flat: TaxedAmount,
    reservation: TaxedAmount
  ) {
    self.energy = energy
    self.time = time
    self.parkingTime = parkingTime
    self.flat = flat
    self.reservation = reservation
    amount = energy + time + parkingTime + flat + reservation
  }

  /// Sums the parts and applies `min_price` and `max_price`. A reservation that never became a
  /// session (`hasSession` is false) has no minimum: the minimum is of a charging session.
  init(
    energy: TaxedAmount, time: TaxedAmount, parkingTime: TaxedAmount, flat: TaxedAmount,
    reservation: TaxedAmount, limitedBy program: PricingProgram, hasSession: Bool
  ) {
    self.init(
      energy: energy, time: time, parkingTime: parkingTime, flat: flat, reservation: reservation)
    guard !amount.isOverflow else { return }
    if hasSession, let limit = program.minPrice { apply(limit, isMaximum: false) }
    if let limit = program.maxPrice { apply(limit, isMaximum: true) }
  }

  private mutating func apply(_ limit: PriceLimit, isMaximum: Bool) {
    let limited = amount.limited(by: limit, isMaximum: isMaximum)
    guard limited != amount else { return }
    amount = limited
    self.limit = isMaximum ? .maximum : .minimum
  }
}

/// Which limit of a tariff decided a cost.
public enum AppliedLimit: String, Sendable, Hashable {
  case minimum = "min_price"
  case maximum = "max_price"
}

extension TaxedAmount {
  /// Moves either amount to its own limit if it is beyond it. Where the limit is given without VAT
  /// only, the amount with VAT keeps its ratio to the one without.
  func limited(by limit: PriceLimit, isMaximum: Bool) -> TaxedAmount {
    func clamp(_ amount: ExactAmount, _ price: UnitPrice) -> ExactAmount {
      let bound = ExactAmount(flat: price.millionths)
      return isMaximum ? min(amount, bound) : max(amount, bound)
    }
    let exclVAT = clamp(self.exclVAT, limit.exclVAT)
    guard let inclLimit = limit.inclVAT else {
      guard exclVAT != self.exclVAT else { return self }
      return TaxedAmount(
        exclVAT: exclVAT, inclVAT: inclVAT.scaled(from: self.exclVAT, to: exclVAT))
    }
    return TaxedAmount(exclVAT: exclVAT, inclVAT: clamp(inclVAT, inclLimit))
  }
}

extension ExactAmount {
  /// This amount × `new` / `old`, rounded half to even to the unit of an exact amount. `new` where
  /// this is not `old` with VAT of 0 to 100 %: nothing has no rate, and neither has a sum of prices
  /// and of what is paid back at another rate.
  fileprivate func scaled(from old: ExactAmount, to new: ExactAmount) -> ExactAmount {
    let divisor = old.numerator.magnitude
    guard divisor != 0, (numerator < 0) == (old.numerator < 0),
      divisor...2 * divisor ~= numerator.magnitude
    else { return new }
    // So the result is at most twice `new`, which is a limit, and fits.
    let product = numerator.magnitude.multipliedFullWidth(by: new.numerator.magnitude)
    var (quotient, remainder) = divisor.dividingFullWidth(product)
    let opposite = divisor - remainder
    if remainder > opposite || (remainder == opposite && quotient & 1 != 0) { quotient += 1 }
    let magnitude = Int128(quotient)
    return ExactAmount(numerator: new.numerator < 0 ? -magnitude : magnitude)
  }
}
