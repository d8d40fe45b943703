import Foundation
import Quantities
import TestSupport
import Testing

@Suite("Instant: reading and writing timestamps")
struct InstantTests {
  /// 2024-01-15T10:00:00Z.
  static let sample = Instant(millisecondsSinceEpoch: 1_705_312_800_000)

  @Test(
    "every accepted form of one moment is that moment",
    arguments: [
      "2024-01-15T10:00:00.000Z", "2024-01-15T10:00:00Z", "2024-01-15t10:00:00z",
      "2024-01-15 10:00:00Z", "2024-01-15T10:00:00.0Z", "2024-01-15T10:00:00.000000001Z",
      "2024-01-15T10:00:00,000Z", "2024-01-15T11:00:00+01:00", "2024-01-15T11:00:00+0100",
      "2024-01-15T11:00:00+01", "2024-01-15T10:00:00-00:00", "2024-01-15T10:00:00+0000",
      "2024-01-15 10:00:00 +0000", "2024-01-15T04:30:00.000-05:30", "2024-01-15T10:00Z",
      "2024-1-15T10:00:00Z", "2024-01-16T00:00:00+14:00", "2024-01-15T9:00:00-01:00",
    ])
  func accepts(text: String) { #expect(Instant(rfc3339: text) == Self.sample) }

  @Test(
    "what is no moment is refused",
    arguments: [
      "", "Z", "2024-01-15", "2024-01-15T", "2024-01-15T10", "2024-01-15T10:00:00",
      "2024-02-30T10:00:00Z", "2023-02-29T10:00:00Z", "2024-00-15T10:00:00Z",
      "2024-13-15T10:00:00Z", "2024-01-00T10:00:00Z", "2024-01-15T24:00:00Z",
      "2024-01-15T24:01:00Z", "2024-01-15T10:60:00Z", "2024-01-15T10:00:61Z",
      "2024-01-15T10:00:60Z", "2024-01-15T10:00:00.Z", "2024-01-15T10:00:00.000Zx",
      "2024-01-15T10:00:00+1", "2024-01-15T10:00:00+24:00", "2024-01-15T10:00:00+01:60",
      "2024-01-15T10:00:00+01:", "24-01-15T10:00:00Z", "0000-01-15T10:00:00Z",
      "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2024/01/15T10:00:00Z",
      "2024-01-15T1a:00:00.000Z", "2024-01-15T10.00:00.000Z", "2024-01-15T10:00:00.00aZ",
      "２024-01-15T10:00:00Z", "2024-01-15T10:00:00.000 ", "-024-01-15T10:00:00.000Z",
    ])
  func refuses(text: String) { #expect(Instant(rfc3339: text) == nil) }

  @Test("a time without an offset is told apart from a broken one")
  func local() throws {
    let date = try #require(CivilDate(year: 2025, month: 3, day: 30))
    let expected = LocalTime(date: date, millisecondsOfDay: 9_015_250)
    #expect(parse("2025-03-30 02:30:15.250") == .local(expected))
    #expect(parse("2025-03-30T2:30:15.250") == .local(expected))
    #expect(parse("2025-03-32T02:30:15.250") == nil)
  }

  @Test("a leap second is the second after it, and only where there can be one")
  func leapSecond() {
    let newYear = Instant(rfc3339: "2017-01-01T00:00:00Z")
    #expect(Instant(rfc3339: "2016-12-31T23:59:60Z") == newYear)
    #expect(Instant(rfc3339: "2017-01-01T00:59:60+01:00") == newYear)
    #expect(Instant(rfc3339: "2016-12-31T22:59:60Z") == nil)
    #expect(parse("2016-12-31T23:58:60") == nil)
    #expect(parse("2016-12-31T23:59:60") == parse("2017-01-01T00:00:00"))
  }

  @Test("digits beyond the millisecond are dropped, so no time moves into the next second")
  func fraction() {
    let text = Instant(rfc3339: "2024-01-15T10:00:00.9999999Z")?.rfc3339
    #expect(text == "2024-01-15T10:00:00.999Z")
    #expect(Instant(rfc3339: "2024-01-15T10:00:00.5Z")?.rfc3339 == "2024-01-15T10:00:00.500Z")
  }

  @Test("what is written has 24 characters and reads back as the same instant", arguments: [1, 2])
  func roundTrip(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let range = Instant.formattableRange
    for _ in 0..<5000 {
      let milliseconds = Int64.random(
        in: range.lowerBound.millisecondsSinceEpoch...range.upperBound.millisecondsSinceEpoch,
        using: &random)
      let instant = Instant(millisecondsSinceEpoch: milliseconds)
      #expect(instant.rfc3339.utf8.count == 24)
      #expect(Instant(rfc3339: instant.rfc3339) == instant, "seed \(seed)")
    }
  }

  @Test("Foundation reads what is written as the same moment", arguments: [3])
  func agreesWithFoundation(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for _ in 0..<500 {
      let seconds = Int64.random(in: -2_000_000_000...60_000_000_000, using: &random)
      let instant = Instant(millisecondsSinceEpoch: seconds * 1000)
      let date = try style.parse(instant.rfc3339)
      #expect(date.timeIntervalSince1970 == Double(seconds), "seed \(seed)")
    }
  }

  @Test("the ends of time are shown as the first and the last moment of four-digit years")
  func ends() {
    #expect(Instant.distantPast.rfc3339 == "0001-01-01T00:00:00.000Z")
    #expect(Instant.distantFuture.rfc3339 == "9999-12-31T23:59:59.999Z")
    #expect(
      Instant(rfc3339: "9999-12-31T23:59:59.999Z") == Instant.formattableRange.upperBound)
  }

  @Test("any bytes are read or refused, never a crash", arguments: [4])
  func noise(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let usual = Array("2024-01-15T10:00:00.000+01:00".utf8)
    for _ in 0..<20_000 {
      var bytes = usual.prefix(Int.random(in: 0...usual.count, using: &random))
      if let index = bytes.indices.randomElement(using: &random) {
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      guard case .instant(let instant) = bytes.withUnsafeBytes({ Instant.parse(rfc3339: $0) })
      else { continue }
      #expect(Instant.formattableRange.contains(instant), "seed \(seed)")
    }
  }

  private func parse(_ text: String) -> Instant.Parsed? {
    Array(text.utf8).withUnsafeBytes { Instant.parse(rfc3339: $0) }
  }
}

@Suite("CivilDate")
struct CivilDateTests {
  @Test("days and calendar dates agree with Foundation over 600 years")
  func agreesWithFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    for day in stride(from: -130_000, through: 100_000, by: 97) {
      let date = CivilDate(daysSinceEpoch: day)
      let fields = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      #expect(date.year == fields.year)
      #expect(date.month == fields.month)
      #expect(date.day == fields.day)
      // Foundation counts weekdays from Sunday as 1.
      #expect(Int(date.weekday.rawValue) % 7 + 1 == fields.weekday)
      #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
    }
  }

  @Test("the first and the last day of four-digit years exist, and their neighbours do not")
  func ends() {
    #expect(CivilDate(year: 1, month: 1, day: 1)?.daysSinceEpoch == -719_162)
    #expect(CivilDate(year: 9999, month: 12, day: 31)?.daysSinceEpoch == 2_932_896)
    #expect(CivilDate(year: 0, month: 12, day: 31) == nil)
    #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil)
    #expect(CivilDate(year: 1900, month: 2, day: 29) == nil)
    #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
  }

  @Test("a bare date is read and shown; anything around it is refused")
  func text() {
    #expect(CivilDate("2025-10-01")?.description == "2025-10-01")
    #expect(CivilDate("2025-10-01 ") == nil)
    #expect(CivilDate("2025-10-01T00:00:00Z") == nil)
    #expect(CivilDate("2025-02-29") == nil)
    #expect(CivilDate("2025-10") == nil)
  }
}
