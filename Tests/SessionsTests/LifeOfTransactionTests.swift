import ChargerEvents
import Quantities
import Testing

@testable import Sessions

@Suite("The life of a transaction")
struct LifeOfTransactionTests {
  private let start = Entry(10, .start(at: 10, meter: 1_000))
  private let answer = Entry(11, .answer(id: 42))

  // MARK: Refused starts

  @Test("a refused start that nothing follows is closed, is no estimate, and lacks no energy")
  func refusedStart() throws {
    let entries = [start, Entry(11, .answer(id: 42, accepted: false))]
    #expect(StationRun(entries, advanceTo: 610).sessions.first?.state == .open)
    let session = try #require(StationRun(entries, advanceTo: 611).sessions.first)
    #expect(session.closing == .refused && session.wasRefused)
    #expect(!session.isEstimated)
    #expect(session.endedAt == time(10))
    #expect(session.energy == .zero)
    #expect(session.codes == [.startRefused])
  }

  @Test("a station that charges in spite of a refusal has a session of what it delivered")
  func refusedButCharging() throws {
    let run = StationRun(
      [
        start, Entry(11, .answer(id: 42, accepted: false)),
        Entry(1_810, .meter(id: 42, [register(2_000, at: 1_810)])),
        Entry(3_610, .meter(id: 42, [register(3_000, at: 3_610)])),
        Entry(7_210, .stop(id: 42, at: 7_210, meter: 4_000)),
      ], flushEvery: 1)
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.closing == .stop)
    #expect(session.energy == wattHours(3_000))
    #expect(session.codes == [.startRefused])
  }

  // MARK: Ends that only a status tells

  @Test("a connector that is free for an hour ends its transaction where it became so")
  func freeConnector() throws {
    let entries = [
      start, answer, Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(700, .status(.finishing, at: 700)), Entry(900, .status(.available, at: 900)),
    ]
    #expect(StationRun(entries, advanceTo: 900 + 3_599).sessions.first?.state == .open)
    let session = try #require(StationRun(entries, advanceTo: 900 + 3_600).sessions.first)
    #expect(session.closing == .connectorFreed && session.isEstimated)
    #expect(session.endedAt == time(700))
    #expect(session.codes == [.closedByFreeConnector])
  }

  @Test("a stop that was queued corrects the end that a free connector told")
  func lateStopOfFreeConnector() throws {
    let run = StationRun([
      start, answer, Entry(700, .status(.available, at: 700)),
      Entry(90_000, .stop(id: 42, at: 690, meter: 5_000)),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.endedAt == time(690) && !session.isEstimated)
    #expect(session.codes == [.lateStop])
  }

  @Test("a connector that charges again was not free")
  func flappingConnector() throws {
    let run = StationRun(
      [
        start, answer, Entry(700, .status(.available, at: 700)),
        Entry(760, .status(.charging, at: 760)),
      ], advanceTo: 90_000)
    #expect(run.sessions.first?.state == .open)
  }

  @Test("a suspended transaction holds its connector until the next one begins there")
  func suspendedForEver() throws {
    let run = StationRun([
      start, answer, Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(700, .status(.suspendedEV, at: 700)),
      Entry(40_000, .start(at: 40_000, meter: 3_000, message: "n")),
      Entry(40_001, .answer(id: 43, message: "n")),
    ])
    #expect(run.sessions.map(\.state) == [.closed, .open])
    #expect(run.sessions.first?.endedAt == time(700))
    #expect(run.sessions.first?.codes == [.closedByNextTransaction])
  }

  // MARK: Statuses

  @Test("the vehicle's suspension and the station's are kept apart")
  func suspensions() throws {
    let run = StationRun([
      start, answer, Entry(12, .status(.charging, at: 12)),
      Entry(600, .status(.suspendedEVSE, at: 600)), Entry(900, .status(.suspendedEV, at: 900)),
      Entry(1_200, .stop(id: 42, at: 1_200, meter: 2_000)),
    ])
    let session = try #require(run.sessions.first)
    #expect(session.states.map(\.state).suffix(3) == [.charging, .suspendedEVSE, .suspendedEV])
    #expect(
      session.intervals.map(\.activity).suffix(3) == [.charging, .suspendedEVSE, .suspendedEV])
    #expect(session.codes == [])
  }

  @Test("a status change that the standard does not know is found once")
  func forbiddenChange() throws {
    let run = StationRun([
      Entry(0, .status(.available, at: 0)), Entry(1, .status(.finishing, at: 1)),
      Entry(5, .status(.preparing, at: 5)), start, answer, Entry(12, .status(.charging, at: 12)),
      Entry(20, .status(.preparing, at: 20)), Entry(20, .status(.preparing, at: 20)),
      Entry(1_200, .stop(id: 42, at: 1_200, meter: 2_000)),
    ])
    #expect(run.fold.findings == [Finding(code: .forbiddenStatusChange, positions: [2])])
    #expect(run.sessions.first?.count(.forbiddenStatusChange) == 1)
  }

  @Test("the table of status changes has the 56 fields of the standard")
  func statusTable() {
    let statuses: [ConnectorStatus] = [
      .available, .preparing, .charging, .suspendedEV, .suspendedEVSE, .finishing, .reserved,
      .unavailable, .faulted,
    ]
    let rows = statuses.map { from in
      statuses.map { to in from == to ? "-" : from.mayBecome(to) ? "x" : "." }.joined()
    }
    #expect(
      rows == [
        "-xxxx.xxx", "x-xxxx..x", "x.-xxx.xx", "x.x-xx.xx", "x.xx-x.xx", "xx...-.xx", "xx....-xx",
        "xxxxx..-x", "xxxxxxxx-",
      ])
  }

  // MARK: Restarts

  @Test("a station that starts anew in mid-session goes on with it, with a finding")
  func boot() throws {
    let run = StationRun([
      start, answer, Entry(12, .status(.charging, at: 12)),
      Entry(300, .meter(id: 42, [register(2_000, at: 300)])),
      Entry(600, .meter(id: 42, [register(3_000, at: 600)])), Entry(700, .boot),
      Entry(710, .status(.preparing, at: 710)),
      Entry(1_200, .meter(id: 42, [register(0, at: 1_200)])),
      Entry(1_800, .meter(id: 42, [register(1_500, at: 1_800)])),
      Entry(3_610, .stop(id: 42, at: 3_610, meter: 1_600)),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.energy == wattHours(2_000 + 1_500 + 100))
    #expect(session.has(.restartedInSession) && !session.has(.forbiddenStatusChange))
  }

  @Test("a power loss told after the restart, with its own time and a wrong reason, ends then")
  func powerLoss() throws {
    let run = StationRun(
      [
        start, answer, Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
        Entry(90_000, .boot),
        Entry(90_010, .stop(id: 42, at: 650, meter: 3_100, reason: "DeAuthorized")),
      ], flushEvery: 1)
    let session = try #require(run.sessions.first)
    #expect(session.endedAt == time(650))
    #expect(session.energy == wattHours(2_100))
    #expect(session.stopReason == "DeAuthorized")
    #expect(session.codes == [.restartedInSession])
  }

  // MARK: Ids and places

  @Test("a stop of the transaction that had the same id before does not end the one of now")
  func idUsedAgain() throws {
    let run = StationRun([
      start, answer, Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(5_000, .start(at: 5_000, meter: 4_000, message: "n")),
      Entry(5_001, .answer(id: 42, message: "n")),
      Entry(5_100, .stop(id: 42, at: 900, meter: 4_000)),
      Entry(9_000, .stop(id: 42, at: 9_000, meter: 6_000)),
    ])
    #expect(run.sessions.map(\.endedAt) == [time(900), time(9_000)])
    #expect(run.sessions.map(\.energy) == [wattHours(3_000), wattHours(2_000)])
  }

  @Test("a stop with the only session's id ends it although the clock was set back")
  func clockSetBack() throws {
    let run = StationRun([start, answer, Entry(3_610, .stop(id: 42, at: -90_000, meter: 2_000))])
    #expect(run.sessions.count == 1)
    #expect(run.sessions.first?.endedAt == time(3_610))
    #expect(run.sessions.first?.codes == [.clockWentBack])
  }

  @Test("a start without a connector has none, and takes the place of nobody", arguments: [0, -1])
  func noConnector(connector: Int32) throws {
    let run = StationRun([
      Entry(10, .start(connector: connector, at: 10, meter: 1_000)), answer,
      Entry(20, .start(connector: connector, at: 20, meter: 9_000, message: "n")),
      Entry(21, .answer(id: 43, message: "n")),
      Entry(60, .meter(connector: 0, [register(500_000, at: 60)])),
      Entry(3_610, .stop(id: 42, at: 3_610, meter: 2_000)),
      Entry(3_620, .stop(id: 43, at: 3_620, meter: 9_500)),
    ])
    #expect(run.sessions.map(\.connector) == [nil, nil])
    #expect(run.sessions.map(\.energy) == [wattHours(1_000), wattHours(500)])
    #expect(run.sessions.allSatisfy { $0.codes == [.connectorMissing] })
  }

  // MARK: Lost starts

  @Test("a lost start leaves a session of its readings and its stop", arguments: [1, 100])
  func lostStart(flushEvery: Int) throws {
    let entries = [
      Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(1_200, .meter(id: 42, [register(4_000, at: 1_200)])),
    ]
    let open = try #require(StationRun(entries, flushEvery: flushEvery).sessions.first)
    #expect(open.state == .open && open.startedAt == time(600) && open.connector == 1)
    let run = StationRun(
      entries + [Entry(1_800, .stop(id: 42, at: 1_800, meter: 4_500))], flushEvery: flushEvery)
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1 && run.fold.findings == [])
    #expect(session.transactionID == "42" && session.id == open.id)
    #expect(session.endedAt == time(1_800))
    #expect(session.energy == wattHours(1_500))
    #expect(session.codes == [.startMissing])
  }

  @Test("a start that comes behind its readings joins them, and the older id stays")
  func startBehindReadings() throws {
    let reading = Entry(600, .meter(id: 42, [register(3_000, at: 600)]))
    let before = try #require(StationRun([reading]).sessions.first)
    let run = StationRun(
      [
        reading, Entry(601, .start(at: 10, meter: 1_000)), Entry(602, .answer(id: 42)),
        Entry(3_610, .stop(id: 42, at: 3_610, meter: 5_000)),
      ], flushEvery: 1, restartEvery: 1)
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1 && session.id == before.id)
    #expect(session.startedAt == time(10) && session.token == "TAG")
    #expect(session.energy == wattHours(4_000))
    #expect(session.codes == [.sessionsJoined] && session.mergedIDs.count == 1)
  }

  // MARK: 2.x

  @Test("an event without a connector leaves it open; the first that names one counts")
  func connectorOfEvents() throws {
    let events: [Frame] = [
      .event(.started, seq: 0, at: 0, evse: 2),
      .event(.updated, seq: 1, at: 60, evse: 2, connector: 1),
      .event(.updated, seq: 2, at: 120, evse: 2, connector: 3),
      .event(.ended, seq: 3, at: 180),
    ]
    for order in [[0, 1, 2, 3], [0, 2, 1, 3], [3, 2, 1, 0]] {
      let session = try #require(
        StationRun(order.map { Entry(900, events[$0]) }).sessions.first)
      #expect([session.evse, session.connector] == [2, 1])
    }
    let nowhere = StationRun([Entry(0, .event(.started, seq: 0, at: 0, evse: 2))])
    #expect(nowhere.sessions.first?.connector == nil)
  }

  @Test("events without a number keep the order of their times, whatever came first")
  func unnumbered() throws {
    let events: [Frame] = [
      .event(.started, seq: nil, at: 0, evse: 1, [register(1_000, at: 0)]),
      .event(.updated, seq: nil, at: 600, [register(2_000, at: 600)]),
      .event(.ended, seq: nil, at: 1_200, reason: "Local", [register(3_000, at: 1_200)]),
    ]
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0, 0]] {
      let session = try #require(
        StationRun(order.map { Entry(2_000, events[$0]) }).sessions.first)
      #expect(session.startedAt == time(0) && session.endedAt == time(1_200))
      #expect(session.energy == wattHours(2_000))
    }
  }

  @Test("a transaction resumed after a power loss says so")
  func resumed() throws {
    let run = StationRun([
      Entry(0, .event(.started, seq: 0, at: 0, evse: 1, [register(1_000, at: 0)])),
      Entry(600, .boot),
      Entry(610, .event(.updated, seq: 1, at: 610, trigger: "TxResumed")),
      Entry(900, .event(.ended, seq: 2, at: 900, [register(2_000, at: 900)])),
    ])
    #expect(run.sessions.first?.codes == [.restartedInSession, .resumed])
    #expect(run.sessions.first?.energy == wattHours(1_000))
  }

  @Test("a session keeps so many messages and no more, and always its end")
  func tooManyMessages() throws {
    var session = try #require(StationRun(Array(sequencedSession.prefix(2))).sessions.first)
    let filler = session.messages[1]
    session.messages += (0..<SessionPolicy.greatestMessages - 2).map { number in
      var message = filler
      message.sequence = 200 + Int64(number)
      return message
    }
    var run = StationRun([])
    run.fold.openSessions = [.init(session: session, number: nil)]
    run.feed(Entry(100, .event(.updated, seq: 500_000, at: 100)))
    run.feed(Entry(200, .event(.ended, seq: 500_001, at: 200)))
    run.flush()
    let closed = try #require(run.sessions.first)
    #expect(closed.messages.count == SessionPolicy.greatestMessages)
    #expect(closed.closing == .stop && closed.endedAt == time(200))
    #expect(closed.count(.tooManyMessages) == 2)
  }
}
