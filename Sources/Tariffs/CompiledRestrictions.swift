import Quantities

/// A tariff element's restrictions in the form in which the engine asks them: every limit is
/// present, those that the tariff leaves open as the widest value.
struct CompiledRestrictions: Sendable, Hashable {
  private var needsLocalTime = false
  private var window = TimeWindow.allDay
  private var firstDay = Int.min
  private var endDay = Int.max
  /// Bit 0 is Monday.
  private var weekdays: UInt8 = 0x7F
  private var energy = Int64.min..<Int64.max
  private var duration = Int64.min..<Int64.max
  private var minPower: Power?
  private var maxPower: Power?
  private var minCurrent: Current?
  private var maxCurrent: Current?

  init(_ restrictions: TariffRestrictions) {
    needsLocalTime = restrictions.needsLocalTime
    window = TimeWindow(start: restrictions.startTime, end: restrictions.endTime)
    firstDay = restrictions.startDate?.daysSinceEpoch ?? .min
    endDay = restrictions.endDate?.daysSinceEpoch ?? .max
    if !restrictions.daysOfWeek.isEmpty {
      weekdays = restrictions.daysOfWeek.reduce(0) { $0 | 1 << ($1.rawValue - 1) }
    }
    energy = CompiledRestrictions.range(
      from: restrictions.minEnergy?.milliwattHours, to: restrictions.maxEnergy?.milliwattHours)
    duration = CompiledRestrictions.range(
      from: restrictions.minDurationSeconds.map { $0.saturatingThousandfold },
      to: restrictions.maxDurationSeconds.map { $0.saturatingThousandfold })
    minPower = restrictions.minPower
    maxPower = restrictions.maxPower
    minCurrent = restrictions.minCurrent
    maxCurrent = restrictions.maxCurrent
  }

  /// A range that is empty, not broken, where a tariff's limits are the wrong way round.
  private static func range(from low: Int64?, to high: Int64?) -> Range<Int64> {
    let low = low ?? .min
    return low..<max(low, high ?? .max)
  }

  /// Whether power or current decide.
  var needsElectricity: Bool {
    minPower != nil || maxPower != nil || minCurrent != nil || maxCurrent != nil
  }

  /// Whether all restrictions match at a moment.
  func match(_ moment: Moment) -> Bool {
    guard energy.contains(moment.energySoFar), duration.contains(moment.elapsedMilliseconds) else {
      return false
    }
    if needsLocalTime && !matchLocalTime(moment) { return false }
    return !needsElectricity || matchElectricity(moment)
  }

  private func matchLocalTime(_ moment: Moment) -> Bool {
    let day = moment.local.date.daysSinceEpoch
    return firstDay <= day && day < endDay && weekdays & moment.weekdayBit != 0
      && window.contains(moment.local.millisecondsOfDay)
  }

  /// A limit without a value to compare does not match: a price must not follow from a measurement
  /// that nobody made.
  private func matchElectricity(_ moment: Moment) -> Bool {
    if let minPower {
      guard let power = moment.minPower, power >= minPower else { return false }
    }
    if let maxPower {
      guard let power = moment.maxPower, power < maxPower else { return false }
    }
    if let minCurrent {
      guard let current = moment.minCurrent, current >= minCurrent else { return false }
    }
    if let maxCurrent {
      guard let current = moment.maxCurrent, current < maxCurrent else { return false }
    }
    return true
  }

  /// Whether a limit was asked that the moment has no value for.
  func missElectricity(_ moment: Moment) -> Bool {
    (minPower != nil && moment.minPower == nil) || (maxPower != nil && moment.maxPower == nil)
      || (minCurrent != nil && moment.minCurrent == nil)
      || (maxCurrent != nil && moment.maxCurrent == nil)
  }
}

/// What restrictions are asked about: one instant of a session.
struct Moment {
  var elapsedMilliseconds: Int64 = 0
  /// In mWh, before this instant.
  var energySoFar: Int64 = 0
  /// Only set if a restriction of the tariff needs it.
  var local = LocalTime(date: CivilDate(daysSinceEpoch: 0), millisecondsOfDay: 0)
  var weekdayBit: UInt8 = 0
  var minPower: Power?
  var maxPower: Power?
  var minCurrent: Current?
  var maxCurrent: Current?
}

/// A daily window of local time, start inclusive, end exclusive.
struct TimeWindow: Sendable, Hashable {
  /// Milliseconds past midnight.
  var start: Int
  /// Milliseconds past midnight. Not after `start`: the window holds `start` to midnight, and
  /// midnight to `end`.
  var end: Int

  static let allDay = TimeWindow(start: 0, end: LocalTime.millisecondsPerDay)

  /// A missing start is midnight; a missing end, and 00:00, is the end of the day. A window that
  /// ends when it starts is the whole day.
  init(start: TimeOfDay?, end: TimeOfDay?) {
    let startMinute = start?.minutesSinceMidnight ?? 0
    let endMinute = end?.minutesSinceMidnight ?? 0
    guard startMinute != endMinute else {
      self = .allDay
      return
    }
    self.start = startMinute * 60_000
    self.end = endMinute == 0 ? LocalTime.millisecondsPerDay : endMinute * 60_000
  }

  private init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  func contains(_ millisecondsOfDay: Int) -> Bool {
    start < end
      ? start <= millisecondsOfDay && millisecondsOfDay < end
      : millisecondsOfDay >= start || millisecondsOfDay < end
  }
}

extension Int64 {
  /// Seconds as milliseconds.
  var saturatingThousandfold: Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: 1000)
    return overflow ? (self < 0 ? .min : .max) : product
  }
}
