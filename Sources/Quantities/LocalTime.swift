/// What a calendar and a clock on the wall show: a date and a time of day, without a zone.
///
/// Only a ``TimeZoneTable`` turns it into an ``Instant``, and around a change of the clocks that
/// may be none or two.
public struct LocalTime: Hashable, Sendable {
  public var date: CivilDate
  /// Milliseconds that the clock shows past midnight: 0..<86,400,000.
  ///
  /// This is the reading of the clock, not the time passed since midnight, which differs on days
  /// when the clocks change.
  public var millisecondsOfDay: Int

  @inlinable
  public init(date: CivilDate, millisecondsOfDay: Int) {
    self.date = date
    self.millisecondsOfDay = millisecondsOfDay
  }

  /// The length of a day without a change of clocks.
  public static let millisecondsPerDay = 86_400_000

  /// The day of the week.
  public var weekday: Weekday { date.weekday }

  /// Whole seconds past midnight on the clock: 0..<86,400.
  @inlinable
  public var secondsOfDay: Int { millisecondsOfDay / 1000 }
}

extension LocalTime {
  /// The local time whose clock reads like UTC at `milliseconds` since the epoch.
  @inlinable
  init(millisecondsSinceLocalEpoch milliseconds: Int64) {
    var (days, rest) = Int(milliseconds).quotientAndRemainder(
      dividingBy: LocalTime.millisecondsPerDay)
    if rest < 0 { (days, rest) = (days - 1, rest + LocalTime.millisecondsPerDay) }
    self.init(date: CivilDate(daysSinceEpoch: days), millisecondsOfDay: rest)
  }

  /// Milliseconds since the epoch if the clock were UTC's; saturates at the ends.
  @inlinable
  var millisecondsSinceLocalEpoch: Int64 {
    let (start, overflow) = date.daysSinceEpoch.multipliedReportingOverflow(
      by: LocalTime.millisecondsPerDay)
    guard !overflow else { return date.daysSinceEpoch < 0 ? .min : .max }
    return Instant(millisecondsSinceEpoch: Int64(start))
      .advanced(byMilliseconds: Int64(millisecondsOfDay)).millisecondsSinceEpoch
  }
}

extension LocalTime: Comparable {
  @inlinable
  public static func < (left: LocalTime, right: LocalTime) -> Bool {
    (left.date, left.millisecondsOfDay) < (right.date, right.millisecondsOfDay)
  }
}

extension LocalTime: CustomStringConvertible {
  /// `2025-10-01T06:30:00.000`, without an offset.
  public var description: String {
    let seconds = secondsOfDay
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }
    return "\(date)T\(clock.joined(separator: ":")).\(padded(millisecondsOfDay % 1000, to: 3))"
  }
}
