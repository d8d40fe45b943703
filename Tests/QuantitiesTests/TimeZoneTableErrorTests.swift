import Foundation
import Quantities
import TestSupport
import Testing

@Suite("TimeZoneTable: names, files and tables that are wrong")
struct TimeZoneTableErrorTests {
  @Test(
    "a path is no zone name",
    arguments: [
      "", "/etc/passwd", "../../etc/passwd", "Europe/../UTC", "Europe//Berlin", "Europe/",
      "Europe/Berlin ", "tzdata.zi", "Zürich", String(repeating: "a", count: 65),
    ])
  func badName(name: String) {
    #expect(throws: TimeZoneTableError.badName(name)) { try TimeZoneTable.system(named: name) }
  }

  @Test("a name that is spelt nearly right comes back with the right one")
  func suggestion() {
    for (wrong, right) in [
      ("Europe/Berln", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"),
      ("Berlin", "Europe/Berlin"), ("America/NewYork", "America/New_York"),
    ] {
      let error = #expect(throws: TimeZoneTableError.self) {
        try TimeZoneTable.system(named: wrong)
      }
      #expect(error?.description.contains("did you mean \(right)") == true, "\(wrong)")
    }
    #expect(throws: TimeZoneTableError.unknownZone("Mars/Olympus_Mons", similar: [])) {
      try TimeZoneTable.system(named: "Mars/Olympus_Mons")
    }
    #expect(throws: TimeZoneTableError.self) { try TimeZoneTable.system(named: "Europe") }
  }

  @Test("a missing database is told apart from a missing zone")
  func noDatabase() {
    let error = #expect(throws: TimeZoneTableError.self) {
      try TimeZoneTable.system(named: "Europe/Berlin", directory: "/nowhere/zoneinfo")
    }
    #expect(error?.description.contains("install the package tzdata") == true)
    #expect(TimeZoneTable.systemVersion(directory: "/nowhere/zoneinfo") == "unknown")
  }

  @Test("a table names the release it was made from")
  func version() throws {
    let version = try TimeZoneTable.system(named: "Europe/Berlin").tzdataVersion
    #expect(version.wholeMatch(of: /20[0-9]{2}[a-z]+/) != nil)
  }

  @Test("a table whose times do not increase or whose offsets are absurd is refused")
  func badTable() {
    let noon = Instant(millisecondsSinceEpoch: 1_700_000_000_000)
    let change = TimeZoneTable.Transition(at: noon, offsetSeconds: 3600)
    #expect(throws: TimeZoneTableError.self) { try table(0, [change, change]) }
    #expect(throws: TimeZoneTableError.self) { try table(100_000, []) }
    #expect(throws: TimeZoneTableError.self) {
      try table(0, [TimeZoneTable.Transition(at: noon, offsetSeconds: -100_000)])
    }
  }

  @Test("a transition that changes nothing is left out")
  func idle() throws {
    let noon = Instant(millisecondsSinceEpoch: 1_700_000_000_000)
    let change = TimeZoneTable.Transition(at: noon, offsetSeconds: 3600)
    #expect(try table(3600, [change]).transitions.isEmpty)
    #expect(try table(0, [change]).transitions == [change])
  }

  @Test("a damaged file is refused or read, never a crash", arguments: [41, 42])
  func damagedFile(seed: UInt64) throws {
    let path = TimeZoneTable.systemDirectory + "/Africa/Casablanca"
    let intact = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = SplitMix64(seed: seed)
    var refused = 0
    for _ in 0..<150 {
      var bytes = intact
      for _ in 0..<3 {
        let limit = Bool.random(using: &random) ? 48 : bytes.count
        bytes[Int.random(in: 0..<limit, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      }
      do { _ = try read(bytes) } catch { refused += 1 }
    }
    #expect(refused > 50, "seed \(seed)")
    #expect(throws: Never.self) { try read(intact) }
  }

  @Test(
    "footers of every kind are read, and the rule of the year applies",
    arguments: [
      ("UTC0", 0, 0), ("<+0330>-3:30", 12_600, 12_600),
      ("EST5EDT,M3.2.0,M11.1.0", -18_000, -14_400),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600), ("AAA3BBB,J60/0,J300", -10_800, -7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
      ("XXX3EDT4,0/0,J365/23", -14_400, -14_400),
    ] as [(String, Int, Int)])
  func footer(rule: String, january: Int, july: Int) throws {
    let table = try read(tzif(footer: rule))
    let winter = try #require(Instant(rfc3339: "2050-01-15T12:00:00Z"))
    let summer = try #require(Instant(rfc3339: "2050-07-15T12:00:00Z"))
    #expect(table.offsetSeconds(at: winter) == january)
    #expect(table.offsetSeconds(at: summer) == july)
  }

  @Test(
    "the three ways to name a day of the year agree with the calendar",
    arguments: [
      // The 60th day without leap days is 1 March in every year.
      ("AAA0BBB,J60/0,J300", "2048-03-01", "2049-03-01"),
      // Day 59 from zero is the leap day where there is one.
      ("AAA0BBB,59/0,J300", "2048-02-29", "2049-03-01"),
      // The fifth Sunday is the last; the second Sunday is in the second week.
      ("AAA0BBB,M3.5.0/0,J300", "2048-03-29", "2049-03-28"),
      ("AAA0BBB,M3.2.0/0,J300", "2048-03-08", "2049-03-14"),
    ])
  func days(rule: String, leapYear: String, commonYear: String) throws {
    let table = try read(tzif(footer: rule))
    for day in [leapYear, commonYear] {
      let newYear = try #require(Instant(rfc3339: day.prefix(4) + "-01-01T00:00:00Z"))
      #expect(table.nextTransition(after: newYear)?.at.rfc3339 == day + "T00:00:00.000Z")
    }
  }

  @Test(
    "a footer that is no rule is refused",
    arguments: ["5", "EST", "EST5EDT", "EST5EDT,M13.1.0,M1.1.0", "<EST5", "EST5EDT,M3.2.0", "A5,"])
  func badFooter(rule: String) {
    #expect(throws: TimeZoneTableError.self) { try read(tzif(footer: rule)) }
  }

  private func table(_ offset: Int, _ transitions: [TimeZoneTable.Transition])
    throws(TimeZoneTableError) -> TimeZoneTable
  {
    try TimeZoneTable(
      name: "Test/Zone", tzdataVersion: "2025b", offsetBeforeFirst: offset,
      transitions: transitions)
  }

  private func read(_ bytes: [UInt8]) throws -> TimeZoneTable {
    try bytes.withUnsafeBytes {
      try TimeZoneTable(tzif: $0, name: "Test/Zone", tzdataVersion: "2025b")
    }
  }

  /// A version 2 file without transitions: one local time type, and `footer`.
  private func tzif(footer: String) -> [UInt8] {
    let counts: [UInt8] = [0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 0]
    let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts
    let block = header + [0, 0, 0, 1, 0, 0, 0, 4] + [0, 0, 0, 0, 0, 0] + Array("LMT\0".utf8)
    return block + block + Array("\n\(footer)\n".utf8)
  }
}
