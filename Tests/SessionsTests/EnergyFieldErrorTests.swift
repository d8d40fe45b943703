import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// A session from 0 to an hour with the given registers at start and stop.
private func session(
  meterStart: Int64?, _ readings: [MeterReading], meterStop: Int64?
) throws -> Session {
  let run = StationRun([
    Entry(0, .start(at: 0, meter: meterStart)), Entry(1, .answer(id: 1)),
    Entry(3_599, .meter(id: 1, readings)), Entry(3_600, .stop(id: 1, at: 3_600, meter: meterStop)),
  ])
  #expect(run.sessions.count == 1)
  let session = try #require(run.sessions.first)
  let energies = session.readings.compactMap(\.energy)
  #expect(energies == energies.sorted())
  #expect(session.intervals.reduce(Energy.zero) { $0 + $1.energy } == session.energy)
  return session
}

@Suite("What goes wrong with energy in the field")
struct EnergyFieldErrorTests {
  @Test("a begin repeated beside every periodic reading does not hide the energy")
  func repeatedBegin() throws {
    let session = try session(
      meterStart: nil,
      [600, 1_200, 1_800].flatMap { at in
        [register(5_000, at: at), register(1_000, at: at, .transactionBegin)].map { reading in
          var reading = reading
          if reading.context == .periodic { reading.importRegister = wattHours(1_000 + at) }
          return reading
        }
      }, meterStop: nil)
    #expect(session.energy == wattHours(1_800))
    #expect(session.codes == [.repeatedBegin])
  }

  @Test("meters that call every reading a begin are believed")
  func onlyBegins() throws {
    let readings = [
      register(1_000, at: 60, .transactionBegin), register(2_000, at: 600, .transactionBegin),
    ]
    #expect(try session(meterStart: nil, readings, meterStop: nil).energy == wattHours(1_000))
  }

  @Test("a begin of zero is no base for a lifetime register")
  func zeroBegin() throws {
    let session = try session(
      meterStart: nil,
      [
        register(0, at: 0, .transactionBegin), register(910_000, at: 900),
        register(910_050, at: 1_800), register(910_083, at: 3_600, .transactionEnd),
      ], meterStop: nil)
    #expect(session.energy == wattHours(83))
    #expect(session.energyEvidence == .samples)
    #expect(session.has(.falseZero))
  }

  @Test("a lifetime register that needs hours to be implausible is found by the power seen")
  func slowZeroBegin() throws {
    let session = try session(
      meterStart: nil,
      [
        register(0, at: 0, watts: 0), register(910_000, at: 3_500, watts: 3_000),
        register(910_083, at: 3_600, watts: 3_000),
      ], meterStop: nil)
    #expect(session.energy == wattHours(83))
  }

  @Test("a register per transaction beside lifetime start and stop is no contradiction")
  func twoRegisters() throws {
    let session = try session(
      meterStart: 4_076_000,
      [register(0, at: 0), register(1_500, at: 1_800), register(3_000, at: 3_600)],
      meterStop: 4_079_000)
    #expect(session.energy == wattHours(3_000))
    #expect(session.energyEvidence == .startAndStop)
    #expect(session.codes == [])
  }

  @Test(
    "lifetime start with a stop per transaction gives the samples' energy, never a negative one")
  func negativeDifference() throws {
    let session = try session(
      meterStart: 4_076_000, [register(0, at: 0), register(3_000, at: 3_600)], meterStop: 3_000)
    #expect(session.energy == wattHours(3_000))
    #expect(session.energyEvidence == .samples)
    #expect(session.has(.stopBelowStart))
  }

  @Test("a stop below the start without any reading is no energy at all")
  func stopBelowStart() throws {
    let session = try session(meterStart: 5_000, [], meterStop: 4_000)
    #expect(session.energy == .zero)
    #expect(session.energyEvidence == .none)
    #expect(session.codes == [.energyUnknown, .stopBelowStart])
  }

  @Test("a stop that overflowed is outweighed by the samples")
  func overflow() throws {
    let session = try session(
      meterStart: 5_000, [register(6_000, at: 600), register(7_000, at: 1_200)],
      meterStop: 2_147_483_647)
    #expect(session.energy == wattHours(2_000))
    #expect(session.codes == [.meterStopAbsurd])
  }

  @Test("a register that drops out to zero and comes back loses nothing and adds nothing")
  func dropOut() throws {
    let session = try session(
      meterStart: 5_000,
      [
        register(6_000, at: 600), register(0, at: 900), register(0, at: 960),
        register(7_000, at: 1_200),
      ], meterStop: 8_000)
    #expect(session.energy == wattHours(3_000))
    #expect(session.energyEvidence == .startAndStop)
    #expect(session.count(.registerDropOut) == 2)
    #expect(session.setAside.count == 2)
  }

  @Test("a register that starts again after a reboot goes on from its new value")
  func reset() throws {
    let session = try session(
      meterStart: nil,
      [
        register(500_000, at: 60), register(505_000, at: 600), register(0, at: 900),
        register(1_000, at: 1_200), register(2_000, at: 1_500),
      ], meterStop: nil)
    #expect(session.energy == wattHours(7_000))
    #expect(session.codes == [.registerFell])
  }

  @Test("one absurd value inside a series is ignored")
  func spike() throws {
    let session = try session(
      meterStart: 5_000,
      [register(6_000, at: 600), register(9_000_000, at: 660), register(7_000, at: 1_200)],
      meterStop: 8_000)
    #expect(session.energy == wattHours(3_000))
    #expect(session.codes == [.absurdReading])
  }

  @Test("kWh labelled Wh are recognised by the register of the start")
  func mistakenUnit() throws {
    let session = try session(
      meterStart: 4_076_300,
      [register(4_077, at: 600), register(4_080, at: 1_800), register(4_087, at: 3_600)],
      meterStop: 4_087_100)
    #expect(session.energy == wattHours(10_800))
    #expect(session.energyEvidence == .startAndStop)
    #expect(session.has(.registerUnitMistaken))
    #expect(!session.has(.energyEvidenceDisagrees))
  }

  @Test("a start cut off and a stop rounded up differ from the series within the tolerance")
  func rounding() throws {
    let session = try session(
      meterStart: 163, [register(163, at: 10, milliwattHours: 900), register(1_164, at: 3_000)],
      meterStop: 1_165)
    #expect(session.energy == wattHours(1_002))
    #expect(session.codes == [])
  }

  @Test("start and stop that contradict the series by more than the tolerance lose")
  func disagreement() throws {
    let session = try session(
      meterStart: 50_000,
      [
        register(10_000, at: 0, .transactionBegin, watts: 4_000),
        register(14_000, at: 3_600, .transactionEnd, watts: 4_000),
      ], meterStop: 59_000)
    #expect(session.energy == wattHours(4_000))
    #expect(session.energyEvidence == .beginAndEnd)
    #expect(session.codes == [.energyEvidenceDisagrees])
  }

  @Test("interval readings are summed, never subtracted")
  func intervals() throws {
    let readings = [
      register(nil, at: 900, interval: 1_000), register(nil, at: 1_800, interval: 1_500),
      register(nil, at: 2_700, interval: 500),
    ]
    let session = try session(meterStart: nil, readings, meterStop: nil)
    #expect(session.energy == wattHours(3_000))
    #expect(session.energyEvidence == .samples)
  }

  @Test("power alone is integrated by trapezoids, to the milliwatt-hour")
  func powerOnly() throws {
    let readings = [
      register(nil, at: 0, watts: 0), register(nil, at: 1_800, watts: 7_000),
      register(nil, at: 3_600, watts: 7_000),
    ]
    let session = try session(meterStart: nil, readings, meterStop: nil)
    #expect(session.energy == Energy(milliwattHours: 1_750_000 + 3_500_000))
    #expect(session.codes == [.energyFromPower])
  }

  @Test("energy that flows on after the stop is set aside")
  func afterTheStop() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 1_000)), Entry(1, .answer(id: 1)),
      Entry(600, .meter(id: 1, [register(2_000, at: 600)])),
      Entry(900, .stop(id: 1, at: 900, meter: 2_500)),
      Entry(1_200, .meter(id: 1, [register(3_000, at: 1_200)])),
    ])
    let session = try #require(run.sessions.first)
    #expect(session.energy == wattHours(1_500))
    #expect(session.readings.count == 1)
    #expect(session.setAside.count == 1)
    #expect(session.codes == [.readingAfterStop, .energyAfterStop])
    #expect(session.energyAfterEnd == wattHours(500))
  }

  @Test("a clock that is set back during the session does not reorder the register")
  func clockSetBack() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 1_000)), Entry(1, .answer(id: 1)),
      Entry(600, .meter(id: 1, [register(2_000, at: 600)])),
      Entry(1_200, .meter(id: 1, [register(3_000, at: 1_200)])),
      Entry(1_800, .meter(id: 1, [register(4_000, at: 300)])),
    ])
    let session = try #require(run.sessions.first)
    #expect(session.readings.map(\.at) == [600, 1_200, 1_800].map(time))
    #expect(session.energy == wattHours(3_000))
    #expect(session.codes == [.clockNotCredible])
  }

  @Test("readings delivered late take their own place in time")
  func lateReadings() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 1_000)), Entry(1, .answer(id: 1)),
      Entry(1_200, .meter(id: 1, [register(3_000, at: 1_200)])),
      Entry(1_201, .meter(id: 1, [register(2_000, at: 600)])),
    ])
    #expect(run.sessions.first?.readings.map(\.at) == [600, 1_200].map(time))
    #expect(run.sessions.first?.codes == [])
  }

  @Test("figures at the edge of 64 bits do not crash", arguments: [Int64.max, .min, 1 << 62])
  func extremes(value: Int64) throws {
    var reading = register(nil, at: 600)
    reading.importRegister = Energy(milliwattHours: value)
    reading.importInterval = Energy(milliwattHours: value)
    reading.power = Power(milliwatts: value)
    reading.current = Current(milliamperes: value)
    let run = StationRun([
      Entry(0, .start(at: 0, meter: value / 1_000)), Entry(1, .answer(id: value)),
      Entry(600, .meter(id: value, [reading, register(value / 1_000, at: 700)])),
      Entry(900, .stop(id: value, at: 900, meter: value / -1_000)),
    ])
    #expect(run.sessions.count == 1)
    #expect(run.sessions.allSatisfy { $0.intervals.last?.end == time(900) })
  }
}
