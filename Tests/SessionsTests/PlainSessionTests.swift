import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// A 1.6 session without any trouble: 22 kW for half an hour, then the vehicle is full.
let plainSession: [Entry] = [
  Entry(0, .status(.preparing, at: 0)),
  Entry(10, .start(at: 10, meter: 5_000_000)),
  Entry(11, .answer(id: 42)),
  Entry(12, .status(.charging, at: 12)),
  Entry(610, .meter(id: 42, [register(5_003_600, at: 610, watts: 22_000)])),
  Entry(1_210, .meter(id: 42, [register(5_007_200, at: 1_210, watts: 22_000)])),
  Entry(1_810, .meter(id: 42, [register(5_010_800, at: 1_810, watts: 21_000)])),
  Entry(1_900, .status(.suspendedEV, at: 1_900)),
  Entry(3_610, .stop(id: 42, at: 3_610, meter: 5_011_000, reason: "EVDisconnected")),
]

@Suite("A session of OCPP 1.6")
struct PlainSessionTests {
  @Test("is told from start, meter values, status and stop")
  func plain() throws {
    let session = try #require(StationRun(plainSession).sessions.first)
    #expect(session.transactionID == "42")
    #expect(session.connector == 1)
    #expect(session.token == "TAG")
    #expect(session.state == .closed)
    #expect(session.startedAt == time(10))
    #expect(session.endedAt == time(3_610))
    #expect(session.stopReason == "EVDisconnected")
    #expect(session.energy == wattHours(11_000))
    #expect(session.energyEvidence == .startAndStop)
    #expect(!session.isEstimated)
    #expect(session.codes == [])
    #expect(session.readings.map(\.energy) == [3_600, 7_200, 10_800].map(wattHours))
    #expect(session.states.map(\.state) == [.evConnected, .charging, .suspendedEV])
  }

  @Test("is open until it stops, and shows its energy so far")
  func open() throws {
    let session = try #require(StationRun(Array(plainSession.prefix(6))).sessions.first)
    #expect(session.state == .open)
    #expect(session.endedAt == nil)
    #expect(session.energy == wattHours(7_200))
    #expect(session.energyEvidence == .samples)
  }

  @Test("has an id that depends on what the start said, not on log positions")
  func identity() throws {
    let first = try #require(StationRun(plainSession).sessions.first)
    let later = [Entry(-60, .status(connector: 2, .available, at: -60))] + plainSession
    let second = try #require(StationRun(later).sessions.first)
    #expect(first.id == second.id)
    #expect(first.openedAtPosition != second.openedAtPosition)
    #expect(first.id.description.utf8.count == 32)
  }

  @Test("two identical visits apart from their time are two sessions")
  func visits() {
    let again = plainSession.map { Entry($0.receivedAt + 7_200, $0.frame.later(by: 7_200)) }
    let sessions = StationRun(plainSession + again).sessions
    #expect(sessions.count == 2)
    #expect(Set(sessions.map(\.id)).count == 2)
  }

  @Test("1,600 Wh by start and stop outweigh 1,599.5 by begin and end, and no reading falls")
  func beginsLate() throws {
    let begin = register(2_300_123, at: 120, .transactionBegin, milliwattHours: 500)
    let session = try #require(
      StationRun([
        Entry(61, .start(at: 61, meter: 2_300_123)),
        Entry(62, .answer(id: 1_001)),
        Entry(121, .meter(id: 1_001, [register(2_300_123, at: 121, watts: 1)])),
        Entry(
          181, .meter(id: 1_001, [register(2_300_123, at: 181, milliwattHours: 500)])),
        Entry(241, .meter(id: 1_001, [register(2_300_124, at: 241)])),
        Entry(301, .meter(id: 1_001, [register(2_301_723, at: 301, .transactionEnd)])),
        Entry(
          361,
          .stop(
            id: 1_001, at: 361, meter: 2_301_723, reason: "EVDisconnected",
            data: [begin, register(2_301_723, at: 361, .transactionEnd)])),
      ]).sessions.first)
    #expect(session.energy == wattHours(1_600))
    #expect(session.energyEvidence == .startAndStop)
    #expect(session.codes == [.energyEvidenceDiffers])
    let energies = session.readings.compactMap(\.energy)
    #expect(energies == energies.sorted())
    #expect(energies.last == wattHours(1_600))
  }
}

extension Frame {
  /// The same frame with its own times later.
  func later(by seconds: Int64) -> Frame {
    func moved(_ readings: [MeterReading]) -> [MeterReading] {
      readings.map { reading in
        var reading = reading
        reading.at = reading.at?.advanced(byMilliseconds: seconds * 1_000)
        return reading
      }
    }
    switch self {
    case .start(let connector, let token, let at, let meter, let message):
      return .start(
        connector: connector, token: token, at: at.map { $0 + seconds }, meter: meter,
        message: message)
    case .answer, .boot: return self
    case .stop(let id, let at, let meter, let reason, let data):
      return .stop(
        id: id, at: at.map { $0 + seconds }, meter: meter, reason: reason, data: moved(data))
    case .meter(let connector, let evse, let id, let readings):
      return .meter(connector: connector, evse: evse, id: id, moved(readings))
    case .status(let connector, let status, let at):
      return .status(connector: connector, status, at: at.map { $0 + seconds })
    case .event(
      let kind, let id, let seq, let at, let evse, let connector, let token, let state,
      let reason, let trigger, let readings):
      return .event(
        kind, id: id, seq: seq, at: at.map { $0 + seconds }, evse: evse, connector: connector,
        token: token, state: state, reason: reason, trigger: trigger, moved(readings))
    }
  }
}
