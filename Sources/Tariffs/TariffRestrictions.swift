import Quantities

/// When an element's prices hold (mod_tariffs, "TariffRestrictions class"). All that are set must
/// match at the same time; an element without any always matches.
///
/// Restrictions switch an element on and off during a session; they never hold for a whole session.
public struct TariffRestrictions: Sendable, Hashable {
  /// Local time of day, inclusive.
  public var startTime: TimeOfDay?
  /// Local time of day, exclusive. Not after `startTime`: the window goes past midnight.
  public var endTime: TimeOfDay?
  /// Local date, inclusive.
  public var startDate: CivilDate?
  /// Local date, exclusive.
  public var endDate: CivilDate?
  /// Energy of the session so far, inclusive.
  public var minEnergy: Energy?
  /// Energy of the session so far, exclusive.
  public var maxEnergy: Energy?
  /// Sum over the phases at this moment, inclusive.
  public var minCurrent: Current?
  /// Sum over the phases at this moment, exclusive.
  public var maxCurrent: Current?
  /// At this moment, inclusive.
  public var minPower: Power?
  /// At this moment, exclusive.
  public var maxPower: Power?
  /// Since the start of the session, inclusive.
  public var minDurationSeconds: Int64?
  /// Since the start of the session, exclusive.
  public var maxDurationSeconds: Int64?
  /// Local days of the week; empty means every day.
  public var daysOfWeek: Set<Weekday> = []
  /// Set: the element prices reservations only.
  public var reservation: ReservationRestriction?

  /// No restriction.
  public init() {}

  /// True if a time zone is needed to tell whether this matches.
  public var needsLocalTime: Bool {
    startTime != nil || endTime != nil || startDate != nil || endDate != nil || !daysOfWeek.isEmpty
  }
}

/// Which reservations an element prices (mod_tariffs, "ReservationRestrictionType enum").
public enum ReservationRestriction: String, Sendable, Hashable, CaseIterable {
  case reservation = "RESERVATION"
  /// Reservations that ended without a session.
  case expires = "RESERVATION_EXPIRES"
}

/// What a tariff writes as `HH:MM`, 00:00 to 23:59.
public struct TimeOfDay: Sendable, Hashable {
  /// 0...1439.
  public var minutesSinceMidnight: Int

  public init(minutesSinceMidnight: Int) { self.minutesSinceMidnight = minutesSinceMidnight }

  /// Reads `HH:MM` with leading zeros, and nothing else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - Int(UInt8(ascii: "0")) }
    guard digits.allSatisfy({ 0...9 ~= $0 }) else { return nil }
    let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    guard hour < 24, minute < 60 else { return nil }
    minutesSinceMidnight = hour * 60 + minute
  }
}
