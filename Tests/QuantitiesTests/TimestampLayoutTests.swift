import Quantities
import Testing

@Suite("Layouts of timestamps")
struct TimestampLayoutTests {
  /// What a layout reads at the front of a text: the moment as if in UTC, and what is left.
  private func read(_ layout: TimestampLayout, _ text: String, year: Int? = nil) -> String? {
    var text = text
    return text.withUTF8 { bytes -> String? in
      guard let found = layout.scan(UnsafeRawBufferPointer(bytes)) else { return nil }
      let rest = String(decoding: bytes[found.byteCount...], as: UTF8.self)
      switch found.fields.parsed(year: year) {
      case .instant(let instant): return "\(instant.rfc3339)|\(rest)"
      case .local(let local): return "\(local)|\(rest)"
      case nil: return "no such day|\(rest)"
      }
    }
  }

  @Test("the usual layouts of logs are read, and what follows is left")
  func usual() {
    #expect(read(.iso8601, "2024-05-17T09:20:43:732] x") == "2024-05-17T09:20:43.732|] x")
    #expect(read(.iso8601, "2024-05-17 09:20:43,7 x") == "2024-05-17T09:20:43.700| x")
    #expect(read(.iso8601, "2024-05-17\t09:20:43.") == "2024-05-17T09:20:43.000|.")
    #expect(read(.iso8601, "2024-05-17T09:20:43+0200 x") == "2024-05-17T07:20:43.000Z| x")
    #expect(read(.iso8601, "2024-05-17T09:20:43-03: x") == "2024-05-17T09:20:43.000|-03: x")
    #expect(read(.iso8601, "2024-05-17T09:20:43Z") == "2024-05-17T09:20:43.000Z|")
    // A word that begins with Z is no offset.
    #expect(read(.iso8601, "2024-05-17 09:20:43 Zoe") == "2024-05-17T09:20:43.000| Zoe")
    #expect(read(.slashes, "2024/05/17 09:20:43 x") == "2024-05-17T09:20:43.000| x")
    #expect(read(.dayMonthYear, "7.5.2024 9:20:43") == "2024-05-07T09:20:43.000|")
    #expect(read(.monthDayYear, "5/7/2024 12:00:01 AM") == "2024-05-07T00:00:01.000|")
    #expect(read(.monthDayYear, "5/7/2024 12:00:01 pm,") == "2024-05-07T12:00:01.000|,")
  }

  @Test("names of months are read in English and German, long and short")
  func months() {
    let names = [
      "Jan", "February", "März", "Mar", "Mrz", "apr.", "Mai", "JUN", "Juli", "Aug", "Sept",
      "Okt", "oct", "Nov", "Dez", "December",
    ]
    let months = [1, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 12]
    for (name, month) in zip(names, months) {
      let found = read(.syslog, "\(name)  7 09:20:43 pi", year: 2024)
      #expect(found == "2024-\(month < 10 ? "0" : "")\(month)-07T09:20:43.000| pi", "\(name)")
    }
    #expect(read(.syslog, "Foo 7 09:20:43") == nil)
    #expect(read(.syslog, "Feb 29 09:20:43", year: 2023) == "no such day|")
    #expect(read(.syslog, "Feb 28 09:20:43") == "no such day|")
  }

  @Test("a pattern says what it reads")
  func patterns() throws {
    func pattern(_ text: String) throws -> TimestampLayout { try TimestampLayout(pattern: text) }
    #expect(
      try read(pattern("dd.MM.yyyy HH:mm"), "17.05.2024 09:20") == "2024-05-17T09:20:00.000|")
    #expect(
      try read(pattern("yyyy-MM-dd'T'HH:mm:ss.SSSX"), "2024-05-17T09:20:43.7321+02:00")
        == "2024-05-17T07:20:43.732Z|")
    #expect(
      try read(pattern("MMM d, yyyy h:mm:ss a"), "May 17, 2024 9:20:43 PM")
        == "2024-05-17T21:20:43.000|")
    let optional = try pattern("yyyyMMdd HHmmss[.SSS][X]".replacing("yyyyMMdd", with: "yyyy-M-d"))
    #expect(read(optional, "2024-5-7 092043") == "2024-05-07T09:20:43.000|")
    #expect(read(optional, "2024-5-7 092043.5Z") == "2024-05-07T09:20:43.500Z|")
  }

  @Test(
    "a pattern without a meaning is refused",
    arguments: [
      "", "yyyy-MM-dd", "HH:mm", "dd.MM.yy HH:mm", "yyyy-MM-dd hh:mm", "yyyy-MM-dd HH:mm Q",
      "yyyy-MM-dd HH:mm[:ss]", "yyyy-MMMM-dd HH:mm",
    ])
  func badPatterns(pattern: String) {
    #expect(throws: TimestampLayout.PatternError.self) { try TimestampLayout(pattern: pattern) }
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "2", "2024-05-17", "2024-05-17T", "2024-05-17T9", "2024-05-17T09:60:00",
      "2024-05-17T24:00:00", "2024-13-17T09:00:00", "2024-05-32T09:00:00", "2024-05-17T09:20:60",
      "24-05-17T09:20:43",
    ])
  func noTimes(text: String) { #expect(read(.iso8601, text) == nil) }
}
