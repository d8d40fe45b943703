import Quantities

/// What a session costs and why: every amount names the element, the component and the piece of the
/// session that it comes from.
///
/// The charges of the segments, the steps and the limits add up to the total exactly.
public struct Cost: Sendable, Hashable {
  /// The tariff's; the total is rounded to its minor units.
  public var currency: CurrencyCode
  /// What is due, and its parts.
  public var total: CostTotal
  /// The session cut where its prices change, in order. Their energies and times add up to the
  /// session's.
  public var segments: [CostSegment]
  /// One for each price that was used, in the order of first use.
  public var lines: [CostLine]
  /// Quantities that were rounded up.
  public var steps: [StepAddition]
  /// What a reader should know.
  public var notes: [PricingNote]
}

/// A piece of the session during which the same prices held.
public struct CostSegment: Sendable, Hashable {
  /// The interval of the usage, or period of the CDR, that it is part of; counted from 0.
  public var interval: Int
  /// Inclusive.
  public var start: Instant
  /// Exclusive.
  public var end: Instant
  /// What was going on.
  public var activity: UsageInterval.Activity
  /// The energy of this piece.
  public var energy: Energy
  /// The time that is billed, which a CDR may state otherwise than its clock.
  public var milliseconds: Int64
  /// Why it begins.
  public var opening: SegmentOpening
  /// Its energy or its time was computed, not measured: a cut lies inside the interval.
  public var isInterpolated: Bool
  /// At most one for energy and one for time, and flat fees that became due at its start.
  public var charges: [Charge]
}

/// Why a segment begins.
public enum SegmentOpening: String, Sendable, Hashable, CaseIterable {
  /// The session begins.
  case start
  /// The usage has a new interval: another reading, or another activity.
  case interval
  /// A time of day, a date, a day of the week, or a change of the clocks.
  case localTime = "local_time"
  /// A limit of energy was reached.
  case energy
  /// A limit of duration was reached.
  case duration
}

/// A quantity at a price.
public struct Charge: Sendable, Hashable {
  /// The price that was used.
  public var price: PriceReference
  /// mWh of energy, milliseconds of time, 1 of a flat fee.
  public var quantity: Int64
  /// Exact.
  public var amount: TaxedAmount
}

/// Where a price stands in the tariff, and what it says.
public struct PriceReference: Sendable, Hashable {
  /// Index into the tariff's elements.
  public var element: Int
  /// Index into the element's price components.
  public var component: Int
  /// What the price is for.
  public var dimension: TariffDimension
  /// The price is for a reservation, not for a session.
  public var isReservation: Bool
  /// Per kWh, per hour or once, without VAT.
  public var price: UnitPrice
  /// Nil: none applies.
  public var vat: VATRate?
}

/// Everything that was billed at one price.
public struct CostLine: Sendable, Hashable {
  /// The price that was used.
  public var price: PriceReference
  /// mWh, milliseconds, or 1: as measured.
  public var used: Int64
  /// What rounding up to the step added.
  public var added: Int64
  /// Exact.
  public var amount: TaxedAmount

  /// What is paid for.
  public var billed: Int64 { used + added }
}

/// The total of a dimension was rounded up to a multiple of its step size.
public struct StepAddition: Sendable, Hashable {
  /// The last price of the dimension: its step was used, and it prices the addition.
  public var price: PriceReference
  /// In Wh or seconds.
  public var stepSize: Int64
  /// The dimension's total in mWh or milliseconds.
  public var used: Int64
  /// What is missing to a multiple of the step, in mWh or milliseconds.
  public var added: Int64
  /// Exact.
  public var amount: TaxedAmount
}

/// Something that the reader of a price should know.
public struct PricingNote: Sendable, Hashable {
  /// What programs go by; codes are added, never renamed.
  public var code: Code
  /// For people; may change.
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What a note is about.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// A key of the tariff or the CDR is not known and was not read.
    case unknownKey = "unknown_key"
    /// Part of the tariff can never be used.
    case ineffective
    /// A value that the standard requires is missing, and nothing depends on it.
    case missingValue = "missing_value"
    /// A price has no VAT, so its amounts with and without VAT are the same.
    case vatOmitted = "vat_omitted"
    /// A limit of the whole cost is given without VAT only.
    case limitWithoutVAT = "limit_without_vat"
    /// `min_price` or `max_price` decided the cost.
    case limited
    /// An element asks for power or current, and the usage does not say.
    case electricityUnknown = "electricity_unknown"
    /// The tariff has no price for some of the energy or time.
    case unpriced
    /// Some segments were cut inside an interval.
    case interpolated
    /// Without a zone given, none was needed.
    case zoneAssumed = "zone_assumed"
    /// The CDR contradicts itself, and what was followed.
    case contradiction
    /// The CDR states negative energy, which was priced as energy fed back.
    case negativeEnergy = "negative_energy"
    /// The CDR is for a reservation that perhaps expired.
    case reservation
    /// The CDR takes back another one.
    case credit
    /// A number was rounded when it was read.
    case rounded
    /// The tariff named by the CDR is another one.
    case otherTariff = "other_tariff"
  }
}
