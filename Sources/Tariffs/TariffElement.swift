/// A group of prices and the conditions under which they hold (mod_tariffs, "TariffElement class").
public struct TariffElement: Sendable, Hashable {
  /// At most one of each dimension is used: the first.
  public var priceComponents: [PriceComponent]
  /// When the prices hold.
  public var restrictions: TariffRestrictions

  public init(
    priceComponents: [PriceComponent], restrictions: TariffRestrictions = TariffRestrictions()
  ) {
    self.priceComponents = priceComponents
    self.restrictions = restrictions
  }
}

/// What a price is for (mod_tariffs, "TariffDimensionType enum").
public enum TariffDimension: String, Sendable, Hashable, CaseIterable {
  /// Per kWh; a step is 1 Wh.
  case energy = "ENERGY"
  /// Once.
  case flat = "FLAT"
  /// Per hour in which the vehicle asks for no power; a step is 1 s.
  case parkingTime = "PARKING_TIME"
  /// Per hour of charging, or of the reservation in a reservation element; a step is 1 s.
  case time = "TIME"
}

/// One price (mod_tariffs, "PriceComponent class").
public struct PriceComponent: Sendable, Hashable {
  /// What it is the price of.
  public var dimension: TariffDimension
  /// Per unit of the dimension, without VAT.
  public var price: UnitPrice
  /// Nil: no VAT applies, which costs the same as 0 % but is not the same on an invoice.
  public var vat: VATRate?
  /// Wh or seconds that are billed at least and in multiples; 0 and 1 mean no rounding that shows.
  public var stepSize: Int64

  public init(dimension: TariffDimension, price: UnitPrice, vat: VATRate? = nil, stepSize: Int64) {
    self.dimension = dimension
    self.price = price
    self.vat = vat
    self.stepSize = stepSize
  }
}

/// An amount of money in whole millionths, as precise as a price may be written (SEMANTICS 21).
public struct UnitPrice: Sendable, Hashable {
  /// Whole millionths of the currency unit: 0.25 is 250,000.
  public var millionths: Int64

  public init(millionths: Int64) { self.millionths = millionths }
}

/// A rate of VAT in whole ten-thousandths of a percent: 20 % is 200,000.
public struct VATRate: Sendable, Hashable {
  /// 0...1,000,000 when read from a file.
  public var tenThousandthsOfPercent: Int64

  public init(tenThousandthsOfPercent: Int64) {
    self.tenThousandthsOfPercent = tenThousandthsOfPercent
  }

  /// 100 %, the highest rate that is read.
  public static let greatest = VATRate(tenThousandthsOfPercent: 1_000_000)
}
