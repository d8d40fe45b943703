/// Reads timestamps of every accepted form, one part after the other.
///
/// Each method consumes what it reads and returns nil where the text does not fit.
struct TimestampScanner {
  private let text: UnsafeRawBufferPointer
  /// How many bytes have been read.
  var offset = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  var isAtEnd: Bool { offset == text.count }

  var next: UInt8? { offset < text.count ? text[offset] : nil }

  /// A date, a separator, a time of day and perhaps an offset, up to the end of the text.
  mutating func timestamp() -> Instant.Parsed? {
    guard let date = date(), skip(oneOf: "Tt ") != nil, let clock = timeOfDay() else { return nil }
    let local =
      Int64(date.daysSinceEpoch) * 86_400_000 + Int64(clock.seconds * 1000 + clock.milliseconds)
    if isAtEnd {
      // Without an offset a leap second can only be told by its minute.
      guard !clock.isLeapSecond || clock.seconds % 3600 == 0 else { return nil }
      return .local(LocalTime(millisecondsSinceLocalEpoch: local))
    }
    guard let offsetMinutes = utcOffset(), isAtEnd else { return nil }
    let instant = Instant(millisecondsSinceEpoch: local - Int64(offsetMinutes) * 60_000)
    guard Instant.formattableRange.contains(instant) else { return nil }
    let isMidnight = (local / 1000 - Int64(offsetMinutes) * 60) % 86_400 == 0
    guard !clock.isLeapSecond || isMidnight else { return nil }
    return .instant(instant)
  }

  /// `2024-01-15`; month and day may have one digit.
  mutating func date() -> CivilDate? {
    guard let year = number(digits: 4...4), skip(oneOf: "-") != nil,
      let month = number(digits: 1...2), skip(oneOf: "-") != nil,
      let day = number(digits: 1...2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  private struct TimeOfDay {
    /// Past midnight; a leap second counts as the second after it.
    var seconds: Int
    var milliseconds: Int
    var isLeapSecond: Bool
  }

  /// `10:00`, `10:00:00` or `10:00:00.000`; the hour may have one digit.
  private mutating func timeOfDay() -> TimeOfDay? {
    guard let hour = number(digits: 1...2), hour < 24, skip(oneOf: ":") != nil,
      let minute = number(digits: 2...2), minute < 60
    else { return nil }
    var time = TimeOfDay(seconds: hour * 3600 + minute * 60, milliseconds: 0, isLeapSecond: false)
    guard skip(oneOf: ":") != nil else { return time }
    guard let second = number(digits: 2...2), second <= 60 else { return nil }
    time.seconds += second
    time.isLeapSecond = second == 60
    guard skip(oneOf: ".,") != nil else { return time }
    guard let milliseconds = fraction() else { return nil }
    time.milliseconds = milliseconds
    return time
  }

  /// One digit or more, of which the first three count.
  mutating func fraction() -> Int? {
    let start = offset
    var milliseconds = 0
    var weight = 100
    while let digit = digit() {
      milliseconds += digit * weight
      weight /= 10
    }
    return offset > start ? milliseconds : nil
  }

  /// `Z`, `+01:00`, `+0100` or `+01`, as minutes east of UTC.
  mutating func utcOffset() -> Int? {
    _ = skip(oneOf: " ")
    if skip(oneOf: "Zz") != nil { return 0 }
    guard let sign = skip(oneOf: "+-"), let hours = number(digits: 2...2), hours < 24 else {
      return nil
    }
    var minutes = 0
    if let next, next == UInt8(ascii: ":") || next &- UInt8(ascii: "0") < 10 {
      _ = skip(oneOf: ":")
      guard let read = number(digits: 2...2), read < 60 else { return nil }
      minutes = read
    }
    let total = hours * 60 + minutes
    return sign == UInt8(ascii: "-") ? -total : total
  }

  private mutating func digit() -> Int? {
    guard let byte = next, byte &- UInt8(ascii: "0") < 10 else { return nil }
    offset += 1
    return Int(byte &- UInt8(ascii: "0"))
  }

  mutating func number(digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, let digit = digit() {
      value = value * 10 + digit
      count += 1
    }
    return digits.contains(count) ? value : nil
  }

  mutating func skip(oneOf characters: StaticString) -> UInt8? {
    guard let byte = next else { return nil }
    for index in 0..<characters.utf8CodeUnitCount where characters.utf8Start[index] == byte {
      offset += 1
      return byte
    }
    return nil
  }
}
