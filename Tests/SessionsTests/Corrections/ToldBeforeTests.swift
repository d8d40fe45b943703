import Quantities
import TestSupport
import Testing

@testable import Sessions

@Suite("What was told before a late record")
struct RevisionTests {
  private let lostStop: [Entry] = [
    Entry(0, .start(at: 0, meter: 0)), Entry(1, .answer(id: 1)),
    Entry(900, .meter(id: 1, [register(2_000, at: 900)])),
  ]

  @Test("a stop that comes after the silence keeps what the silence had told", arguments: [1, 100])
  func lateStop(flushEvery: Int) throws {
    let late = Int64(50 * 3_600)
    let run = StationRun(
      lostStop + [Entry(late, .stop(id: 1, at: 3_600, meter: 8_000, reason: "Local"))],
      flushEvery: flushEvery)
    let session = try #require(run.sessions.first)
    #expect(session.energy.wattHours == 8_000)
    let revision = try #require(session.revisions.first)
    #expect(session.revisions.count == 1)
    #expect(revision.position == 4 && revision.receivedAt == time(late))
    #expect(revision.before.energy.wattHours == 2_000 && revision.before.isEstimated)
    #expect(revision.before.endedAt == time(900) && revision.before.stopReason == nil)
    #expect(roundTrip(session) == session)
  }

  @Test("a stop that is only repeated changes nothing, and is no revision")
  func repetition() {
    let stop = Frame.stop(id: 1, at: 3_600, meter: 8_000)
    let run = StationRun(lostStop + [Entry(3_600, stop), Entry(90_000, stop)])
    #expect(run.sessions[0].has(.duplicateStop) && run.sessions[0].revisions.isEmpty)
  }

  @Test("of many revisions the first and the latest are kept")
  func bounded() {
    let outcome = twoVisits()[0].outcome
    let all = (1...40).map { Session.Revision(position: $0, receivedAt: time(0), before: outcome) }
    let kept = [Session.Revision].bounded(all)
    #expect(kept.map(\.position) == [1] + (26...40))
  }
}
