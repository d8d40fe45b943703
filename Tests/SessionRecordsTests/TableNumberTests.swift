import Quantities
import TestSupport
import Testing

@testable import SessionRecords

@Suite("Numbers, durations and times in tables")
struct TableNumberTests {
  private static let styles: [TableNumberStyle] = TableNumberStyle.DecimalPoint.allCases.flatMap {
    point in
    let separators: [TableNumberStyle.ThousandsSeparator?] =
      [nil] + TableNumberStyle.ThousandsSeparator.allCases.filter { $0.rawValue != point.rawValue }
    return separators.map { TableNumberStyle(decimalPoint: point, thousandsSeparator: $0) }
  }

  @Test("a number that is written in any style is read as what it was", arguments: 1...20)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for style in Self.styles {
      for _ in 0..<50 {
        let decimals = Int.random(in: 0...6, using: &random)
        let coefficient = Int64.random(in: -9_999_999_999...9_999_999_999, using: &random)
        let number = DecimalNumber(coefficient: Int128(coefficient), exponent: Int32(-decimals))
        let text = Self.write(number, decimals: decimals, style)
        let read = try #require(style.number(in: text), "seed \(seed): \(text) in \(style)")
        #expect(
          read.number.scaled(toPowerOfTen: -6) == number.scaled(toPowerOfTen: -6)
            && read.rest == "",
          "seed \(seed): \(text) in \(style)")
      }
    }
  }

  private static func write(
    _ number: DecimalNumber, decimals: Int, _ style: TableNumberStyle
  ) -> String {
    let digits = String(number.coefficient.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var groups: [Substring] = []
    var whole = padded.dropLast(decimals)
    while whole.count > 3, style.thousandsSeparator != nil {
      groups.insert(whole.suffix(3), at: 0)
      whole = whole.dropLast(3)
    }
    groups.insert(whole, at: 0)
    let text = groups.joined(separator: style.thousandsSeparator?.rawValue ?? "")
    let fraction = decimals > 0 ? style.decimalPoint.rawValue + padded.suffix(decimals) : ""
    return (number.coefficient < 0 ? "-" : "") + text + fraction
  }

  @Test(
    "separators stand between groups of three digits, else it is no number",
    arguments: [
      ("1.234,5", "1234.5"), ("12.345.678", "12345678"), ("-1.234", "-1234"), ("0,5", "0.5"),
      (",5", ".5"), ("1.5", nil), ("1234.567", nil), ("1.23.456", nil), ("", nil), ("kWh", nil),
      ("--1", nil),
    ] as [(String, String?)])
  func groups(text: String, value: String?) {
    let style = TableNumberStyle(decimalPoint: .comma, thousandsSeparator: .point)
    #expect(style.number(in: text)?.number == value.flatMap { DecimalNumber($0, grammar: .meter) })
  }

  @Test("blanks that do not break and typographic apostrophes separate thousands too")
  func exoticSeparators() {
    let blank = TableNumberStyle(decimalPoint: .comma, thousandsSeparator: .blank)
    let apostrophe = TableNumberStyle(thousandsSeparator: .apostrophe)
    #expect(blank.number(in: "1\u{202F}234,5")?.number == DecimalNumber("1234.5"))
    #expect(blank.number(in: "1\u{A0}234 kWh")?.number == DecimalNumber("1234"))
    #expect(blank.number(in: "1\u{A0}234 kWh")?.rest == " kWh")
    #expect(apostrophe.number(in: "1\u{2019}234.50 CHF")?.number == DecimalNumber("1234.50"))
  }

  @Test(
    "durations are numbers of a unit, or a clock",
    arguments: [
      ("90", 5_400_000), ("1,5", 90_000), ("1,5 h", 5_400_000), ("30 s", 30_000), ("250ms", 250),
      ("1:30", 5_400_000), ("1:30:05", 5_405_000), ("100:00", 360_000_000), ("1:75", nil),
      ("-5", nil), ("5 weeks", nil), ("999999999", nil), ("1:2:3:4", nil), ("", nil),
    ] as [(String, Int64?)])
  func durations(text: String, milliseconds: Int64?) {
    let numbers = TableNumberStyle(decimalPoint: .comma)
    #expect(
      TableDuration.milliseconds(text, numbers: numbers, unit: .minutes) == milliseconds)
  }

  @Test("a date that is written in any layout is read as what it was", arguments: 1...10)
  func dates(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let seconds = Int64.random(in: 1_262_304_000...2_000_000_000, using: &random)
      let instant = Instant(millisecondsSinceEpoch: seconds * 1000)
      for (layout, text) in Self.written(instant) {
        var text = text
        let parsed = try text.withUTF8 { bytes in
          try TableTimeLayout(layout).parse(UnsafeRawBufferPointer(bytes))
        }
        let local = LocalTime(instant: instant, offsetSeconds: 0)
        #expect(
          parsed == .local(local) || parsed == .instant(instant), "seed \(seed): \(layout) \(text)")
      }
    }
  }

  private static func written(_ instant: Instant) -> [(layout: String, text: String)] {
    let local = LocalTime(instant: instant, offsetSeconds: 0)
    let clock = local.secondsOfDay
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (year, month, day) = (local.date.year, local.date.month, local.date.day)
    let time = [clock / 3600, clock / 60 % 60, clock % 60].map(two).joined(separator: ":")
    let hour = (clock / 3600 + 11) % 12 + 1
    let half = clock / 3600 < 12 ? "AM" : "PM"
    return [
      ("rfc3339", instant.rfc3339),
      ("dd.MM.yyyy HH:mm:ss", "\(two(day)).\(two(month)).\(year) \(time)"),
      ("yyyy/MM/dd HH:mm:ss", "\(year)/\(two(month))/\(two(day)) \(time)"),
      (
        "M/d/yyyy h:mm:ss a",
        "\(month)/\(day)/\(year) \(hour):\(two(clock / 60 % 60)):\(two(clock % 60)) \(half)"
      ),
      ("unix-seconds", "\(instant.millisecondsSinceEpoch / 1000)"),
      ("unix-milliseconds", "\(instant.millisecondsSinceEpoch)"),
    ]
  }
}
