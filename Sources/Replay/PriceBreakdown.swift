public import Quantities

/// The price of a session by what it was charged for, without VAT, as far as a reason for a change
/// needs it.
public struct PriceBreakdown: Hashable, Sendable {
  /// OCPI's `ENERGY`.
  public var energy: ExactAmount
  /// OCPI's `TIME`.
  public var time: ExactAmount
  /// OCPI's `PARKING_TIME`.
  public var parking: ExactAmount
  /// OCPI's `FLAT`.
  public var flat: ExactAmount
  /// Everything else: reservation, and what a least or a greatest price added or took away.
  public var other: ExactAmount
  /// The VAT on all of it.
  public var vat: ExactAmount

  public init(
    energy: ExactAmount = .zero, time: ExactAmount = .zero, parking: ExactAmount = .zero,
    flat: ExactAmount = .zero, other: ExactAmount = .zero, vat: ExactAmount = .zero
  ) {
    self.energy = energy
    self.time = time
    self.parking = parking
    self.flat = flat
    self.other = other
    self.vat = vat
  }

  var net: ExactAmount { energy + time + parking + flat + other }
}

/// What a session used, for the words of a reason. The same under every tariff.
public struct ChargedQuantities: Hashable, Sendable {
  /// All energy that was delivered.
  public var energy: Energy
  /// Time that `TIME` is charged for.
  public var chargingMilliseconds: Int64
  /// Time that `PARKING_TIME` is charged for.
  public var parkingMilliseconds: Int64

  public init(energy: Energy, chargingMilliseconds: Int64, parkingMilliseconds: Int64) {
    self.energy = energy
    self.chargingMilliseconds = chargingMilliseconds
    self.parkingMilliseconds = parkingMilliseconds
  }
}
