extension Instant {
  /// What a timestamp's text says.
  public enum Parsed: Hashable, Sendable {
    /// It names an offset, so it is a moment.
    case instant(Instant)
    /// It names no offset. Whose clock it was is the caller's to know (`--time-zone`).
    case local(LocalTime)
  }

  /// Reads a timestamp of RFC 3339, section 5.6, and the variants that chargers and their logs
  /// write.
  ///
  /// Accepted beyond the standard: a space or a lower-case `t` for `T`; `z`; no offset at all
  /// (``Parsed/local(_:)``); an offset as `+0100` or `+01`; a blank before the offset; no seconds;
  /// one digit for the month, the day or the hour; a comma before the fraction. Digits after the
  /// third of the fraction are dropped. A leap second (`23:59:60` in UTC) is the second after it.
  ///
  /// Refused: days and times that do not exist, `24:00`, years outside 1...9999.
  ///
  /// - Complexity: no allocation; a fast path for `2024-01-15T10:00:00.000Z` with or without the
  ///   fraction.
  public static func parse(rfc3339 text: UnsafeRawBufferPointer) -> Parsed? {
    if let instant = Instant(usualForm: text) { return .instant(instant) }
    var scanner = TimestampScanner(text)
    return scanner.timestamp()
  }

  /// Reads a timestamp that names an offset, as ``parse(rfc3339:)`` does; nil without one.
  @inlinable
  public init?(rfc3339 text: UnsafeRawBufferPointer) {
    guard case .instant(let instant) = Instant.parse(rfc3339: text) else { return nil }
    self = instant
  }

  /// Reads a timestamp that names an offset, as ``parse(rfc3339:)`` does; nil without one.
  public init?(rfc3339 text: String) {
    guard let instant = text.withUTF8Bytes({ Instant(rfc3339: $0) }) else { return nil }
    self = instant
  }
}

extension Instant {
  /// Reads exactly `2024-01-15T10:00:00Z` or `2024-01-15T10:00:00.000Z`, the forms of nearly every
  /// frame. Leap seconds are left to the scanner.
  init?(usualForm text: UnsafeRawBufferPointer) {
    let hasFraction = text.count == 24
    guard hasFraction || text.count == 20, text[text.count - 1] == UInt8(ascii: "Z") else {
      return nil
    }
    var digits = FixedDigits(text: text)
    let year = digits.pair(at: 0) * 100 + digits.pair(at: 2)
    let month = digits.pair(at: 5)
    let day = digits.pair(at: 8)
    let hour = digits.pair(at: 11)
    let minute = digits.pair(at: 14)
    let second = digits.pair(at: 17)
    var millisecond = 0
    if hasFraction {
      millisecond = digits.digit(at: 20) * 100 + digits.pair(at: 21)
      guard text[19] == UInt8(ascii: ".") else { return nil }
    }
    guard digits.areDigits, hour < 24, minute < 60, second < 60,
      text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
      text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
    self.init(millisecondsSinceEpoch: Int64(seconds * 1000 + millisecond))
  }
}

/// Digits at known places of a text, checked all at once in the end: no branch per digit.
private struct FixedDigits {
  let text: UnsafeRawBufferPointer
  var areDigits = true

  mutating func digit(at offset: Int) -> Int {
    let value = text[offset] &- UInt8(ascii: "0")
    areDigits = areDigits && value < 10
    return Int(value)
  }

  mutating func pair(at offset: Int) -> Int { digit(at: offset) * 10 + digit(at: offset + 1) }
}
