/// How a program writes the time of day and the date, where that is not RFC 3339:
/// `yyyy/MM/dd HH:mm:ss`, `MMM d HH:mm:ss`, `M/d/yyyy h:mm:ss a`.
///
/// The letters are those of Unicode's date patterns (UTS 35): `yyyy` year, `M` month, `MMM` its name
/// in English or German, `d` day, `H` hour, `h` hour of the half day, `m` minute, `s` second, `S`
/// fraction of the second, `a` AM or PM, `X` the offset from UTC. How often `M`, `d`, `H`, `h` and
/// `S` come does not matter: any number of digits is read. A blank stands for blanks and tabs. Text
/// between apostrophes stands for itself, and `[.SSS]`, `[,SSS]` and `[X]` may be missing.
public struct TimestampLayout: Hashable, Sendable {
  /// One step of reading.
  enum Part: Hashable, Sendable {
    case literal(UInt8)
    case blanks
    case year, month, monthName, day
    case hour, hourOfHalfDay, minute, second, fraction, halfDay, offset
    /// A point, a comma or a colon, and digits; perhaps nothing.
    case optionalFraction
    case optionalOffset
    /// `T`, `t`, `_` or a blank.
    case dateTimeSeparator
  }

  let parts: [Part]
}

extension TimestampLayout {
  /// `2024-05-17T09:20:43.732+02:00`, with a blank for the `T`, a comma or a colon before the
  /// fraction, without fraction or without offset.
  public static let iso8601 = TimestampLayout(
    parts: date("-") + [.dateTimeSeparator] + clock + [.optionalFraction, .optionalOffset])

  /// `2024/05/17 09:20:43`, perhaps with a fraction.
  public static let slashes = TimestampLayout(
    parts: date("/") + [.blanks] + clock + [.optionalFraction, .optionalOffset])

  /// `May 17 09:20:43`: no year. BSD syslog (RFC 3164, section 4.1.2).
  public static let syslog = TimestampLayout(
    parts: [.monthName, .blanks, .day, .blanks] + clock + [.optionalFraction])

  /// `17.05.2024 09:20:43`.
  public static let dayMonthYear = TimestampLayout(
    parts: [
      .day, .literal(UInt8(ascii: ".")), .month, .literal(UInt8(ascii: ".")), .year, .blanks,
    ] + clock + [.optionalFraction])

  /// `5/17/2024 9:20:43 AM`.
  public static let monthDayYear = TimestampLayout(
    parts: [
      .month, .literal(UInt8(ascii: "/")), .day, .literal(UInt8(ascii: "/")), .year, .blanks,
      .hourOfHalfDay, .literal(UInt8(ascii: ":")), .minute, .literal(UInt8(ascii: ":")), .second,
      .blanks, .halfDay,
    ])

  private static func date(_ separator: Unicode.Scalar) -> [Part] {
    let separator = Part.literal(UInt8(ascii: separator))
    return [.year, separator, .month, separator, .day]
  }

  private static let clock: [Part] = [
    .hour, .literal(UInt8(ascii: ":")), .minute, .literal(UInt8(ascii: ":")), .second,
  ]
}

/// What a text says of a time. Which moment that is may need a year or a zone.
public struct TimestampFields: Hashable, Sendable {
  /// Nil if the text names none.
  public var year: Int?
  /// 1...12.
  public var month: Int
  /// 1...31. Whether the month has such a day is only known with the year.
  public var day: Int
  /// What the clock shows: 0..<86,400,000.
  public var millisecondsOfDay: Int
  /// Minutes east of UTC; nil if the text does not tell it.
  public var offsetMinutes: Int?

  /// The moment or the local time that this is.
  ///
  /// - Parameter year: the year where the text names none.
  /// - Returns: nil if there is no such day, or neither names a year.
  public func parsed(year other: Int? = nil) -> Instant.Parsed? {
    guard let year = year ?? other, let date = CivilDate(year: year, month: month, day: day) else {
      return nil
    }
    let local = LocalTime(date: date, millisecondsOfDay: millisecondsOfDay)
    guard let offsetMinutes else { return .local(local) }
    let instant = Instant(
      millisecondsSinceEpoch: local.millisecondsSinceLocalEpoch - Int64(offsetMinutes) * 60_000)
    return Instant.formattableRange.contains(instant) ? .instant(instant) : nil
  }
}

extension TimestampLayout {
  /// Reads a time at the front of `text`, and tells how many bytes it takes; nil if there is none.
  ///
  /// - Complexity: one step for each part; no allocation.
  public func scan(_ text: UnsafeRawBufferPointer) -> (fields: TimestampFields, byteCount: Int)? {
    var scanner = TimestampScanner(text)
    var found = ScannedParts()
    for part in parts {
      guard scanner.read(part, into: &found) else { return nil }
    }
    guard let fields = found.fields else { return nil }
    return (fields, scanner.offset)
  }
}

/// The numbers that were read so far.
private struct ScannedParts {
  var year: Int?
  var month = 0
  var day = 0
  var hour = 0
  var minute = 0
  var second = 0
  var milliseconds = 0
  var isAfternoon: Bool?
  var offsetMinutes: Int?

  var fields: TimestampFields? {
    var hour = hour
    if let isAfternoon {
      guard 1...12 ~= hour else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard 1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second < 60 else { return nil }
    let seconds = hour * 3600 + minute * 60 + second
    return TimestampFields(
      year: year, month: month, day: day, millisecondsOfDay: seconds * 1000 + milliseconds,
      offsetMinutes: offsetMinutes)
  }
}

extension TimestampScanner {
  /// Reads one part; false if the text does not fit.
  fileprivate mutating func read(
    _ part: TimestampLayout.Part, into found: inout ScannedParts
  ) -> Bool {
    switch part {
    case .literal(let byte): return skip(byte)
    case .blanks: return skipBlanks()
    case .dateTimeSeparator: return skip(oneOf: "Tt_ \t") != nil
    case .year: return read(4...4) { found.year = $0 }
    case .month: return read(1...2) { found.month = $0 }
    case .monthName: return readMonthName(&found)
    case .day: return read(1...2) { found.day = $0 }
    case .hour, .hourOfHalfDay: return read(1...2) { found.hour = $0 }
    case .minute: return read(2...2) { found.minute = $0 }
    case .second: return read(2...2) { found.second = $0 }
    case .fraction:
      guard let milliseconds = fraction() else { return false }
      found.milliseconds = milliseconds
    case .optionalFraction:
      let start = offset
      guard skip(oneOf: ".,:") != nil, let milliseconds = fraction() else {
        offset = start
        return true
      }
      found.milliseconds = milliseconds
    case .halfDay: return readHalfDay(&found)
    case .offset: return readOffset(&found)
    case .optionalOffset: _ = readOffset(&found)
    }
    return true
  }

  private mutating func read(_ digits: ClosedRange<Int>, _ use: (Int) -> Void) -> Bool {
    guard let value = number(digits: digits) else { return false }
    use(value)
    return true
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipBlanks() -> Bool {
    let start = offset
    while skip(oneOf: " \t") != nil {}
    return offset > start
  }

  /// An offset directly behind the time. Nothing is read if there is none.
  private mutating func readOffset(_ found: inout ScannedParts) -> Bool {
    let start = offset
    // A blank is not skipped: what follows may be a word that begins with Z.
    guard next != UInt8(ascii: " "), let minutes = utcOffset() else {
      offset = start
      return false
    }
    found.offsetMinutes = minutes
    return true
  }

  private mutating func readHalfDay(_ found: inout ScannedParts) -> Bool {
    guard let letter = skip(oneOf: "AaPp"), skip(oneOf: "Mm") != nil else { return false }
    found.isAfternoon = letter | 0x20 == UInt8(ascii: "p")
    return true
  }

  /// Three letters of a name; more letters and a point may follow.
  private mutating func readMonthName(_ found: inout ScannedParts) -> Bool {
    for (name, month) in Self.monthNames where skip(word: name) {
      found.month = month
      while let byte = next, byte | 0x20 &- UInt8(ascii: "a") < 26 { offset += 1 }
      _ = skip(oneOf: ".")
      return true
    }
    return false
  }

  /// Skips letters of either case; `word` is in lower case.
  private mutating func skip(word: StaticString) -> Bool {
    let start = offset
    for index in 0..<word.utf8CodeUnitCount {
      let letter = word.utf8Start[index]
      guard let byte = next, byte == letter || (letter < 0x80 && byte | 0x20 == letter) else {
        offset = start
        return false
      }
      offset += 1
    }
    return true
  }

  private static let monthNames: [(StaticString, Int)] = [
    ("jan", 1), ("feb", 2), ("mar", 3), ("mär", 3), ("mrz", 3), ("apr", 4), ("may", 5),
    ("mai", 5), ("jun", 6), ("jul", 7), ("aug", 8), ("sep", 9), ("oct", 10), ("okt", 10),
    ("nov", 11), ("dec", 12), ("dez", 12),
  ]
}
