import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// The roles, registers (Wh) and positions that a session's energy rests on.
private func points(_ session: Session) -> [String] {
  session.energyPoints.map { point in
    "\(point.role) \(point.register.map { "\($0.milliwattHours / 1_000)" } ?? "-") @\(point.position)"
  }
}

/// Start, answer, the readings in one message each, and the stop: positions 1, 2, 3…
private func session(start: Int64?, _ readings: [MeterReading], stop: Int64?) throws -> Session {
  var entries = [Entry(0, .start(at: 0, meter: start)), Entry(1, .answer(id: 1))]
  for reading in readings { entries.append(Entry(3_599, .meter(id: 1, [reading]))) }
  entries.append(Entry(3_600, .stop(id: 1, at: 3_600, meter: stop)))
  return try #require(StationRun(entries).sessions.first)
}

@Suite("What the energy rests on")
struct EnergyPointTests {
  @Test("the registers of start and stop, with the records that say them")
  func startAndStop() throws {
    let session = try session(start: 100, [register(400, at: 600)], stop: 900)
    #expect(session.energyEvidence == .startAndStop)
    #expect(points(session) == ["begin 100 @1", "end 900 @4"])
    #expect(session.energyPoints.map(\.at) == [time(0), time(3_600)])
  }

  @Test("the readings that the meter marked as the beginning and the end")
  func boundary() throws {
    let readings = [
      register(100, at: 5, .transactionBegin), register(300, at: 600),
      register(800, at: 3_500, .transactionEnd),
    ]
    let session = try session(start: nil, readings, stop: nil)
    #expect(points(session) == ["begin 100 @3", "end 800 @5"])
  }

  @Test("the samples on both sides of a reset")
  func reset() throws {
    let readings = [
      register(500_000, at: 60), register(505_000, at: 600), register(0, at: 900),
      register(1_000, at: 1_200),
    ]
    let session = try session(start: nil, readings, stop: nil)
    #expect(session.energy == wattHours(6_000))
    #expect(
      points(session)
        == [
          "begin 500000 @3", "before_break 505000 @4", "after_break 0 @5", "end 1000 @6",
        ].map { $0.replacing("_b", with: "B") })
  }

  @Test("the start and the last sample where the stop is not the same register")
  func mixed() throws {
    let session = try session(
      start: 1_000, [register(2_000, at: 600), register(3_000, at: 1_200)], stop: 0)
    #expect(points(session) == ["begin 1000 @1", "end 3000 @4"])
    #expect(session.energy == wattHours(2_000))
  }

  @Test("the first and last interval, and the first and last power")
  func withoutRegisters() throws {
    let intervals = [
      register(nil, at: 900, interval: 1_000), register(nil, at: 1_800, interval: 500),
    ]
    #expect(points(try session(start: nil, intervals, stop: nil)) == ["begin - @3", "end - @4"])
    let powers = [register(nil, at: 900, watts: 7_000), register(nil, at: 1_800, watts: 7_000)]
    #expect(points(try session(start: nil, powers, stop: nil)) == ["begin - @3", "end - @4"])
  }

  @Test("nothing where the energy is unknown")
  func unknown() throws {
    #expect(points(try session(start: nil, [], stop: nil)) == [])
  }
}
