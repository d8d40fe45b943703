import Quantities

/// Times and durations as people read them.
enum TimeText {
  /// `Wed 2025-10-01 08:12:07 +02:00`, and milliseconds where they are not zero.
  static func local(_ instant: Instant, in zone: TimeZoneTable) -> String {
    let local = zone.local(at: instant)
    let milliseconds = local.millisecondsOfDay % 1000
    let fraction = milliseconds == 0 ? "" : "." + digits(milliseconds, 3)
    let offset = zone.offsetSeconds(at: instant)
    let minutes = abs(offset) / 60
    return "\(weekday(local.weekday)) \(local.date) \(clock(local, hasSeconds: true))\(fraction) "
      + "\(offset < 0 ? "-" : "+")\(digits(minutes / 60, 2)):\(digits(minutes % 60, 2))"
  }

  /// `08:12` or `08:12:07`
  static func clock(_ local: LocalTime, hasSeconds: Bool) -> String {
    let seconds = local.secondsOfDay
    let minutes = "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2))"
    return hasSeconds ? "\(minutes):\(digits(seconds % 60, 2))" : minutes
  }

  /// `1 d 3 h`, `3 h 12 min`, `12 min 05 s`, `5.250 s`: two units are enough.
  static func duration(milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    switch seconds {
    case ..<60:
      let rest = milliseconds % 1000
      return rest == 0 ? "\(seconds) s" : "\(seconds).\(digits(Int(abs(rest)), 3)) s"
    case ..<3600: return "\(seconds / 60) min \(digits(Int(seconds % 60), 2)) s"
    case ..<86_400: return "\(seconds / 3600) h \(digits(Int(seconds / 60 % 60), 2)) min"
    default: return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
    }
  }

  /// `3:12:05`: exact to the second, for quantities that are billed.
  static func exactDuration(milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    let rest = milliseconds % 1000
    return "\(seconds / 3600):\(digits(Int(seconds / 60 % 60), 2)):\(digits(Int(seconds % 60), 2))"
      + (rest == 0 ? "" : "." + digits(Int(abs(rest)), 3))
  }

  static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }

  private static func weekday(_ day: Weekday) -> String {
    switch day {
    case .monday: "Mon"
    case .tuesday: "Tue"
    case .wednesday: "Wed"
    case .thursday: "Thu"
    case .friday: "Fri"
    case .saturday: "Sat"
    case .sunday: "Sun"
    }
  }
}
