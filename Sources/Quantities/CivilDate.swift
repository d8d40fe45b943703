/// A calendar date of the proleptic Gregorian calendar, without a time or a zone.
///
/// Kept as a count of days, so that comparing dates and adding days is integer arithmetic.
public struct CivilDate: Hashable, Sendable {
  /// Days since 1970-01-01; negative before it.
  public var daysSinceEpoch: Int

  @inlinable
  public init(daysSinceEpoch: Int) { self.daysSinceEpoch = daysSinceEpoch }

  /// The date with these numbers, or nil if the calendar has no such day or the year is not in
  /// 1...9999.
  @inlinable
  public init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month, day >= 1 else { return nil }
    guard day <= 28 || day <= CivilDate.daysInMonth(month, ofYear: year) else { return nil }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// Counts days in years that begin on 1 March, so that the leap day is the last day of a year
  /// and every 400 years are the same 146,097 days. The year must be 1 or later.
  @inlinable
  init(uncheckedYear year: Int, month: Int, day: Int) {
    let marchYear = month > 2 ? year : year - 1
    let monthsSinceMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthsSinceMarch + 2) / 5 + day - 1
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    daysSinceEpoch = marchYear * 365 + leapDays + dayOfYear - 719_468
  }

  /// The number of days in a month; `month` must be in 1...12.
  @inlinable
  public static func daysInMonth(_ month: Int, ofYear year: Int) -> Int {
    switch month {
    case 2: isLeapYear(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  @inlinable
  public static func isLeapYear(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}

extension CivilDate {
  /// The year, month (1...12) and day (1...31).
  public var components: (year: Int, month: Int, day: Int) {
    let days = daysSinceEpoch + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthsSinceMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthsSinceMarch + 2) / 5 + 1
    let month = monthsSinceMarch < 10 ? monthsSinceMarch + 3 : monthsSinceMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, day)
  }

  public var year: Int { components.year }
  public var month: Int { components.month }
  public var day: Int { components.day }

  /// The day of the week.
  public var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    let sinceMonday = (daysSinceEpoch + 3) % 7
    let number = (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1
    // Never nil: the number is in 1...7.
    return Weekday(rawValue: UInt8(number))!
  }

  /// The date `days` later (earlier if negative).
  @inlinable
  public func advanced(byDays days: Int) -> CivilDate {
    CivilDate(daysSinceEpoch: daysSinceEpoch + days)
  }
}

extension CivilDate: Comparable {
  @inlinable
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.daysSinceEpoch < right.daysSinceEpoch
  }
}

extension CivilDate: CustomStringConvertible {
  /// Reads `2025-10-01`, and nothing before or after it. Month and day may have one digit.
  public init?(utf8 text: UnsafeRawBufferPointer) {
    var scanner = TimestampScanner(text)
    guard let date = scanner.date(), scanner.isAtEnd else { return nil }
    self = date
  }

  /// Reads a date as ``init(utf8:)`` does.
  public init?(_ text: String) {
    guard let date = text.withUTF8Bytes({ CivilDate(utf8: $0) }) else { return nil }
    self = date
  }

  /// `2025-10-01`.
  public var description: String {
    let (year, month, day) = components
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }
}

/// A day of the week. The raw value is the number of ISO 8601: Monday is 1.
public enum Weekday: UInt8, Sendable, Hashable, CaseIterable {
  case monday = 1
  case tuesday, wednesday, thursday, friday, saturday, sunday
}

/// `number` with leading zeros up to `width` digits.
func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.count))
  return (number < 0 ? "-" : "") + zeros + digits
}

extension String {
  /// Runs `body` on the string's UTF-8 bytes.
  func withUTF8Bytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    var copy = self
    return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}
