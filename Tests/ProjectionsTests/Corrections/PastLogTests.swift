import EventLog
import Projections
import Quantities
import Sessions
import Tariffs
import Testing

@Suite("The log as of another time")
struct PastLogTests {
  private let start = instant("2026-03-02T08:00:00Z")

  /// A lost stop, closed by silence; then the stop, a tariff and a correction, each an hour later.
  private func control() throws -> TestLedger {
    let control = try TestLedger(at: instant("2027-01-01T00:00:00Z"))
    try control.publishSite()
    try control.load(Visit(start: start, isStopLost: true))
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 60))]))
    control.clock.set(instant("2027-01-01T01:00:00Z"))
    let late = Visit(start: start, stopReceivedAt: start.after(hours: 70))
    try control.load(trace: trace(of: late.stopFrames))
    control.clock.set(instant("2027-01-01T02:00:00Z"))
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    control.clock.set(instant("2027-01-01T03:00:00Z"))
    try control.correct(.token(control.onlySession().session.id, token: "CARD"))
    return control
  }

  private func told(_ control: TestLedger, asOf time: String) throws -> SessionEntry? {
    let position = try PastLog.position(in: control.ledger, recordedBy: instant(time))
    let station = try control.onlySession().session.station
    return try PastLog(control.ledger, through: position).sessions(ofStation: station).first
  }

  @Test("A session is told with the records, tariffs and facts of that time only")
  func prefixes() throws {
    let control = try control()
    let lost = try #require(try told(control, asOf: "2027-01-01T00:30:00Z"))
    #expect(lost.session.isEstimated && lost.session.energy.wattHours == 5_000)
    #expect(lost.cost == .unpriced(.noTariff) && lost.timeline.steps.isEmpty)
    let stopped = try #require(try told(control, asOf: "2027-01-01T01:00:00Z"))
    #expect(stopped.session.energy.wattHours == 10_000 && stopped.cost == .unpriced(.noTariff))
    let priced = try #require(try told(control, asOf: "2027-01-01T02:00:00Z"))
    #expect(priced.cents == "5.00" && priced.session.token == "TAG-1")
    #expect(try told(control, asOf: "2026-12-31T00:00:00Z") == nil)
  }

  @Test("As of the head it is the session that the read models serve")
  func head() throws {
    let control = try control()
    let now = try control.onlySession()
    let past = try #require(try told(control, asOf: "2027-01-01T03:00:00Z"))
    #expect(past.session == now.session && past.cost == now.cost)
    #expect(past.placement == now.placement)
  }

  @Test("The timeline lists the late record and the fact, with what was told before and after")
  func timeline() throws {
    let control = try control()
    let session = try control.onlySession().session
    let steps = try control.models().timeline(of: session).steps
    try #require(steps.count == 2)
    #expect(steps[0].before?.energy.wattHours == 5_000 && steps[0].before?.isEstimated == true)
    #expect(steps[0].after?.energy.wattHours == 10_000)
    #expect(steps[1].before?.token == "TAG-1" && steps[1].after?.token == "CARD")
  }
}
