import Quantities
import Testing

@testable import Tariffs

@Suite("Restrictions cut a session where prices change")
struct RestrictionTests {
  @Test("An energy limit inside an interval is put where the energy reaches it, evenly")
  func energyLimit() throws {
    let prices = try tariff(
      element("ENERGY 0.10/1", "TIME 6/1", when: #""max_kwh": 1"#), element("ENERGY 0.40/1"))
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 30, wh: 3000))
    let cost = try CompiledTariff(prices, zone: nil).price(session)
    #expect(try total(prices, session) == "1.9/1.9")
    #expect(cost.segments.map(\.energy.milliwattHours) == [1_000_000, 2_000_000])
    #expect(cost.segments.map(\.milliseconds) == [600_000, 1_200_000])
    #expect(cost.segments.map(\.opening) == [.start, .energy])
    #expect(cost.segments.map(\.isInterpolated) == [true, true])
  }

  @Test("Cuts round down to the mWh and the ms, and the last piece takes the rest")
  func cutsRoundDown() throws {
    let prices = try tariff(
      element("ENERGY 0.10/1", when: #""max_duration": 60"#),
      element("ENERGY 0.20/1", when: #""max_duration": 120"#), element("ENERGY 0.30/1"))
    var session = usage("2024-01-15T10:00:00Z", .charge(minutes: 3))
    session.intervals[0].energy = Energy(milliwattHours: 100)
    let cost = try CompiledTariff(prices, zone: nil).price(session)
    #expect(cost.segments.map(\.energy.milliwattHours) == [33, 33, 34])
  }

  @Test("A clock and an energy edge in one millisecond come in the order of their energy")
  func edgesInOneMillisecond() throws {
    let prices = try tariff(
      element("ENERGY 0.10/1", when: #""max_duration": 30"#),
      element("ENERGY 0.20/1", when: #""max_kwh": 5.0001"#), element("ENERGY 0.30/1"))
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 1, wh: 10_000))
    let cost = try CompiledTariff(prices, zone: nil).price(session)
    #expect(cost.segments.map(\.energy.milliwattHours) == [5_000_000, 100, 4_999_900])
    #expect(cost.segments.map(\.milliseconds) == [30_000, 0, 30_000])
    #expect(cost.segments.map(\.opening) == [.start, .duration, .energy])
  }

  @Test("A limit reached exactly between two intervals cuts nothing")
  func limitBetweenIntervals() throws {
    let prices = try tariff(
      element("ENERGY 0.10/1", when: #""max_kwh": 1"#), element("ENERGY 0.40/1"))
    let session = usage(
      "2024-01-15T10:00:00Z", .charge(minutes: 10, wh: 1000), .charge(minutes: 10, wh: 500))
    let cost = try CompiledTariff(prices, zone: nil).price(session)
    #expect(cost.segments.map(\.isInterpolated) == [false, false])
    #expect(try total(prices, session) == "0.3/0.3")
  }

  @Test("An edge at which no price changes is no cut")
  func noNeedlessCuts() throws {
    let prices = try tariff(
      element("ENERGY 0.10/1", when: #""max_kwh": 1"#), element("ENERGY 0.40/1"),
      element("PARKING_TIME 1/1", when: #""start_time": "10:10", "end_time": "10:20""#))
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 30, wh: 900))
    #expect(try CompiledTariff(prices, zone: .utc).price(session).segments.count == 1)
  }

  @Test("Durations count from the start of the session, also for parking")
  func duration() throws {
    let prices = try tariff(element("PARKING_TIME 2/1", when: #""min_duration": 3600"#))
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 30), .park(minutes: 90))
    #expect(try total(prices, session) == "2/2")
  }

  @Test("Each dimension has the first element that matches, from different elements at once")
  func perDimension() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""max_kwh": 100"#),
      element("ENERGY 0.10/1", "TIME 9/1"), element("ENERGY 0.90/1"))
    let session = usage("2024-01-15T10:00:00Z", .charge(minutes: 60, wh: 1000))
    #expect(try total(prices, session) == "1.1/1.1")
  }

  @Test("Times of day and days of the week are the site's, not UTC's")
  func localTime() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""start_time": "22:00", "end_time": "06:00""#),
      element("TIME 5/1", when: #""day_of_week": ["MONDAY"]"#), element("TIME 9/1"))
    // 23:30 on Sunday in Berlin, then Monday from 06:00 there.
    let night = usage("2024-01-14T22:30:00Z", .charge(minutes: 7 * 60))
    #expect(try total(prices, night, zone: .berlin) == "9/9")
  }

  @Test("All restrictions of an element must match at the same time")
  func conjunction() throws {
    let prices = try tariff(
      element(
        "ENERGY 1/1",
        when: #""start_time": "10:00", "end_time": "11:00", "min_kwh": 2, "max_duration": 3000"#))
    // From 10:00 on, after 2 kWh, for 50 minutes: 10:05 to 10:45 of 8 kWh in 80 minutes.
    let session = usage("2024-01-15T09:55:00Z", .charge(minutes: 80, wh: 8000))
    #expect(try total(prices, session) == "3/3")
  }

  @Test("Dates are local, the first included and the last not, each day with its window")
  func dates() throws {
    let prices = try tariff(
      element(
        "TIME 1/1",
        when: #""start_date": "2024-01-15", "end_date": "2024-01-17", "start_time": "12:00""#))
    let session = usage("2024-01-14T00:00:00Z", .charge(minutes: 5 * 24 * 60))
    #expect(try total(prices, session) == "24/24")
  }

  @Test("Current is judged at each moment: at the limit the upper element applies")
  func current() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""max_current": 32"#),
      element("TIME 2/1", when: #""min_current": 32"#))
    let session = usage(
      "2024-01-15T10:00:00Z", .charge(minutes: 60, amperes: 31), .charge(minutes: 60, amperes: 32),
      .charge(minutes: 60, amperes: 16))
    #expect(try total(prices, session) == "4/4")
  }

  @Test("A lower limit asks the least value of an interval, an upper limit the greatest")
  func leastAndGreatest() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""min_power": 10"#),
      element("TIME 2/1", when: #""max_power": 20"#), element("TIME 3/1"))
    var session = usage("2024-01-15T10:00:00Z", .charge(minutes: 60, kW: 9))
    session.intervals[0].maxPower = Power(milliwatts: 21_000_000)
    #expect(try total(prices, session) == "3/3")
  }

  @Test("Time held back by the station is time, and parking is parking")
  func suspended() throws {
    let prices = try tariff(element("TIME 1/1", "PARKING_TIME 10/1"))
    let session = usage(
      "2024-01-15T10:00:00Z", .charge(minutes: 60), .hold(minutes: 60), .park(minutes: 60))
    #expect(try total(prices, session) == "12/12")
  }
}

@Suite("Days on which the clocks change")
struct DaylightSavingTests {
  @Test("The day of 23 hours has 23 hours to pay")
  func shortDay() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""start_date": "2024-03-31", "end_date": "2024-04-01""#))
    let session = usage("2024-03-30T12:00:00Z", .charge(minutes: 48 * 60))
    #expect(try total(prices, session, zone: .berlin) == "23/23")
  }

  @Test("The day of 25 hours has 25 hours to pay")
  func longDay() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""start_date": "2024-10-27", "end_date": "2024-10-28""#))
    let session = usage("2024-10-26T12:00:00Z", .charge(minutes: 48 * 60))
    #expect(try total(prices, session, zone: .berlin) == "25/25")
  }

  @Test("A window in the hour that comes twice holds twice")
  func repeatedHour() throws {
    let prices = try tariff(
      element("TIME 60/1", when: #""start_time": "02:15", "end_time": "02:45""#))
    let session = usage("2024-10-26T22:00:00Z", .charge(minutes: 6 * 60))
    #expect(try total(prices, session, zone: .berlin) == "60/60")
    let cost = try CompiledTariff(prices, zone: .berlin).price(session)
    let starts = cost.segments.filter { !$0.charges.isEmpty }.map(\.start.rfc3339)
    #expect(starts == ["2024-10-27T00:15:00.000Z", "2024-10-27T01:15:00.000Z"])
  }

  @Test("A window in the hour that is skipped never comes")
  func skippedHour() throws {
    let prices = try tariff(
      element("TIME 60/1", when: #""start_time": "02:15", "end_time": "02:45""#))
    let session = usage("2024-03-30T22:00:00Z", .charge(minutes: 6 * 60))
    #expect(try total(prices, session, zone: .berlin) == "0/0")
  }

  @Test("A window that begins in the skipped hour begins with the new time")
  func windowIntoTheSkippedHour() throws {
    let prices = try tariff(
      element("TIME 60/1", when: #""start_time": "02:30", "end_time": "04:00""#))
    let session = usage("2024-03-30T22:00:00Z", .charge(minutes: 6 * 60))
    #expect(try total(prices, session, zone: .berlin) == "60/60")
  }

  @Test("Durations do not know the clocks")
  func duration() throws {
    let prices = try tariff(element("TIME 1/1", when: #""max_duration": 7200"#))
    let session = usage("2024-03-31T00:00:00Z", .charge(minutes: 6 * 60))
    #expect(try total(prices, session, zone: .berlin) == "2/2")
  }
}
