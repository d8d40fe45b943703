import Quantities

/// What a session used, in the form that tariffs price: intervals in time order without gaps.
///
/// Made from a session's readings, or from the charging periods of a CDR. Energy is linear in time
/// inside an interval (SEMANTICS 18).
public struct Usage: Sendable, Hashable {
  /// The start of the session; durations in restrictions count from here.
  public var startedAt: Instant
  /// In time order.
  public var intervals: [UsageInterval]
  /// The reservation ended without a session (`RESERVATION_EXPIRES` elements apply).
  public var isReservationExpired: Bool

  public init(startedAt: Instant, intervals: [UsageInterval], isReservationExpired: Bool = false) {
    self.startedAt = startedAt
    self.intervals = intervals
    self.isReservationExpired = isReservationExpired
  }
}

/// A piece of a session during which one thing was going on.
public struct UsageInterval: Sendable, Hashable {
  /// What was going on, as far as it decides which prices apply.
  public enum Activity: UInt8, Sendable {
    /// The vehicle takes energy, or could.
    case charging
    /// Connected, and the vehicle does not ask for power.
    case parking
    /// Connected, and the station or the back end withholds power: time, but not parking.
    case suspendedByStation
    /// Booked, and not yet connected.
    case reservation
  }

  /// Inclusive.
  public var start: Instant
  /// Exclusive; not before `start`.
  public var end: Instant
  /// What flowed in it, evenly.
  public var energy: Energy
  /// What was going on in it.
  public var activity: Activity
  /// The time to bill where it is not `end - start`, in milliseconds: what a CDR states against its
  /// own clock. Nil: the clock counts.
  public var statedMilliseconds: Int64?
  /// The least power; where the source has but one value, that one. Nil: unknown, and no element
  /// that asks for it matches.
  public var minPower: Power?
  /// The greatest power, likewise.
  public var maxPower: Power?
  /// The least current, summed over the phases, likewise.
  public var minCurrent: Current?
  /// The greatest current, summed over the phases, likewise.
  public var maxCurrent: Current?

  public init(start: Instant, end: Instant, energy: Energy, activity: Activity) {
    self.start = start
    self.end = end
    self.energy = energy
    self.activity = activity
  }
}
