import EventLog
import Quantities
import Sessions
import TestSupport
import Testing

@testable import Projections

@Suite("Sessions that were found to be one")
struct JoinedSessionTests {
  private let start = instant("2026-03-02T08:00:00Z")

  /// What a station sends whose start comes behind its stop, in three parts.
  private func frames() -> (stop: [TraceFrame], start: TraceFrame, answer: TraceFrame) {
    var visit = Visit(start: start)
    visit.token = "TAG-9"
    var late = visit.startFrames
    for index in late.indices { late[index].at = start.after(minutes: 70 + index) }
    return (visit.meterFrames + visit.stopFrames, late[0], late[1])
  }

  @Test("The id of the part leads to the whole, and a fresh fold agrees")
  func alias() throws {
    let (stop, late, answer) = frames()
    let control = try TestLedger()
    try control.load(trace: trace(of: stop))
    let whole = try control.onlySession().session.id
    try control.load(trace: trace(of: [late]))
    let part = try #require(try control.sessions().map(\.session.id).first { $0 != whole })
    let apart = try control.ledger.read { $0.head }
    try control.load(trace: trace(of: [answer]))

    let session = try control.onlySession().session
    #expect(session.id == whole && session.mergedIDs == [part])
    #expect(session.energy.wattHours == 10_000 && session.token == "TAG-9")
    #expect(try control.models().session(part)?.session.id == whole)
    #expect(try control.isSameWhenFoldedAgain(workers: 1))
    #expect(try control.isSameWhenFoldedAgain(workers: 3))
    let before = try PastLog(control.ledger, through: apart).sessions(ofStation: session.station)
    #expect(Set(before.map(\.session.id)) == [whole, part])
  }

  @Test("A fact about the part holds for the whole that it became")
  func correctedPart() throws {
    let (stop, late, answer) = frames()
    let control = try TestLedger()
    try control.publishSite()
    try control.load(trace: trace(of: stop))
    let whole = try control.onlySession().session.id
    try control.load(trace: trace(of: [late]))
    let part = try #require(try control.sessions().map(\.session.id).first { $0 != whole })
    try control.correct(.token(part, token: "CARD"))
    try control.load(trace: trace(of: [answer]))

    let session = try control.onlySession().session
    #expect(session.id == whole && session.token == "CARD")
    #expect(try control.models().session(part)?.session.id == whole)
    #expect(try control.models().timeline(of: session).steps.count == 2)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("Two that are joined by a timer are one row, whatever the size of the chunks")
  func joinedByTimer() throws {
    let (stop, late, _) = frames()
    let control = try TestLedger()
    try control.load(
      trace: trace(of: stop + [late, heartbeat("CP-2", at: start.after(hours: 60))]))
    let session = try control.onlySession().session
    #expect(session.mergedIDs.count == 1 && session.energy.wattHours == 10_000)
    #expect(try control.isSameWhenFoldedAgain())
  }
}
