/// The bytes of one line while it is being made. Its storage is used again for every line, and no
/// field goes through `String`, so writing a line allocates nothing.
struct LineBuffer {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(8192) }

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  /// Appends text that is known when the program is built.
  @inline(__always)
  mutating func text(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func utf8(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// Appends a whole number in decimal digits.
  mutating func number(_ value: Int64) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    digits(value.magnitude, atLeast: 1)
  }

  /// Appends `value` × 10^-`decimals` with all its decimals. `value` is not negative.
  mutating func fixed(_ value: Int64, decimals: Int) {
    var unit: UInt64 = 1
    for _ in 0..<decimals { unit *= 10 }
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: unit)
    digits(whole, atLeast: 1)
    text(".")
    digits(rest, atLeast: decimals)
  }

  /// Appends the digits of `value`, with leading zeros to at least `width` of them.
  mutating func digits(_ value: UInt64, atLeast width: Int) {
    var count = 1
    var rest = value / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(count, width)))
    rest = value
    var index = bytes.count - 1
    while rest > 0 {
      bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      index -= 1
    }
  }

  /// Appends a moment as RFC 3339 in UTC with milliseconds. The year has four digits.
  mutating func timestamp(_ milliseconds: Int64) {
    let day = milliseconds / 86_400_000
    let time = UInt64(milliseconds - day * 86_400_000)
    let (year, month, dayOfMonth) = civilDate(dayOfEpoch: day)
    digits(year, atLeast: 4)
    text("-")
    digits(month, atLeast: 2)
    text("-")
    digits(dayOfMonth, atLeast: 2)
    text("T")
    digits(time / 3_600_000, atLeast: 2)
    text(":")
    digits(time / 60_000 % 60, atLeast: 2)
    text(":")
    digits(time / 1000 % 60, atLeast: 2)
    text(".")
    digits(time % 1000, atLeast: 3)
    text("Z")
  }

  /// Appends the last `count` hexadecimal digits of `value`.
  mutating func hex(_ value: UInt64, digits count: Int, uppercase: Bool = false) {
    let ten = UInt8(ascii: uppercase ? "A" : "a")
    var shift = count * 4
    while shift > 0 {
      shift -= 4
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : ten + digit - 10)
    }
  }

  /// Appends a UUID in its usual form.
  mutating func uuid(_ uuid: (high: UInt64, low: UInt64)) {
    hex(uuid.high >> 32, digits: 8)
    text("-")
    hex(uuid.high >> 16, digits: 4)
    text("-")
    hex(uuid.high, digits: 4)
    text("-")
    hex(uuid.low >> 48, digits: 4)
    text("-")
    hex(uuid.low, digits: 12)
  }

  mutating func messageID(_ id: MessageID) {
    switch id {
    case .number(let number): digits(number, atLeast: 1)
    case .uuid(let high, let low): uuid((high, low))
    }
  }

  /// Appends an RFID token: eight hexadecimal digits.
  mutating func token(_ token: UInt32) { hex(UInt64(token), digits: 8, uppercase: true) }
}

/// A UUID as text, for the few places that are not lines.
func uuidText(_ uuid: (high: UInt64, low: UInt64)) -> String {
  var buffer = LineBuffer()
  buffer.uuid(uuid)
  return String(decoding: buffer.bytes, as: UTF8.self)
}

/// The date of a day in the Gregorian calendar, counted from 1970-01-01, not negative.
///
/// Years begin in March here, so that the leap day comes last and month lengths follow one rule.
private func civilDate(dayOfEpoch: Int64) -> (year: UInt64, month: UInt64, day: UInt64) {
  let day = UInt64(dayOfEpoch) + 719_468  // since 0000-03-01
  let era = day / 146_097
  let dayOfEra = day - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return (
    yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
    dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  )
}
