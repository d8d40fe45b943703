import ChargerEvents
import Quantities
import Testing

@testable import Sessions

@Suite("What goes wrong with 1.6 transactions in the field")
struct TransactionFieldErrorTests {
  private let start = Entry(10, .start(at: 10, meter: 1_000))
  private let stop = Entry(3_610, .stop(id: 42, at: 3_610, meter: 12_000))

  @Test("a start sent twice with two message ids, the second refused, is one session")
  func concurrentStart() throws {
    let run = StationRun([
      start, Entry(11, .start(at: 10, meter: 1_000, message: "again")),
      Entry(12, .answer(id: 42)), Entry(13, .answer(id: 43, accepted: false, message: "again")),
      stop,
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.codes == [.duplicateStart])
    #expect(session.energy == wattHours(11_000))
  }

  @Test("either id that was given to a repeated start names the session")
  func aliases() throws {
    let run = StationRun([
      start, Entry(11, .start(at: 10, meter: 1_000, message: "again")),
      Entry(12, .answer(id: 42)), Entry(13, .answer(id: 43, message: "again")),
      Entry(600, .meter(id: 43, [register(3_000, at: 600)])),
      Entry(3_610, .stop(id: 43, at: 3_610, meter: 12_000)),
    ])
    #expect(run.sessions.count == 1)
    #expect(run.sessions.first?.transactionAliases == ["43"])
    #expect(run.sessions.first?.readings.count == 1)
  }

  @Test("a start repeated days after its session was closed opens nothing", arguments: [1, 100])
  func lateRepetition(flushEvery: Int) throws {
    let run = StationRun(
      [start, Entry(11, .answer(id: 42)), stop, Entry(400_000, .start(at: 10, meter: 1_000))],
      flushEvery: flushEvery)
    #expect(run.sessions.count == 1)
    #expect(run.sessions.first?.count(.duplicateStart) == 1)
    #expect(run.sessions.first?.state == .closed)
  }

  @Test("a charger without a clock says the same start each time, and means new sessions")
  func noClock() {
    let run = StationRun([
      Entry(10, .start(at: -1_700_000_000, meter: 0)), Entry(11, .answer(id: 1)),
      Entry(100, .stop(id: 1, at: 100, meter: 10)),
      Entry(200, .start(at: -1_700_000_000, meter: 0, message: "t")),
      Entry(201, .answer(id: 2, message: "t")), Entry(300, .stop(id: 2, at: 300, meter: 10)),
    ])
    #expect(run.sessions.map(\.startedAt) == [time(10), time(200)])
    #expect(run.sessions.allSatisfy { $0.has(.clockNotCredible) })
  }

  @Test("readings and a stop without a known id belong to the start that was never answered")
  func unanswered() throws {
    let run = StationRun([
      start, Entry(600, .meter(id: 0, [register(3_000, at: 600)])),
      Entry(700, .meter(id: -1, [register(4_000, at: 700)])),
      Entry(800, .meter(id: nil, [register(5_000, at: 800)])),
      Entry(3_610, .stop(id: -1, at: 3_610, meter: 12_000)),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.readings.count == 3)
    #expect(session.energy == wattHours(11_000))
    #expect(session.codes == [.startUnanswered])
    #expect(session.closing == .stop)
  }

  @Test("a stop that two sessions could mean closes neither")
  func ambiguousStop() {
    let run = StationRun([
      start, Entry(20, .start(connector: 2, at: 20, meter: 500, message: "u")),
      Entry(3_610, .stop(id: -1, at: 3_610, meter: 12_000)),
    ])
    #expect(run.sessions.map(\.state).filter { $0 == .open }.count == 2)
    #expect(run.sessions.filter { $0.has(.stopWithoutStart) }.count == 1)
  }

  @Test("a stop alone is a session of what its transaction data says")
  func stopAlone() throws {
    let run = StationRun([
      Entry(
        3_610,
        .stop(
          id: 9, at: 3_610, meter: 12_000,
          data: [
            register(1_000, at: 10, .transactionBegin),
            register(12_000, at: 3_610, .transactionEnd),
          ])),
      Entry(3_700, .stop(id: 9, at: 3_610, meter: 12_000)),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.startedAt == time(10))
    #expect(session.energy == wattHours(11_000))
    #expect(session.energyEvidence == .beginAndEnd)
    #expect(session.codes == [.duplicateStop, .stopWithoutStart])
  }

  @Test("a stop of days ago, sent at start-up, does not close the session of now")
  func oldStop() {
    let run = StationRun([
      start, Entry(11, .answer(id: 42)),
      Entry(20, .stop(id: 41, at: -200_000, meter: 500)), stop,
    ])
    #expect(run.sessions.count == 2)
    #expect(run.sessions.last?.endedAt == time(3_610))
  }

  @Test("a stop sent again changes nothing but its count", arguments: [1, 100])
  func repeatedStop(flushEvery: Int) throws {
    let data = [register(1_000, at: 10, .transactionBegin), register(12_000, at: 3_610)]
    let stop = Frame.stop(id: 42, at: 3_610, meter: 12_000, data: data)
    let script = [start, Entry(11, .answer(id: 42)), Entry(3_610, stop)]
    let once = try #require(StationRun(script, flushEvery: flushEvery).sessions.first)
    let thrice = StationRun(
      script + [Entry(3_620, stop), Entry(9_000, stop)], flushEvery: flushEvery)
    var session = try #require(thrice.sessions.first)
    #expect(thrice.sessions.count == 1)
    #expect(session.count(.duplicateStop) == 2)
    session.findings = once.findings
    #expect(session == once)
  }

  @Test("of two stops that differ the earlier counts, whichever came first")
  func conflictingStops() throws {
    let early = Frame.stop(id: 42, at: 3_610, meter: 12_000, reason: "Local")
    let late = Frame.stop(id: 42, at: 7_000, meter: 19_000, reason: "PowerLoss")
    for (first, second) in [(early, late), (late, early)] {
      let run = StationRun([
        start, Entry(11, .answer(id: 42)), Entry(8_000, first), Entry(8_100, second),
      ])
      let session = try #require(run.sessions.first)
      #expect(run.sessions.count == 1)
      #expect(session.endedAt == time(3_610))
      #expect(session.energy == wattHours(11_000))
      #expect(session.stopReason == "Local")
      #expect(session.has(.conflictingStop))
    }
  }

  @Test("a lost stop is concluded from 48 hours of silence, at the last reading")
  func silence() throws {
    let entries = [
      start, Entry(11, .answer(id: 42)), Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
    ]
    let due: Int64 = 600 + 48 * 3_600
    #expect(StationRun(entries, advanceTo: due - 1).sessions.first?.state == .open)
    let session = try #require(StationRun(entries, advanceTo: due).sessions.first)
    #expect(session.state == .closed)
    #expect(session.isEstimated)
    #expect(session.endedAt == time(600))
    #expect(session.energy == wattHours(2_000))
    #expect(session.codes == [.closedBySilence])
  }

  @Test("a stop that arrives after all corrects the estimate", arguments: [1, 100])
  func lateStop(flushEvery: Int) throws {
    let run = StationRun(
      [
        start, Entry(11, .answer(id: 42)), Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
        Entry(500_000, .status(.available, at: 500_000)),
        Entry(600_000, .stop(id: 42, at: 3_610, meter: 12_000)),
      ], flushEvery: flushEvery)
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(!session.isEstimated)
    #expect(session.endedAt == time(3_610))
    #expect(session.energy == wattHours(11_000))
    #expect(session.codes == [.lateStop])
  }

  @Test("a batch lists a session once, in its last form, and its revision tells each change")
  func revision() {
    var run = StationRun([])
    for entry in [start, Entry(11, .answer(id: 42)), stop] { run.feed(entry) }
    #expect(run.changes.revision == 1)
    run.feed(stop)
    #expect(run.changes.revision == 2)
    #expect(run.changes.sessions.count == 1)
    #expect(run.changes.sessions.first?.has(.duplicateStop) == true)
  }

  @Test("readings after a long silence reopen the session", arguments: [1, 100])
  func resumed(flushEvery: Int) throws {
    let run = StationRun(
      [
        start, Entry(11, .answer(id: 42)), Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
        Entry(300_000, .meter(id: 42, [register(9_000, at: 300_000)])),
      ], flushEvery: flushEvery)
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.state == .open)
    #expect(session.energy == wattHours(8_000))
    #expect(session.codes == [])
  }

  @Test("the next start on a connector closes what still holds it")
  func nextTransaction() throws {
    let run = StationRun([
      start, Entry(11, .answer(id: 42)), Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(5_000, .start(at: 5_000, meter: 3_500, message: "n")),
    ])
    let first = try #require(run.sessions.first)
    #expect(run.sessions.map(\.state) == [.closed, .open])
    #expect(first.isEstimated)
    #expect(first.endedAt == time(600))
    #expect(first.codes == [.closedByNextTransaction])
  }

  @Test("a session ended by its connector becoming available is estimated to have ended then")
  func availableOnly() throws {
    let run = StationRun(
      [
        start, Entry(11, .answer(id: 42)), Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
        Entry(700, .status(.available, at: 700)),
      ], advanceTo: 400_000)
    #expect(run.sessions.first?.endedAt == time(700))
    #expect(run.sessions.first?.isEstimated == true)
  }

  @Test("a refused start is a transaction if a stop follows, with a finding")
  func refused() throws {
    let run = StationRun([
      start, Entry(11, .answer(id: 42, accepted: false)),
      Entry(60, .stop(id: 42, at: 60, meter: 1_010, reason: "DeAuthorized")),
    ])
    #expect(run.sessions.first?.codes == [.startRefused])
    #expect(run.sessions.first?.energy == wattHours(10))
  }

  @Test("message ids used for many starts answer the newest one")
  func reusedMessageIDs() {
    let run = StationRun([
      start, Entry(11, .answer(id: 42)), Entry(100, .stop(id: 42, at: 100, meter: 2_000)),
      Entry(200, .start(at: 200, meter: 2_000)), Entry(201, .answer(id: 43)),
      Entry(300, .stop(id: 43, at: 300, meter: 3_000)),
    ])
    #expect(run.sessions.map(\.transactionID) == ["42", "43"])
    #expect(run.sessions.map(\.energy) == [wattHours(1_000), wattHours(1_000)])
  }

  @Test("readings that name an unknown transaction are the station's finding, not a session's")
  func unknownTransaction() {
    let run = StationRun([
      start, Entry(11, .answer(id: 42)), Entry(60, .meter(id: 77, [register(9_000, at: 60)])),
    ])
    #expect(run.sessions.first?.readings == [])
    #expect(run.fold.findings.map(\.code) == [.unknownTransaction])
  }

  @Test("connector 0 is the sum of the others and joins no session")
  func mainMeter() {
    let run = StationRun([start, Entry(60, .meter(connector: 0, [register(9_000_000, at: 60)]))])
    #expect(run.sessions.first?.readings == [])
  }
}
