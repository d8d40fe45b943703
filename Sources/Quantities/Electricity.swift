/// An amount of energy in whole milliwatt-hours (1 kWh is 1,000,000). Negative is energy fed back.
public struct Energy: Hashable, Sendable {
  public var milliwattHours: Int64

  @inlinable
  public init(milliwattHours: Int64) { self.milliwattHours = milliwattHours }

  /// No energy.
  public static let zero = Energy(milliwattHours: 0)

  /// Whole watt-hours, rounded half to even (SEMANTICS 16: the unit that is shown).
  public var wattHours: Int64 {
    var (quotient, remainder) = milliwattHours.quotientAndRemainder(dividingBy: 1000)
    if remainder < 0 { (quotient, remainder) = (quotient - 1, remainder + 1000) }
    if remainder > 500 || (remainder == 500 && quotient & 1 != 0) { quotient += 1 }
    return quotient
  }
}

/// Sums and differences saturate at the ends of 64 bits (9 × 10^12 kWh), because the numbers come from
/// meters and files: an absurd one must show as absurd, not stop a fold.
extension Energy: Comparable, AdditiveArithmetic {
  @inlinable
  public static func < (left: Energy, right: Energy) -> Bool {
    left.milliwattHours < right.milliwattHours
  }
  @inlinable
  public static func + (left: Energy, right: Energy) -> Energy {
    let (sum, overflow) = left.milliwattHours.addingReportingOverflow(right.milliwattHours)
    guard overflow else { return Energy(milliwattHours: sum) }
    return Energy(milliwattHours: right.milliwattHours < 0 ? .min : .max)
  }
  @inlinable
  public static func - (left: Energy, right: Energy) -> Energy {
    let (difference, overflow) = left.milliwattHours.subtractingReportingOverflow(
      right.milliwattHours)
    guard overflow else { return Energy(milliwattHours: difference) }
    return Energy(milliwattHours: right.milliwattHours < 0 ? .max : .min)
  }
}

/// Electric power in whole milliwatts. Negative is power fed back.
public struct Power: Hashable, Sendable {
  public var milliwatts: Int64

  @inlinable
  public init(milliwatts: Int64) { self.milliwatts = milliwatts }
}

extension Power: Comparable {
  @inlinable
  public static func < (left: Power, right: Power) -> Bool { left.milliwatts < right.milliwatts }
}

/// Electric current in whole milliamperes, summed over the phases where a tariff asks for it.
public struct Current: Hashable, Sendable {
  public var milliamperes: Int64

  @inlinable
  public init(milliamperes: Int64) { self.milliamperes = milliamperes }
}

extension Current: Comparable {
  @inlinable
  public static func < (left: Current, right: Current) -> Bool {
    left.milliamperes < right.milliamperes
  }
}
