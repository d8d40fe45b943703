/// The rule by which clocks go on changing every year: the `TZ` text of POSIX.1-2024 (8.3) with the
/// wider hours of RFC 9636, `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringTimeZoneRule {
  /// Seconds east of UTC in standard time.
  private(set) var standardOffset = 0
  private var daylight: Daylight?

  private struct Daylight {
    var offset: Int
    var start: Moment
    var end: Moment
  }

  /// A day of every year, and the seconds past its midnight, which may be on another day.
  fileprivate struct Moment {
    var day: Day
    var seconds: Int
  }

  fileprivate enum Day {
    /// 1...365, as if no year had a 29 February.
    case dayWithoutLeapDay(Int)
    /// 0...365.
    case dayOfYear(Int)
    /// The `week`-th such weekday of the month, Sunday being 0; the fifth is the last.
    case weekday(month: Int, week: Int, weekday: Int)
  }

  /// Nil if the text is not such a rule.
  init?(posix text: UnsafeRawBufferPointer) {
    var scanner = RuleScanner(text: text)
    guard scanner.name(), let west = scanner.signedTime() else { return nil }
    standardOffset = -west
    guard !scanner.isAtEnd else { return }
    guard scanner.name() else { return nil }
    var offset = standardOffset + 3600
    if !scanner.skip(",") {
      guard let west = scanner.signedTime(), scanner.skip(",") else { return nil }
      offset = -west
    }
    guard let start = RecurringTimeZoneRule.moment(&scanner), scanner.skip(","),
      let end = RecurringTimeZoneRule.moment(&scanner), scanner.isAtEnd
    else { return nil }
    daylight = Daylight(offset: offset, start: start, end: end)
  }

  private static func moment(_ scanner: inout RuleScanner) -> Moment? {
    guard let day = day(&scanner) else { return nil }
    guard scanner.skip("/") else { return Moment(day: day, seconds: 7200) }
    return scanner.signedTime().map { Moment(day: day, seconds: $0) }
  }

  private static func day(_ scanner: inout RuleScanner) -> Day? {
    if scanner.skip("J") {
      return scanner.number(in: 1...365).map { .dayWithoutLeapDay($0) }
    }
    guard scanner.skip("M") else { return scanner.number(in: 0...365).map { .dayOfYear($0) } }
    guard let month = scanner.number(in: 1...12), scanner.skip("."),
      let week = scanner.number(in: 1...5), scanner.skip("."),
      let weekday = scanner.number(in: 0...6)
    else { return nil }
    return .weekday(month: month, week: week, weekday: weekday)
  }

  /// The two changes of a year (1...9999) in order of time; none without daylight saving.
  func transitions(ofYear year: Int) -> [TimeZoneTable.Transition] {
    guard let daylight else { return [] }
    // Each moment is told by the clock that it ends.
    let start = daylight.start.secondsSinceLocalEpoch(year: year) - standardOffset
    let end = daylight.end.secondsSinceLocalEpoch(year: year) - daylight.offset
    let changes = [
      TimeZoneTable.Transition(
        at: Instant(millisecondsSinceEpoch: Int64(start) * 1000), offsetSeconds: daylight.offset),
      TimeZoneTable.Transition(
        at: Instant(millisecondsSinceEpoch: Int64(end) * 1000), offsetSeconds: standardOffset),
    ]
    return start <= end ? changes : changes.reversed()
  }
}

extension RecurringTimeZoneRule.Moment {
  fileprivate func secondsSinceLocalEpoch(year: Int) -> Int {
    day.date(year: year).daysSinceEpoch * 86_400 + seconds
  }
}

extension RecurringTimeZoneRule.Day {
  fileprivate func date(year: Int) -> CivilDate {
    let newYear = CivilDate(uncheckedYear: year, month: 1, day: 1)
    switch self {
    case .dayOfYear(let day): return newYear.advanced(byDays: day)
    case .dayWithoutLeapDay(let day):
      let skipsLeapDay = day >= 60 && CivilDate.isLeapYear(year)
      return newYear.advanced(byDays: skipsLeapDay ? day : day - 1)
    case .weekday(let month, let week, let weekday):
      let first = CivilDate(uncheckedYear: year, month: month, day: 1)
      let firstWeekday = Int(first.weekday.rawValue) % 7
      var day = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      if day > CivilDate.daysInMonth(month, ofYear: year) { day -= 7 }
      return first.advanced(byDays: day - 1)
    }
  }
}

/// Reads the parts of a `TZ` text.
private struct RuleScanner {
  let text: UnsafeRawBufferPointer
  private var offset = 0

  init(text: UnsafeRawBufferPointer) { self.text = text }

  var isAtEnd: Bool { offset == text.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// `CEST` or `<+0530>`; what it says does not matter.
  mutating func name() -> Bool {
    let start = offset
    if skip("<") {
      while offset < text.count, text[offset] != UInt8(ascii: ">") { offset += 1 }
      return skip(">") && offset - start > 2
    }
    while offset < text.count, case let letter = text[offset] | 0x20,
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= letter
    {
      offset += 1
    }
    return offset > start
  }

  /// `[+-]hh[:mm[:ss]]` in seconds, up to 167 hours.
  mutating func signedTime() -> Int? {
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    guard let hours = number(in: 0...167) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where skip(":") {
      guard let value = number(in: 0...59) else { return nil }
      seconds += value * unit
    }
    return isNegative ? -seconds : seconds
  }

  mutating func number(in range: ClosedRange<Int>) -> Int? {
    let start = offset
    var value = 0
    while offset < text.count, offset - start < 4, text[offset] &- UInt8(ascii: "0") < 10 {
      value = value * 10 + Int(text[offset] &- UInt8(ascii: "0"))
      offset += 1
    }
    return offset > start && range.contains(value) ? value : nil
  }
}
