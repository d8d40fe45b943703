import Quantities

/// An amount of money without and with VAT, both exact.
public struct TaxedAmount: Sendable, Hashable {
  /// Without VAT.
  public var exclVAT: ExactAmount
  /// With VAT.
  public var inclVAT: ExactAmount

  @inlinable
  public init(exclVAT: ExactAmount, inclVAT: ExactAmount) {
    self.exclVAT = exclVAT
    self.inclVAT = inclVAT
  }

  /// Nothing.
  public static let zero = TaxedAmount(exclVAT: .zero, inclVAT: .zero)

  public static func + (left: TaxedAmount, right: TaxedAmount) -> TaxedAmount {
    TaxedAmount(
      exclVAT: left.exclVAT + right.exclVAT, inclVAT: left.inclVAT + right.inclVAT)
  }

  public static func - (left: TaxedAmount, right: TaxedAmount) -> TaxedAmount {
    TaxedAmount(
      exclVAT: left.exclVAT - right.exclVAT, inclVAT: left.inclVAT - right.inclVAT)
  }

  public static func += (left: inout TaxedAmount, right: TaxedAmount) { left = left + right }

  /// Whether arithmetic left the range on the way here.
  public var isOverflow: Bool { exclVAT.isOverflow || inclVAT.isOverflow }
}

extension TaxedAmount {
  /// `quantity` of `component`: mWh for energy, milliseconds for the times, ignored for a flat fee.
  init(_ component: PriceComponent, quantity: Int64) {
    let exclVAT =
      switch component.dimension {
      case .energy:
        ExactAmount(
          pricePerKilowattHour: component.price.millionths,
          energy: Energy(milliwattHours: quantity))
      case .time, .parkingTime:
        ExactAmount(pricePerHour: component.price.millionths, milliseconds: quantity)
      case .flat: ExactAmount(flat: component.price.millionths)
      }
    let rate = component.vat?.tenThousandthsOfPercent ?? 0
    // Every amount made above is a whole number of millions, so the tax is exact.
    self.init(
      exclVAT: exclVAT,
      inclVAT: exclVAT.addingVAT(tenThousandthsOfPercent: rate) ?? .overflow)
  }
}
