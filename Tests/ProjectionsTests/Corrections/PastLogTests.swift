import EventLog
import Projections
import Quantities
import Sessions
import Sites
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

  @Test("Power above the connector's is found in the past as it is found now")
  func powerAboveConnector() throws {
    let control = try TestLedger()
    let site = Site(
      id: "depot", timeZone: "Europe/Berlin",
      stations: [
        Site.Station(
          id: "CP-1", connectors: [.init(connector: 1, maxPower: Power(milliwatts: 5_000_000))])
      ])
    _ = try FactPublisher(control.ledger).publish(SiteFact(site: site, zone: .berlin))
    try control.load(Visit(start: start))
    let now = try control.onlySession()
    let past = try #require(try told(control, asOf: "2027-01-01T00:00:00Z"))
    #expect(now.session.findings.contains { $0.code == .powerAboveConnector })
    #expect(past.session == now.session)
    // And it is counted as it is listed.
    let counts = try control.models().findingCounts { _, code in code == .powerAboveConnector }
    #expect(counts.map(\.sessions) == [1])
  }

  @Test("An undo of itself or of a later fact undoes nothing and is followed to no end")
  func endlessUndo() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start))
    let head = try control.ledger.read { $0.head }
    for undone in [head + 1, head + 3, head + 2] {
      try control.ledger.append { batch in
        let fact = Correction(.undo(position: undone), reason: "a test", author: "me")
        _ = try fact.body.withUnsafeBytes {
          try batch.append(.init(kind: .correctionFact, receivedAt: control.clock.now), body: $0)
        }
      }
    }
    let book = try control.models().facts().corrections
    // The third undoes the second, which comes before it; nothing else holds.
    try #require(book.entries.count == 3)
    #expect(book.entries.map { book.undoing($0) } == [nil, head + 3, nil])
    #expect(!book.entries.contains { book.movesStations($0) })
    for undone in head + 1...head + 3 where undone != head + 2 {
      let change = Correction.Change.undo(position: undone)
      let plan = try CorrectionPlan(
        Correction(change, reason: "a test", author: "me"), for: control.models())
      #expect(plan.changes.isEmpty)
    }
  }
}
