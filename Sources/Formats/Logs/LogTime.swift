import Quantities

/// A time in a log: a view into the line, and what it says.
struct LogTime {
  enum Reading: Equatable {
    case instant(Instant)
    case fields(TimestampFields)
  }

  var reading: Reading
  /// For messages.
  var text: UnsafeRawBufferPointer

  /// A time at the very front of `text`.
  init?(at text: UnsafeRawBufferPointer, _ layout: TimestampLayout) {
    guard let found = layout.scan(text) else { return nil }
    reading = .fields(found.fields)
    self.text = text.view(..<found.byteCount)
  }

  init(_ instant: Instant, text: UnsafeRawBufferPointer) {
    reading = .instant(instant)
    self.text = text
  }

  /// The first time in `text` that begins with a digit which follows no letter and no digit.
  static func first(in text: UnsafeRawBufferPointer, _ layout: TimestampLayout) -> LogTime? {
    var followsWord = false
    for (offset, byte) in text.enumerated() {
      let isDigit = byte &- UInt8(ascii: "0") < 10
      if isDigit, !followsWord, let time = LogTime(at: text.view(offset...), layout) {
        return time
      }
      followsWord = isDigit || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }
    return nil
  }

  /// How little must be said to make a moment of it: 0 nothing, 1 the zone, 2 the year too.
  fileprivate var vagueness: Int {
    guard case .fields(let fields) = reading else { return 0 }
    if fields.year == nil { return 2 }
    return fields.offsetMinutes == nil ? 1 : 0
  }
}

/// Makes moments of the times in a log, with the zone and the year that a person gave.
struct LogClock {
  private let envelope: EnvelopeReader
  /// The year of the next time without one; nil if nobody said.
  private var year: Int?
  /// The month of the last time without a year.
  private var lastMonth: Int?

  init(_ envelope: EnvelopeReader, year: Int?) {
    self.envelope = envelope
    self.year = year
  }

  /// The recorder's time of a line.
  ///
  /// A time with an offset counts before one without, because it needs nobody's word, and one with a
  /// year before one without; else what the line itself says counts before what stands in front.
  ///
  /// - Parameters:
  ///   - inner: the time in the line itself.
  ///   - outer: the time that what carried the line has put in front of it.
  mutating func instant(inner: LogTime?, outer: LogTime?) throws(RejectReason) -> Instant {
    guard let first = inner ?? outer else { throw .noTime }
    let second = outer ?? first
    let time = second.vagueness < first.vagueness ? second : first
    switch time.reading {
    case .instant(let instant): return instant
    case .fields(let fields):
      if fields.year == nil { try turnYear(fields.month, time) }
      guard let parsed = fields.parsed(year: year) else {
        throw .unreadableTime(time.text.excerpt)
      }
      return try envelope.instant(parsed, text: time.text)
    }
  }

  /// A step of the months by more than half a year is the turn of the year, forth or back.
  private mutating func turnYear(_ month: Int, _ time: LogTime) throws(RejectReason) {
    guard let current = year else { throw .timeWithoutYear(time.text.excerpt) }
    let step = month - (lastMonth ?? month)
    lastMonth = month
    if step < -6 { year = current + 1 }
    if step > 6 { year = current - 1 }
  }
}
