import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// Two sessions that turn out to be one: the older id stays, and the other one leads to it.
@Suite("Parts of a transaction that find each other")
struct JoinTests {
  /// Folds the entries in one batch, one by one, and with the state written down in between: the same
  /// must come of it.
  private func sessions(
    _ entries: [Entry], advanceTo seconds: Int64? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [Session] {
    let sessions = StationRun(entries, advanceTo: seconds).sessions
    for every in [1, 2, 3] {
      let others = StationRun(
        entries, advanceTo: seconds, flushEvery: every, restartEvery: every
      ).sessions
      #expect(others == sessions, "in batches of \(every)", sourceLocation: sourceLocation)
    }
    return sessions
  }

  private let stop42 = Entry(
    3_600,
    .stop(
      id: 42, at: 3_600, meter: 5_000, reason: "Local",
      data: [register(1_200, at: 60), register(4_900, at: 3_500)]))

  @Test("a stop that came before its start, and the start answered with its id, are one session")
  func stopThenStart() throws {
    let alone = try #require(sessions([stop42]).first)
    let start = Entry(3_700, .start(at: 0, meter: 1_000))
    let apart = sessions([stop42, start])
    #expect(apart.count == 2)
    let other = try #require(apart.first { $0.id != alone.id })

    let joined = sessions([stop42, start, Entry(3_701, .answer(id: 42))])
    let session = try #require(joined.first)
    #expect(joined.count == 1)
    #expect(session.id == alone.id && session.mergedIDs == [other.id])
    #expect(session.startedAt == time(0) && session.endedAt == time(3_600))
    #expect(session.state == .closed && session.closing == .stop && !session.isEstimated)
    #expect(session.token == "TAG" && session.connector == 1 && session.stopReason == "Local")
    #expect(session.energy == wattHours(4_000))
    #expect(session.codes == [.sessionsJoined])
    #expect(session.revisions.map(\.before.energy) == [alone.energy])
  }

  @Test("a repetition of the start or of the stop of joined sessions changes nothing but its count")
  func repetitions() throws {
    let start = Frame.start(at: 0, meter: 1_000)
    let entries = [
      stop42, Entry(3_700, start), Entry(3_701, .answer(id: 42)), Entry(3_800, start),
      Entry(3_801, stop42.frame),
    ]
    let all = sessions(entries)
    #expect(all.count == 1)
    #expect(all.first?.codes == [.duplicateStart, .duplicateStop, .sessionsJoined])
    #expect(all.first?.energy == wattHours(4_000))
  }

  @Test("an answer that comes after the stop joins the stop with the start that it answers")
  func answerAfterStop() throws {
    // Two starts without an answer: the stop could mean either.
    let all = sessions([
      Entry(0, .start(connector: 1, at: 0, meter: 1_000, message: "a")),
      Entry(1, .start(connector: 2, token: "B", at: 1, meter: 2_000, message: "b")),
      stop42,
      Entry(3_601, .answer(id: 42, message: "a")), Entry(3_602, .answer(id: 43, message: "b")),
    ])
    #expect(all.count == 2)
    let session = try #require(all.first)
    #expect(session.connector == 1 && session.energy == wattHours(4_000))
    #expect(session.openedAtPosition == 1 && session.mergedIDs.count == 1)
    #expect(all.last?.state == .open && all.last?.transactionID == "43")
  }

  @Test("a start whose answer has another id than the readings on its connector is another session")
  func otherID() throws {
    // Yesterday's transaction comes out of the queue while today's goes on, whose start was lost.
    let day: Int64 = 86_400
    let all = sessions([
      Entry(day, .meter(id: 9, [register(9_000, at: day)])),
      Entry(day + 10, .start(at: 0, meter: 1_000)), Entry(day + 11, .answer(id: 8)),
      Entry(day + 12, .stop(id: 8, at: 3_600, meter: 3_000)),
      Entry(day + 600, .meter(id: 9, [register(9_500, at: day + 600)])),
      Entry(day + 900, .stop(id: 9, at: day + 900, meter: 9_800)),
    ])
    #expect(all.map(\.transactionID) == ["8", "9"])
    #expect(all.map(\.energy) == [wattHours(2_000), wattHours(800)])
    #expect(all.map(\.endedAt) == [time(3_600), time(day + 900)])
    #expect(all.allSatisfy { !$0.has(.sessionsJoined) })
  }

  @Test("without any answer, a start that nothing else followed joins its connector's readings")
  func unansweredStart() throws {
    let entries = [
      Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(601, .start(at: 10, meter: 1_000)),
      Entry(3_600, .stop(id: 42, at: 3_600, meter: 5_000)),
    ]
    let session = try #require(sessions(entries).first)
    #expect(sessions(entries).count == 1)
    #expect(session.startedAt == time(10) && session.energy == wattHours(4_000))
    #expect(session.codes == [.startUnanswered, .sessionsJoined])
  }

  @Test("a start that comes after its session has ended joins it when nothing follows the start")
  func unansweredAfterTheEnd() throws {
    let entries = [
      Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
      Entry(3_600, .stop(id: 42, at: 3_600, meter: 5_000)),
      Entry(3_700, .start(at: 10, meter: 1_000)),
    ]
    #expect(sessions(entries).count == 2)
    let later = sessions(entries, advanceTo: 3_700 + 49 * 3_600)
    #expect(later.count == 1)
    #expect(later.first?.energy == wattHours(4_000) && later.first?.closing == .stop)
    #expect(later.first?.endedAt == time(3_600))
  }

  @Test("the same stop with an id of the station's own, then with the right one, is one stop")
  func stopWithTwoIDs() throws {
    let start = Entry(0, .start(at: 0, meter: 1_000))
    let answer = Entry(3_700, .answer(id: 42))
    func stop(_ id: Int64?, _ at: Int64) -> Entry {
      Entry(at, .stop(id: id, at: 3_600, meter: 5_000))
    }
    for entries in [
      // Nobody knows the first stop yet; the second is that of the start.
      [stop(-1, 3_650), Entry(3_660, start.frame), answer, stop(42, 3_710)],
      // The first one ends the session, and the second one is its copy.
      [start, stop(-1, 3_650), answer, stop(42, 3_710)],
      [start, answer, stop(42, 3_705), stop(-1, 3_710), stop(nil, 3_720)],
    ] {
      let all = sessions(entries)
      #expect(all.count == 1)
      #expect(all.first?.energy == wattHours(4_000) && all.first?.transactionID == "42")
      #expect(all.first?.has(.duplicateStop) == true)
      #expect(all.first?.has(.conflictingStop) == false)
    }
  }

  @Test("stops of two connectors at one moment with one register are two")
  func equalStops() {
    let all = sessions([
      Entry(0, .start(connector: 1, at: 0, meter: 0, message: "a")),
      Entry(1, .answer(id: 5, message: "a")),
      Entry(2, .start(connector: 2, at: 2, meter: 0, message: "b")),
      Entry(3, .answer(id: 6, message: "b")),
      Entry(60, .stop(id: 5, at: 60, meter: 0)), Entry(61, .stop(id: 6, at: 60, meter: 0)),
      Entry(70, .stop(id: 5, at: 60, meter: 0)), Entry(71, .stop(id: 6, at: 60, meter: 0)),
    ])
    #expect(all.map(\.transactionID) == ["5", "6"])
    #expect(all.allSatisfy { $0.count(.duplicateStop) == 1 && !$0.has(.conflictingStop) })
  }

  @Test("an id that is used again joins nothing with what it named before")
  func reusedID() {
    let all = sessions([
      stop42,
      Entry(9_000, .start(at: 9_000, meter: 5_000)), Entry(9_001, .answer(id: 42)),
      Entry(9_600, .stop(id: 42, at: 9_600, meter: 6_000)),
    ])
    #expect(all.count == 2 && all.allSatisfy { !$0.has(.sessionsJoined) })
    #expect(all.last?.energy == wattHours(1_000))
  }

  @Test("a start between whose time and the readings another session ended is not theirs")
  func sessionBetween() {
    let all = sessions(
      [
        Entry(100, .start(at: 100, meter: 2_000, message: "x")),
        Entry(101, .answer(id: 41, message: "x")),
        Entry(500, .stop(id: 41, at: 500, meter: 2_500)),
        Entry(600, .meter(id: 42, [register(3_000, at: 600)])),
        Entry(3_600, .stop(id: 42, at: 3_600, meter: 5_000)),
        Entry(3_700, .start(token: "OLD", at: 10, meter: 1_000)),
      ], advanceTo: 300_000)
    #expect(all.count == 3 && all.allSatisfy { !$0.has(.sessionsJoined) })
  }

  @Test(
    "of two starts without an answer, the one before the readings is theirs",
    arguments: [true, false])
  func twoUnanswered(inOrder: Bool) throws {
    let first = Entry(700, .start(token: "FIRST", at: 10, meter: 1_000, message: "a"))
    let second = Entry(701, .start(token: "SECOND", at: 300, meter: 1_500, message: "b"))
    let readings = Entry(600, .meter(id: 42, [register(3_000, at: 600)]))
    let starts = inOrder ? [first, second] : [second, first]
    let stop = Entry(3_600, .stop(id: 42, at: 3_600, meter: 5_000))
    let all = sessions([readings] + starts + [stop], advanceTo: 300_000)
    let joined = all.filter { $0.has(.sessionsJoined) }
    #expect(joined.allSatisfy { $0.token == "SECOND" }, "\(joined.map(\.token))")
    if inOrder { #expect(joined.map(\.energy) == [wattHours(3_500)]) }
  }

  @Test("what a joined session is to its neighbours is what it is to them as a whole")
  func neighbours() throws {
    let entries = [
      Entry(10, .start(at: 10, meter: 500, message: "a")), Entry(11, .answer(id: 41, message: "a")),
      Entry(900, .stop(id: 41, at: 900, meter: 1_000)),
      Entry(1_600, .meter(id: 42, [register(3_000, at: 1_600)])),
      Entry(3_600, .stop(id: 42, at: 3_600, meter: 5_000)),
      Entry(3_700, .start(at: 1_000, meter: 1_000, message: "b")),
      Entry(3_701, .answer(id: 42, message: "b")),
      Entry(5_000, .start(at: 5_000, meter: 5_000, message: "c")),
      Entry(5_001, .answer(id: 43, message: "c")),
      Entry(6_000, .stop(id: 43, at: 6_000, meter: 6_000)),
    ]
    let all = sessions(entries)
    #expect(all.map(\.energy) == [wattHours(500), wattHours(4_000), wattHours(1_000)])
    #expect(all.allSatisfy { !$0.has(.energyBetweenSessions) && !$0.has(.overlapOnConnector) })
    #expect(all[1].predecessor?.position == 1 && all[2].predecessor?.position == 4)
  }

  @Test("a start sent again after the clock was set is the same start, with its time")
  func correctedClock() throws {
    let all = sessions([
      Entry(60, .start(at: -1_772_352_000, meter: 1_000, message: "a")),
      Entry(120, .start(at: 30, meter: 1_000, message: "b")),
      Entry(121, .answer(id: 42, message: "b")),
      Entry(600, .meter(id: 42, [register(2_000, at: 600)])),
      Entry(3_600, .stop(id: 42, at: 3_600, meter: 3_000)),
    ])
    let session = try #require(all.first)
    #expect(all.count == 1 && session.startedAt == time(30))
    #expect(session.energy == wattHours(2_000) && session.transactionID == "42")
    #expect(session.codes == [.duplicateStart, .clockNotCredible])
  }

  @Test("a start that began after the one without a clock was heard of is another one")
  func laterStart() {
    let all = sessions([
      Entry(60, .start(at: -1_772_352_000, meter: 1_000, message: "a")),
      Entry(300, .start(at: 290, meter: 1_000, message: "b")),
    ])
    #expect(all.count == 2)
  }

  // MARK: Ids that nobody knows

  private let known = [
    Entry(0, .start(at: 0, meter: 1_000)), Entry(1, .answer(id: 5)),
    Entry(600, .meter(id: 5, [register(2_000, at: 600)])),
  ]

  @Test("where a stop and the next start were lost, the stop of the second leaves two sessions")
  func lostBetween() throws {
    let all = sessions(
      known + [
        Entry(7_200, .meter(id: 6, [register(5_000, at: 7_200)])),
        Entry(7_800, .meter(id: 6, [register(6_000, at: 7_800)])),
        Entry(9_000, .stop(id: 6, at: 9_000, meter: 7_000)),
      ], advanceTo: 300_000)
    #expect(all.map(\.transactionID) == ["5", "6"])
    #expect(all.map(\.energy) == [wattHours(1_000), wattHours(2_000)])
    #expect(all.map(\.closing) == [.silence, .stop])
  }

  @Test("readings with a wrong id belong to the transaction that went on around them")
  func wrongID() throws {
    let all = sessions(
      known + [
        Entry(1_200, .meter(id: 6, [register(3_000, at: 1_200)])),
        Entry(1_800, .meter(id: 5, [register(4_000, at: 1_800)])),
        Entry(2_400, .meter(id: 7, [register(4_500, at: 2_400)])),
        Entry(3_600, .stop(id: 5, at: 3_600, meter: 5_000)),
      ])
    let session = try #require(all.first)
    #expect(all.count == 1 && session.energy == wattHours(4_000))
    #expect(session.readings.map(\.register) == [2_000, 3_000, 4_000].map(wattHours))
    #expect(session.codes == [.sessionsJoined])
  }
}
