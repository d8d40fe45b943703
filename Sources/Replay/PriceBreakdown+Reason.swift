import Quantities

extension PriceBreakdown {
  /// Why `candidate` differs from `self`, in plain words, the greatest difference first:
  /// `energy 30.2 kWh at 0.45 instead of 0.39; parking 42 min now priced at 2.40 an hour`.
  ///
  /// What changes by less than half a minor unit of `currency` is left out, as a bill does not show
  /// it. Amounts and rates are without VAT. A rate is what the component costs on average; where the six
  /// decimals of a tariff cannot hold it, it says `about`.
  public func reason(
    for candidate: PriceBreakdown, of used: ChargedQuantities, in currency: CurrencyCode
  ) -> String {
    let parts = [
      Part(
        name: "energy \(PlainText.kilowattHours(used.energy))", before: energy,
        after: candidate.energy,
        rate: Rate(quantity: Int128(used.energy.milliwattHours), unit: 1_000_000, suffix: "")),
      Part(
        name: "charging \(PlainText.duration(milliseconds: used.chargingMilliseconds))",
        before: time, after: candidate.time, rate: .hourly(used.chargingMilliseconds)),
      Part(
        name: "parking \(PlainText.duration(milliseconds: used.parkingMilliseconds))",
        before: parking, after: candidate.parking, rate: .hourly(used.parkingMilliseconds)),
      Part(name: "flat fee", before: flat, after: candidate.flat, rate: nil),
      Part(name: "other parts", before: other, after: candidate.other, rate: nil),
      Part(
        name: "VAT", before: vat, after: hasSameVATRate(as: candidate) ? vat : candidate.vat,
        rate: nil),
    ]
    // A stable order: by size, then as listed.
    let changed = parts.filter { $0.before != $0.after }.enumerated().sorted {
      ($1.element.size, $0.offset) < ($0.element.size, $1.offset)
    }
    guard !changed.isEmpty else { return "no part of the price differs" }
    let visible = changed.filter { $0.element.size.rounded(toDecimals: currency.minorUnits) != 0 }
    guard !visible.isEmpty else { return "less than one minor unit" }
    return visible.map(\.element.text).joined(separator: "; ")
  }

  /// VAT that only follows the net amount is not a reason of its own.
  private func hasSameVATRate(as other: PriceBreakdown) -> Bool {
    let left = vat.numerator.multipliedFullWidth(by: other.net.numerator)
    let right = other.vat.numerator.multipliedFullWidth(by: net.numerator)
    return left.high == right.high && left.low == right.low
      && (vat == .zero) == (other.vat == .zero)
  }
}

/// One component before and after, and how to say it.
private struct Part {
  var name: String
  var before: ExactAmount
  var after: ExactAmount
  var rate: Rate?

  var size: ExactAmount { (after - before).magnitude }

  var text: String {
    let (old, new) = (words(before), words(after))
    if before == .zero { return "\(name) now priced\(preposition)\(new)" }
    if after == .zero { return "\(name) no longer priced\(preposition)\(old)" }
    return "\(name)\(rateOrNothing == nil ? " " : " at ")\(new) instead of \(old)"
  }

  /// A rate needs a quantity to divide by.
  private var rateOrNothing: Rate? { rate.flatMap { $0.quantity > 0 ? $0 : nil } }
  private var preposition: String { rateOrNothing == nil ? ", " : " at " }

  private func words(_ amount: ExactAmount) -> String {
    rateOrNothing?.text(of: amount) ?? PlainText.amount(amount)
  }
}

/// A price for a quantity of something.
private struct Rate {
  /// In the smallest unit: mWh or ms.
  var quantity: Int128
  /// How many of them the price is for: a kWh or an hour.
  var unit: Int128
  var suffix: String

  static func hourly(_ milliseconds: Int64) -> Rate {
    Rate(quantity: Int128(milliseconds), unit: 3_600_000, suffix: " an hour")
  }

  func text(of amount: ExactAmount) -> String {
    // In millionths: amount / denominator / (quantity / unit) × 10^6. The denominator is a multiple
    // of 10^6 × unit for both units, so nothing is multiplied that could overflow.
    let divisor = ExactAmount.denominator / (1_000_000 * unit) * quantity
    if amount.numerator % divisor == 0 {
      return PlainText.decimal(amount.numerator / divisor, decimals: 6) + suffix
    }
    let rounded = PlainText.rounded(amount.numerator, by: divisor * 100)
    return "about \(PlainText.decimal(rounded, decimals: 4))\(suffix)"
  }
}
