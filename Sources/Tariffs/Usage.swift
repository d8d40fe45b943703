import Quantities

/// What a session used, in the form that tariffs price: intervals in time order without gaps.
///
/// Made from a session's readings, or from the charging periods of a CDR. Energy is linear in time
/// inside an interval (SEMANTICS 18).
public struct Usage: Sendable, Hashable {
  /// The start of the session; durations in restrictions count from here.
  public var startedAt: Instant
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
  public enum Activity: UInt8, Sendable {
    case charging
    /// Connected, and the vehicle does not ask for power.
    case parking
    /// Connected, and the station or the back end withholds power: time, but not parking.
    case suspendedByStation
    case reservation
  }

  public var start: Instant
  public var end: Instant
  public var energy: Energy
  public var activity: Activity
  /// Measured or mean power, least and greatest where the source tells them apart.
  public var minPower: Power?
  public var maxPower: Power?
  public var minCurrent: Current?
  public var maxCurrent: Current?

  public init(start: Instant, end: Instant, energy: Energy, activity: Activity) {
    self.start = start
    self.end = end
    self.energy = energy
    self.activity = activity
  }
}
