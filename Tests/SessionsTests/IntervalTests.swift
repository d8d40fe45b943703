import ChargerEvents
import Quantities
import Testing

@testable import Sessions

@Suite("The pieces of a session")
struct IntervalTests {
  @Test("follow readings and states, and energy stays in the charging part")
  func plain() throws {
    let pieces = try #require(StationRun(plainSession).sessions.first).intervals
    #expect(pieces.map(\.start) == [10, 12, 610, 1_210, 1_810, 1_900].map(time))
    #expect(pieces.map(\.end) == [12, 610, 1_210, 1_810, 1_900, 3_610].map(time))
    #expect(
      pieces.map(\.activity)
        == [.charging, .charging, .charging, .charging, .charging, .suspendedEV])
    // 3,600 Wh over the 600 s to the first reading; 200 Wh while it still charged after the last.
    #expect(
      pieces.map(\.energy.milliwattHours)
        == [12_000, 3_588_000, 3_600_000, 3_600_000, 200_000, 0])
    #expect(pieces[2].minPower == Power(milliwatts: 22_000_000))
    #expect(pieces[3].minPower == Power(milliwatts: 21_000_000))
    #expect(pieces[3].maxPower == Power(milliwatts: 22_000_000))
  }

  @Test("without reported states, less than 100 W is parking")
  func byPower() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 1_000)), Entry(1, .answer(id: 1)),
      Entry(3_600, .meter(id: 1, [register(4_000, at: 3_600)])),
      Entry(7_200, .meter(id: 1, [register(4_099, at: 7_200)])),
      Entry(9_000, .stop(id: 1, at: 9_000, meter: 4_099)),
    ])
    let pieces = try #require(run.sessions.first).intervals
    #expect(pieces.map(\.activity) == [.charging, .suspendedEV, .suspendedEV])
    #expect(pieces.map(\.energy) == [3_000, 99, 0].map(wattHours))
  }

  @Test("the station's own suspension is not parking")
  func byStation() throws {
    let run = StationRun([
      Entry(0, .event(.started, seq: 0, at: 0, evse: 1, state: .charging)),
      Entry(60, .event(.updated, seq: 1, at: 60, state: .suspendedEVSE)),
      Entry(120, .event(.ended, seq: 2, at: 120)),
    ])
    #expect(run.sessions.first?.intervals.map(\.activity) == [.charging, .suspendedEVSE])
  }

  @Test("shares round down, and the last charging piece takes the rest")
  func rounding() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 0)), Entry(1, .answer(id: 1)),
      Entry(0, .status(.charging, at: 0)), Entry(1, .status(.suspendedEV, at: 1)),
      Entry(2, .status(.charging, at: 2)), Entry(4, .stop(id: 1, at: 4, meter: 1)),
    ])
    let pieces = try #require(run.sessions.first).intervals
    #expect(pieces.map(\.energy.milliwattHours) == [333, 0, 667])
  }

  @Test("a session without duration keeps its energy in one piece without duration")
  func instantaneous() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 1_000)), Entry(0, .stop(id: -1, at: 0, meter: 1_500)),
    ])
    let pieces = try #require(run.sessions.first).intervals
    #expect(pieces.map(\.energy) == [wattHours(500)])
    #expect(pieces.map(\.end) == [time(0)])
  }

  @Test("are appended behind what the caller's array holds")
  func appended() throws {
    let session = try #require(StationRun(plainSession).sessions.first)
    var pieces = session.intervals
    session.appendIntervals(to: &pieces)
    #expect(pieces == session.intervals + session.intervals)
  }
}
