import ChargerEvents
import Quantities
import Testing

@testable import Sessions

private func broken(
  from start: Int64 = 0, to end: Int64? = 3_600, wattHours: Int64 = 5_000,
  periods: Int64? = nil, received: Int64? = nil, kilowatts: Int64? = nil
) -> [FindingCode] {
  var codes: [FindingCode] = []
  Plausibility.check(
    SessionFigures(
      startedAt: time(start), endedAt: end.map(time), milliwattHours: wattHours * 1_000,
      periodMilliwattHours: periods.map { $0 * 1_000 }, receivedAt: received.map(time),
      connectorPower: kilowatts.map { Power(milliwatts: $0 * 1_000_000) })
  ) { codes.append($0) }
  return codes
}

@Suite("Plausibility of a session or a charge detail record")
struct PlausibilityTests {
  @Test("a plain session breaks no rule")
  func plain() {
    #expect(broken(periods: 5_001, received: 3_700, kilowatts: 11) == [])
    #expect(broken(to: nil, wattHours: 0) == [])
  }

  @Test("negative and absurd energy")
  func energy() {
    #expect(broken(wattHours: -1) == [.energyNegative])
    #expect(broken(to: 100 * 3_600, wattHours: 1_000_001) == [.energyAbsurd])
    #expect(broken(to: 100 * 3_600, wattHours: 1_000_000) == [])
  }

  @Test("mean power more than a tenth above the connector's, or above 1 MW")
  func power() {
    #expect(broken(wattHours: 12_100, kilowatts: 11) == [])
    #expect(broken(wattHours: 12_101, kilowatts: 11) == [.powerAboveConnector])
    #expect(broken(to: 1_800, wattHours: 600_000) == [.powerAboveConnector])
    #expect(broken(wattHours: 600_000) == [])
  }

  @Test("a session is judged by the connector of its site, as often as one likes")
  func connector() throws {
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 0)), Entry(1, .answer(id: 1)),
      Entry(3_600, .stop(id: 1, at: 3_600, meter: 20_000)),
    ])
    var session = try #require(run.sessions.first)
    for (kilowatts, isAbove) in [(11, true), (22, false), (11, true), (11, true)] as [(Int64, Bool)]
    {
      session.judge(connectorPower: Power(milliwatts: kilowatts * 1_000_000))
      #expect(session.count(.powerAboveConnector) == (isAbove ? 1 : 0))
    }
    session.judge(connectorPower: nil)
    #expect(session.codes == [.powerAboveConnector])
  }

  @Test("energy without duration, and duration without energy")
  func duration() {
    #expect(broken(to: 0) == [.energyWithoutDuration])
    #expect(broken(wattHours: 0) == [.noEnergy])
    #expect(broken(to: 7 * 86_400) == [])
    #expect(broken(to: 7 * 86_400 + 1) == [.sessionTooLong])
    #expect(broken(to: -1) == [.endBeforeStart])
  }

  @Test("a start after its receipt, and an end reported after 90 days")
  func receipt() {
    #expect(broken(from: 301, to: nil, received: 0) == [.startInFuture])
    #expect(broken(from: 300, to: nil, received: 0) == [])
    #expect(broken(received: 3_600 + 90 * 86_400) == [])
    #expect(broken(received: 3_601 + 90 * 86_400) == [.reportedLate])
  }

  @Test("a total that is not the sum of its periods")
  func total() {
    #expect(broken(periods: 4_998) == [.totalDiffersFromPeriods])
    #expect(broken(wattHours: .min / 1_000, periods: .max / 1_000).contains(.energyNegative))
  }

  @Test("frames show energy without duration, no energy, a long stay, and a late report")
  func frames() {
    func codes(end: Int64, received: Int64, meterStop: Int64) -> [FindingCode] {
      let run = StationRun([
        Entry(0, .start(at: 0, meter: 1_000)), Entry(1, .answer(id: 1)),
        Entry(received, .stop(id: 1, at: end, meter: meterStop)),
      ])
      return run.sessions.first?.codes.filter { $0 != .closedBySilence && $0 != .lateStop } ?? []
    }
    #expect(codes(end: 0, received: 2, meterStop: 1_010) == [.energyWithoutDuration])
    #expect(codes(end: 600, received: 600, meterStop: 1_000) == [.noEnergy])
    #expect(codes(end: 700_000, received: 700_000, meterStop: 2_000) == [.sessionTooLong])
    #expect(codes(end: 600, received: 8_000_000, meterStop: 2_000) == [.reportedLate])
    #expect(
      codes(end: 8_000_000, received: 8_000_000, meterStop: 1_002_000) == [
        .sessionTooLong, .energyAbsurd,
      ])
  }
}
