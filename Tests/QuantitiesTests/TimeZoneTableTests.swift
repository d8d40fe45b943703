import Foundation
import Quantities
import TestSupport
import Testing

@Suite("TimeZoneTable against Foundation")
struct TimeZoneOracleTests {
  static let zones = [
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Istanbul", "America/New_York",
    "America/Sao_Paulo", "America/St_Johns", "America/Havana", "America/Nuuk",
    "Australia/Lord_Howe", "Australia/Sydney", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Gaza",
    "Asia/Tehran", "Africa/Casablanca", "Africa/Cairo", "Pacific/Apia", "Pacific/Chatham",
    "Antarctica/Troll", "America/Caracas", "Asia/Pyongyang", "Etc/GMT+5", "UTC",
  ]

  @Test("offsets agree at every quarter of an hour near changes and at random", arguments: zones)
  func offsets(name: String) throws {
    let table = try TimeZoneTable.system(named: name)
    let oracle = try #require(TimeZone(identifier: name))
    var random = SplitMix64(seed: 31)
    var cursor = TimeZoneTable.Cursor(table)
    // Foundation's own rules end in 2037 for some zones.
    let start = TimeZoneTable.coverage.lowerBound.millisecondsSinceEpoch / 1000
    var seconds = (0..<300).map { _ in Int64.random(in: start..<2_114_380_800, using: &random) }
    for transition in table.transitions where transition.at < Self.endOf2036 {
      seconds += [-1, 0, 1].map { transition.at.millisecondsSinceEpoch / 1000 + $0 }
    }
    for second in seconds.shuffled(using: &random) {
      let instant = Instant(millisecondsSinceEpoch: second * 1000)
      let expected = oracle.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
      #expect(table.offsetSeconds(at: instant) == expected, "\(name) \(instant)")
      #expect(cursor.offsetSeconds(at: instant) == expected, "\(name) \(instant)")
    }
  }

  @Test("the changes up to 2036 are those that Foundation lists", arguments: zones)
  func transitions(name: String) throws {
    let table = try TimeZoneTable.system(named: name)
    let oracle = try #require(TimeZone(identifier: name))
    let changes = table.transitions.prefix { $0.at < Self.endOf2036 }
    var expected: [Instant] = []
    var date = Date(timeIntervalSince1970: 946_684_800)
    while let next = oracle.nextDaylightSavingTimeTransition(after: date), next > date {
      let instant = Instant(millisecondsSinceEpoch: Int64(next.timeIntervalSince1970) * 1000)
      guard instant < Self.endOf2036 else { break }
      // A change of the name or of the daylight flag alone is none here.
      let before = oracle.secondsFromGMT(for: next.addingTimeInterval(-1))
      if before != oracle.secondsFromGMT(for: next) { expected.append(instant) }
      date = next
    }
    #expect(changes.map(\.at) == expected, "\(name)")
  }

  @Test("a civil date and time agree with Foundation's calendar", arguments: zones)
  func local(name: String) throws {
    let table = try TimeZoneTable.system(named: name)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: name))
    var random = SplitMix64(seed: 32)
    for _ in 0..<100 {
      let second = Int64.random(in: 946_684_800..<2_114_380_800, using: &random)
      let local = table.local(at: Instant(millisecondsSinceEpoch: second * 1000))
      let fields = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second],
        from: Date(timeIntervalSince1970: Double(second)))
      #expect(
        local.date
          == CivilDate(
            year: fields.year ?? 0, month: fields.month ?? 0, day: fields.day ?? 0))
      let clock = (fields.hour ?? 0) * 3600 + (fields.minute ?? 0) * 60 + (fields.second ?? 0)
      #expect(local.secondsOfDay == clock)
    }
  }

  @Test("every instant of a local time is found, and no other", arguments: zones)
  func roundTrip(name: String) throws {
    let table = try TimeZoneTable.system(named: name)
    var random = SplitMix64(seed: 33)
    var instants = (0..<100).map { _ in
      Int64.random(in: 946_684_800..<4_102_444_800, using: &random)
    }
    for transition in table.transitions {
      let at = transition.at.millisecondsSinceEpoch / 1000
      instants += (0..<4).map { _ in at + Int64.random(in: -7200...7200, using: &random) }
    }
    for second in instants {
      let instant = Instant(millisecondsSinceEpoch: second * 1000)
      switch table.instants(forLocal: table.local(at: instant)) {
      case .once(let only): #expect(only == instant, "\(name)")
      case .twice(let first, let second):
        #expect(first < second && (first == instant || second == instant), "\(name)")
        #expect(table.local(at: first) == table.local(at: second), "\(name)")
      case .skipped: Issue.record("\(name) \(instant) shows a time that never comes")
      }
    }
  }

  @Test("the next time of day is the one that a walk by minutes finds", arguments: zones)
  func nextTimeOfDay(name: String) throws {
    let table = try TimeZoneTable.system(named: name)
    var random = SplitMix64(seed: 34)
    for transition in table.transitions.suffix(40) {
      let edge = Int.random(in: 0..<48, using: &random) * 1_800_000
      let near = Int64.random(in: -26 * 60...120, using: &random) * 60_000
      let start = transition.at.advanced(byMilliseconds: near)
      #expect(
        table.nextInstant(after: start, whereLocalTimeOfDayIs: edge)
          == walk(table, from: start, to: edge), "\(name) after \(start), edge \(edge)")
    }
  }

  /// The first minute after `start` whose clock shows `edge` or has just jumped over it.
  private func walk(_ table: TimeZoneTable, from start: Instant, to edge: Int) -> Instant {
    var instant = start
    var previous = table.local(at: instant)
    while true {
      instant = instant.advanced(byMilliseconds: 60_000)
      let current = table.local(at: instant)
      if current.millisecondsOfDay == edge { return instant }
      for date in [previous.date, current.date, previous.date.advanced(byDays: 1)] {
        let target = LocalTime(date: date, millisecondsOfDay: edge)
        if previous < target && target < current { return instant }
      }
      previous = current
    }
  }

  private static let endOf2036 = Instant(millisecondsSinceEpoch: 2_114_380_800_000)
}

@Suite("TimeZoneTable around changes of the clocks")
struct TimeZoneTableTests {
  let berlin: TimeZoneTable
  init() throws { berlin = try TimeZoneTable.system(named: "Europe/Berlin") }

  @Test("a local time that is skipped, comes twice or comes once is told apart")
  func gapAndOverlap() throws {
    #expect(
      berlin.instants(forLocal: try local("2025-03-30", hour: 2, minute: 30))
        == .skipped(at: try instant("2025-03-30T01:00:00Z")))
    #expect(
      berlin.instants(forLocal: try local("2025-03-30", hour: 3))
        == .once(try instant("2025-03-30T01:00:00Z")))
    #expect(
      berlin.instants(forLocal: try local("2025-10-26", hour: 2, minute: 30))
        == .twice(try instant("2025-10-26T00:30:00Z"), try instant("2025-10-26T01:30:00Z")))
    #expect(
      berlin.instants(forLocal: try local("2025-10-26", hour: 3))
        == .once(try instant("2025-10-26T02:00:00Z")))
  }

  @Test("an edge inside a gap is met at the change, an edge inside an overlap twice")
  func edges() throws {
    let halfPastTwo = 9_000_000
    #expect(
      berlin.nextInstant(
        after: try instant("2025-03-29T23:00:00Z"), whereLocalTimeOfDayIs: halfPastTwo)
        == instantOrNil("2025-03-30T01:00:00Z"))
    let first = berlin.nextInstant(
      after: try instant("2025-10-25T23:00:00Z"), whereLocalTimeOfDayIs: halfPastTwo)
    #expect(first == instantOrNil("2025-10-26T00:30:00Z"))
    #expect(
      berlin.nextInstant(after: try #require(first), whereLocalTimeOfDayIs: halfPastTwo)
        == instantOrNil("2025-10-26T01:30:00Z"))
    #expect(berlin.nextInstant(after: .distantFuture, whereLocalTimeOfDayIs: 0) == nil)
    #expect(berlin.nextInstant(after: .distantPast, whereLocalTimeOfDayIs: 86_400_000) == nil)
  }

  @Test("a day that begins with a change begins at the change")
  func startOfDay() throws {
    // Cairo puts its clocks forward at midnight.
    let cairo = try TimeZoneTable.system(named: "Africa/Cairo")
    let date = try #require(CivilDate("2025-04-25"))
    #expect(cairo.startOfDay(date) == instantOrNil("2025-04-24T22:00:00Z"))
    #expect(berlin.startOfDay(date) == instantOrNil("2025-04-24T22:00:00Z"))
  }

  @Test("the date line: Apia had no 30 December 2011")
  func dateLine() throws {
    let apia = try TimeZoneTable.system(named: "Pacific/Apia")
    let change = try instant("2011-12-30T10:00:00Z")
    #expect(
      apia.instants(forLocal: try local("2011-12-30", hour: 12)) == .skipped(at: change))
    #expect(apia.local(at: change).description == "2011-12-31T00:00:00.000")
    #expect(
      apia.nextInstant(
        after: change.advanced(byMilliseconds: -1), whereLocalTimeOfDayIs: 43_200_000) == change)
  }

  @Test("rules go on to the end of the century")
  func horizon() throws {
    let summer = try instant("2099-07-01T00:00:00Z")
    #expect(berlin.nextTransition(after: summer)?.offsetSeconds == 3600)
    #expect(berlin.transitions.count == 200)
    #expect(berlin.offsetSeconds(at: .distantPast) == 3600)
    #expect(berlin.offsetSeconds(at: .distantFuture) == 3600)
    #expect(berlin.local(at: .distantPast) < berlin.local(at: .distantFuture))
  }

  private func instant(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text))
  }

  private func instantOrNil(_ text: String) -> Instant? { Instant(rfc3339: text) }

  private func local(_ date: String, hour: Int, minute: Int = 0) throws -> LocalTime {
    LocalTime(
      date: try #require(CivilDate(date)), millisecondsOfDay: (hour * 60 + minute) * 60_000)
  }
}
