import Quantities

/// Sums up one dimension of a session: energy, charging time, parking time or reserved time.
///
/// Quantities at one price are collected and multiplied once, when another price takes over.
struct DimensionMeter {
  /// Everything that had a price, in mWh or milliseconds.
  private(set) var priced: Int64 = 0
  private(set) var amount = TaxedAmount.zero
  /// The price of the last quantity.
  private(set) var lastPrice = PriceSelection.none
  private var pending: Int64 = 0

  /// The engine keeps the sum of all quantities far inside of 64 bits.
  @inline(__always)
  mutating func add(_ quantity: Int64, price: Int, in program: PricingProgram) {
    guard quantity != 0 else { return }
    if price != lastPrice {
      settle(in: program)
      lastPrice = price
    }
    pending += quantity
    priced += quantity
  }

  /// Turns what is pending into money.
  mutating func settle(in program: PricingProgram) {
    guard pending != 0 else { return }
    amount += program.prices[lastPrice].amount(pending)
    pending = 0
  }

  /// Rounds the total up to the step of the last price, which also prices what is added. Returns
  /// that quantity, 0 if the total is a multiple already.
  mutating func roundUp(in program: PricingProgram) -> Int64 {
    guard lastPrice != PriceSelection.none, priced > 0 else { return 0 }
    let step = program.prices[lastPrice].step
    guard step > 0 else { return 0 }
    let excess = priced % step
    guard excess > 0 else { return 0 }
    amount += program.prices[lastPrice].amount(step - excess)
    return step - excess
  }
}
