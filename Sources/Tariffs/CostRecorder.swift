import Quantities

/// Listens to the engine while it prices. The engine is generic over it, so that a total without an
/// explanation costs nothing for the explanation and is the same by construction.
protocol CostRecorder {
  /// A piece of the session was priced.
  mutating func record(_ piece: UsagePiece, _ selection: PriceSelection)
  /// A flat fee became due.
  mutating func recordFlat(price: Int, at instant: Instant, interval: Int, inReservation: Bool)
  /// An element was not chosen because power or current is not known.
  mutating func recordUnknownElectricity(_ moment: Moment)
  /// The total of a dimension was rounded up at a price.
  mutating func recordStep(price: Int, used: Int64, added: Int64, inReservation: Bool)
}

/// A part of an interval during which the same prices held.
struct UsagePiece {
  var interval: Int
  var start: Instant
  var end: Instant
  var activity: UsageInterval.Activity
  /// mWh.
  var energy: Int64
  /// The time to bill.
  var milliseconds: Int64
  /// Why it begins.
  var opening: SegmentOpening
  /// A cut inside of the interval shared out its energy or its time.
  var isInterpolated: Bool
}

/// The prices that hold at a moment, as indexes; ``none`` where nothing is charged.
struct PriceSelection: Equatable {
  static let none = -1
  var energy = PriceSelection.none
  var time = PriceSelection.none
}

/// Wants the total only.
struct NoRecorder: CostRecorder {
  @inline(__always)
  mutating func record(_ piece: UsagePiece, _ selection: PriceSelection) {}
  @inline(__always)
  mutating func recordFlat(price: Int, at: Instant, interval: Int, inReservation: Bool) {}
  @inline(__always)
  mutating func recordUnknownElectricity(_ moment: Moment) {}
  @inline(__always)
  mutating func recordStep(price: Int, used: Int64, added: Int64, inReservation: Bool) {}
}
