import ChargerEvents
import Quantities
import TestSupport
import Testing

@testable import Sessions

/// A 2.x session with an event a minute: an hour at 6 kW, then parked for a quarter.
let sequencedSession: [Entry] =
  [
    Entry(
      0,
      .event(
        .started, seq: 100, at: 0, token: "CARD", state: .evConnected,
        [register(50_000, at: 0, .transactionBegin)])),
    Entry(5, .event(.updated, seq: 101, at: 5, evse: 1, connector: 1, state: .charging)),
  ]
  + (1...60).map { minute in
    Entry(
      minute * 60,
      .event(
        .updated, seq: 101 + minute, at: minute * 60,
        [register(50_000 + 100 * minute, at: minute * 60, watts: 6_000)]))
  } + [
    Entry(3_610, .event(.updated, seq: 162, at: 3_610, state: .suspendedEV)),
    Entry(
      4_500,
      .event(
        .ended, seq: 163, at: 4_500, state: .evConnected, reason: "EVDisconnected",
        [register(56_000, at: 4_500, .transactionEnd)])),
  ]

@Suite("A session of OCPP 2.x")
struct SequencedSessionTests {
  @Test("is told from its numbered events; place and token may be in any of them")
  func plain() throws {
    let session = try #require(StationRun(sequencedSession).sessions.first)
    #expect(session.transactionID == "T1")
    #expect([session.evse, session.connector] == [1, 1])
    #expect(session.token == "CARD")
    #expect(session.startedAt == time(0))
    #expect(session.endedAt == time(4_500))
    #expect(session.stopReason == "EVDisconnected")
    #expect(session.energy == wattHours(6_000))
    #expect(session.energyEvidence == .beginAndEnd)
    #expect(session.codes == [])
    #expect(session.states.map(\.state) == [.evConnected, .charging, .suspendedEV, .evConnected])
  }

  @Test("an ended session is not revived by events that were queued while offline")
  func offlineQueue() throws {
    let late = sequencedSession[20...30].map { Entry(9_000, $0.frame) }
    let live = Array(sequencedSession[0..<20]) + Array(sequencedSession[31...])
    let before = try #require(StationRun(live).sessions.first)
    #expect(before.codes == [.sequenceGap])
    let session = try #require(StationRun(live + late, flushEvery: 5).sessions.first)
    #expect(session.state == .closed)
    #expect(session.endedAt == time(4_500))
    #expect(session.codes == [])
    #expect(session.readings.count == 62)
  }

  @Test("an event after the end is a finding and moves nothing")
  func afterEnd() throws {
    let extra = Entry(
      4_600, .event(.updated, seq: 164, at: 4_600, [register(57_000, at: 4_600)]))
    let session = try #require(StationRun(sequencedSession + [extra]).sessions.first)
    #expect(session.energy == wattHours(6_000))
    #expect(
      session.codes
        == [.eventAfterEnd, .readingAfterStop, .energyAfterStop].sorted {
          $0.rawValue < $1.rawValue
        })
  }

  @Test("a lost start is a finding")
  func startMissing() throws {
    let session = try #require(StationRun(Array(sequencedSession.dropFirst())).sessions.first)
    #expect(session.has(.startMissing))
    #expect(session.startedAt == time(5))
  }

  @Test("of two events with one sequence number the content decides, not the arrival")
  func conflict() throws {
    let one = Frame.event(.updated, seq: 102, at: 60, [register(50_100, at: 60)])
    let two = Frame.event(.updated, seq: 102, at: 60, [register(50_090, at: 60)])
    var results: [Session] = []
    for (first, second) in [(one, two), (two, one)] {
      let script = sequencedSession.prefix(2) + [Entry(60, first), Entry(61, second)]
      results.append(try #require(StationRun(Array(script)).sessions.first))
    }
    #expect(results[0].has(.conflictingEvent))
    #expect(results[0].energy == results[1].energy)
    #expect(results[0].readings.map(\.register) == results[1].readings.map(\.register))
    #expect(results[0].readings.count == 2)
  }

  @Test(
    "an id that is used again is an error, in any order and whatever the numbers",
    arguments: [0, 3] as [Int64], 1...5 as ClosedRange<UInt64>)
  func reusedID(firstNumber: Int64, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func transaction(at start: Int64, from number: Int64, meter: Int64) -> [Frame] {
      [
        .event(
          .started, seq: number, at: start, [register(meter, at: start, .transactionBegin)]),
        .event(
          .updated, seq: number + 1, at: start + 60, [register(meter + 400, at: start + 60)]),
        .event(
          .ended, seq: number + 2, at: start + 120,
          [register(meter + 900, at: start + 120, .transactionEnd)]),
      ]
    }
    let both =
      transaction(at: 0, from: 0, meter: 1_000)
      + transaction(at: 86_400, from: firstNumber, meter: 1_900)
    for (index, frames) in [both, both.shuffled(using: &random)].enumerated() {
      let entries = frames.map { Entry(90_000, $0) }
      let session = try #require(StationRun(entries, flushEvery: 2).sessions.first)
      let finding = try #require(session.findings.first { $0.code == .idReused })
      #expect(finding.code.severity == .error)
      #expect(finding.count == 1)
      if index == 0 { #expect(finding.positions == [4]) }
    }
  }

  @Test("a start that is sent again a moment later, or with its clock set, is no other transaction")
  func noReusedID() throws {
    let restamped = StationRun([
      Entry(0, .event(.started, seq: 0, at: 0)), Entry(60, .event(.started, seq: 0, at: 60)),
    ])
    #expect(try #require(restamped.sessions.first).codes == [.conflictingEvent])
    let withClock = StationRun([
      Entry(900, .event(.started, seq: 0, at: -1_700_000_000)),
      Entry(1_000, .event(.started, seq: 0, at: 0)),
    ])
    #expect(
      try #require(withClock.sessions.first).codes == [.conflictingEvent, .clockNotCredible])
  }

  @Test("a transaction that starts on an EVSE closes the one before it")
  func nextOnEVSE() {
    let run = StationRun([
      Entry(0, .event(.started, id: "A", seq: 0, at: 0, evse: 1)),
      Entry(10, .event(.started, id: "B", seq: 0, at: 10, evse: 2)),
      Entry(900, .event(.started, id: "C", seq: 0, at: 900, evse: 1)),
    ])
    #expect(run.sessions.map(\.state) == [.closed, .open, .open])
    #expect(run.sessions.first?.codes.contains(.closedByNextTransaction) == true)
  }

  @Test("meter values outside the transaction join the session of their EVSE")
  func outside() throws {
    let run = StationRun([
      Entry(0, .event(.started, seq: 0, at: 0, evse: 1)),
      Entry(60, .meter(connector: nil, evse: 1, [register(1_000, at: 60)])),
      Entry(120, .meter(connector: nil, evse: 1, [register(1_500, at: 120)])),
      Entry(130, .meter(connector: nil, evse: 2, [register(9_000, at: 130)])),
      Entry(600, .event(.ended, seq: 1, at: 600)),
    ])
    let session = try #require(run.sessions.first)
    #expect(session.energy == wattHours(500))
    #expect(session.codes == [.readingOutsideTransaction])
  }

  @Test("a time before its predecessor's gives way to the time of receipt")
  func clockBack() throws {
    let run = StationRun([
      Entry(1_000, .event(.started, seq: 0, at: 1_000, evse: 1)),
      Entry(2_000, .event(.ended, seq: 1, at: 500)),
    ])
    #expect(run.sessions.first?.endedAt == time(2_000))
    #expect(run.sessions.first?.has(.clockWentBack) == true)
  }

  @Test("a session stopped while offline has its numbers from wherever the station counted")
  func stoppedOffline() throws {
    let run = StationRun([
      Entry(44, .event(.started, seq: 266, at: 44, token: "VALID")),
      Entry(44, .event(.updated, seq: 267, at: 44, evse: 1, connector: 1, state: .evConnected)),
      Entry(44, .event(.updated, seq: 268, at: 44, state: .charging)),
      Entry(
        200,
        .event(
          .ended, seq: 269, at: 105, evse: 1, connector: 1, token: "VALID", state: .evConnected,
          reason: "Local")),
    ])
    let session = try #require(run.sessions.first)
    #expect(session.endedAt == time(105))
    #expect(session.codes == [.energyUnknown])
    #expect(session.states.map(\.state) == [.charging, .evConnected])
  }
}
