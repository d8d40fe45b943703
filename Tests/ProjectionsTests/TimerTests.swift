import Projections
import Quantities
import Sessions
import Testing

@Suite("Silence")
struct TimerTests {
  private let start = instant("2026-03-02T08:00:00Z")

  private func found(_ control: TestLedger, _ code: FindingCode) throws -> Bool {
    try control.onlySession().session.findings.contains { $0.code == code }
  }

  @Test("A session whose stop was lost stays open until log time says otherwise")
  func open() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start, isStopLost: true))
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 40))]))
    #expect(try control.onlySession().session.state == .open)
    #expect(try control.onlySession().session.energy.wattHours == 5000)
  }

  @Test("Another station's record moves log time, and the lost stop is closed as estimated")
  func closedBySilence() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start, isStopLost: true))
    _ = try control.models()
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 60))]))
    let session = try control.onlySession().session
    #expect(session.state == .closed && session.closing == .silence && session.isEstimated)
    #expect(try found(control, .closedBySilence))
    #expect(try control.isSameWhenFoldedAgain())
    // What is kept of the silent station does not depend on when its timer was looked at.
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 80))]))
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A stop that comes after the silence reopens the session and corrects it")
  func lateStop() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start, isStopLost: true))
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 60))]))
    #expect(try control.onlySession().session.isEstimated)
    let visit = Visit(start: start, stopReceivedAt: start.after(hours: 70))
    try control.load(trace: trace(of: visit.stopFrames))

    let session = try control.onlySession().session
    #expect(!session.isEstimated && session.closing == .stop)
    #expect(session.energy.wattHours == 10_000 && session.endedAt == visit.end)
    #expect(try found(control, .lateStop) && !(try found(control, .closedBySilence)))
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A stop received before the silence was over, but imported after, is as if in order")
  func lateImport() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start, isStopLost: true))
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 60))]))
    #expect(try control.onlySession().session.isEstimated)
    let visit = Visit(start: start)
    try control.load(trace: trace(of: visit.stopFrames))

    let session = try control.onlySession().session
    #expect(!session.isEstimated && session.endedAt == visit.end)
    #expect(session.findings.isEmpty)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A clock more than a day ahead of the recorder's does not make timers fire")
  func clockFarAhead() throws {
    let control = try TestLedger(at: start.after(hours: 2))
    try control.load(Visit(start: start, isStopLost: true))
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 24 * 30))]))
    #expect(try control.onlySession().session.state == .open)
    #expect(try control.isSameWhenFoldedAgain())
  }
}
