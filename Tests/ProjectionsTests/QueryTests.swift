import FleetSimulator
import Quantities
import Sessions
import Tariffs
import Testing

@testable import Projections

@Suite("Asking for sessions")
struct QueryTests {
  /// Four visits: two stations of a site in Berlin and one without a site; the last one is open.
  private func sample() throws -> TestLedger {
    // Publishing late would move log time, and close the open session.
    let start = instant("2026-03-02T08:00:00Z")
    let control = try TestLedger(at: start)
    try control.publishSite("depot", ["CP-1", "CP-2"])
    control.clock.set(start.after(hours: 24))
    try control.load(
      Visit(station: "CP-1", token: "A", transaction: 1, start: start),
      Visit(station: "CP-2", token: "B", transaction: 2, start: start.after(hours: 1)),
      Visit(station: "LONE", token: "A", transaction: 3, start: start.after(hours: 2)),
      Visit(
        station: "CP-1", token: "B", transaction: 4, start: start.after(hours: 3),
        isStopLost: true))
    return control
  }

  private func found(
    _ control: TestLedger, _ change: (inout SessionFilter) -> Void
  ) throws -> String {
    var filter = SessionFilter()
    change(&filter)
    return try control.sessions(filter).map(\.session.transactionID).joined(separator: " ")
  }

  @Test("Filters select by site, station, token, state and start, alone and together")
  func filters() throws {
    let control = try sample()
    #expect(try found(control) { _ in } == "1 2 3 4")
    #expect(try found(control) { $0.sites = ["depot"] } == "1 2 4")
    #expect(try found(control) { $0.sites = ["nowhere"] } == "")
    #expect(try found(control) { $0.stations = ["CP-2", "LONE"] } == "2 3")
    #expect(try found(control) { $0.token = "A" } == "1 3")
    #expect(try found(control) { $0.state = .open } == "4")
    #expect(try found(control) { $0.state = .closed } == "1 2 3")
    #expect(
      try found(control) {
        $0.sites = ["depot"]
        $0.token = "B"
        $0.state = .closed
      } == "2")
    #expect(
      try found(control) {
        $0.from = .instant(instant("2026-03-02T09:00:00Z"))
        $0.to = .instant(instant("2026-03-02T11:00:00Z"))
      } == "2 3", "the range is half-open")
  }

  @Test("Filters select by connector, energy, cost and finding")
  func moreFilters() throws {
    let control = try sample()
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    let all = try control.sessions()
    for entry in all {
      let energy = entry.session.energy
      let ids = try found(control) { ($0.minEnergy, $0.maxEnergy) = (energy, energy) }
      #expect(ids.split(separator: " ").contains { $0 == entry.session.transactionID })
      #expect(try found(control) { $0.connector = 9 } == "")
    }
    let most = try #require(all.map(\.session.energy).max())
    let beyond = Energy(milliwattHours: most.milliwattHours + 1)
    #expect(try found(control) { $0.minEnergy = beyond } == "")
    #expect(try found(control) { $0.isUnpriced = true } == "3", "LONE belongs to no site")
    let cheap = try #require(DecimalNumber("0.01").flatMap { ExactAmount($0) })
    let dear = try #require(DecimalNumber("1000").flatMap { ExactAmount($0) })
    let priced = all.compactMap { entry in
      entry.price.map { $0.inclVAT >= cheap ? entry.session.transactionID : nil } ?? nil
    }
    #expect(!priced.isEmpty)
    #expect(try found(control) { $0.minCost = cheap } == priced.joined(separator: " "))
    #expect(try found(control) { $0.minCost = dear } == "")
    for code in FindingCode.allCases {
      let expected = all.filter { $0.session.findings.contains { $0.code == code } }
      #expect(
        try found(control) { $0.findings = [code] }
          == expected.map(\.session.transactionID).joined(separator: " "))
    }
  }

  @Test("Findings are counted by station and code, as the sessions have them")
  func findingCounts() throws {
    let control = try TestLedger()
    try control.load(trace: try Fleet(seed: 21).trace)
    let models = try control.models()
    let counts = try models.findingCounts()
    var sessions: [String: Int] = [:]
    for entry in try models.sessions() {
      for finding in entry.session.findings {
        sessions["\(entry.stationName) \(finding.code)", default: 0] += 1
      }
    }
    #expect(!sessions.isEmpty)
    for count in counts where count.sessions > 0 {
      #expect(sessions.removeValue(forKey: "\(count.stationName) \(count.code)") == count.sessions)
      #expect(count.times >= UInt64(count.sessions))
    }
    #expect(sessions.isEmpty)
    #expect(counts.map(\.code.severity) == counts.map(\.code.severity).sorted(by: >))
    #expect(try models.findingCounts { _, _ in false }.isEmpty)
  }

  @Test("A date is midnight at the site, also where clocks change, and in UTC without a site")
  func dates() throws {
    // On 29 March 2026 Berlin's day begins at 23:00 and ends at 22:00 UTC.
    let control = try TestLedger()
    try control.publishSite("depot", ["CP-1"])
    let starts = [
      "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z",
      "2026-03-29T22:00:00Z",
    ].map(instant)
    let visits = ["CP-1", "LONE"].enumerated().flatMap { place, station in
      starts.enumerated().map { index, start in
        Visit(station: station, transaction: place * 4 + index + 1, start: start, minutes: 0)
      }
    }
    try control.load(trace: trace(of: visits.flatMap(\.frames)))
    let from = try #require(SessionFilter.Bound("2026-03-29"))
    let to = try #require(SessionFilter.Bound("2026-03-30"))
    func ids(_ station: String) throws -> String {
      try found(control) {
        $0.stations = [station]
        ($0.from, $0.to) = (from, to)
      }
    }
    #expect(try ids("CP-1") == "2 3")
    #expect(try ids("LONE") == "7 8")
  }

  @Test("Bounds are dates or times with an offset, and nothing else")
  func bounds() {
    #expect(SessionFilter.Bound("2026-03-01T00:00:00+01:00") != nil)
    for text in ["", "2026-13-01", "2026-02-30", "yesterday", "2026-03-01T00:00:00", "1"] {
      #expect(SessionFilter.Bound(text) == nil, "\(text)")
    }
  }

  @Test("A session is found by its id and by the first digits of it")
  func byID() throws {
    let control = try TestLedger()
    try control.load(trace: try Fleet(seed: 22).trace)
    let models = try control.models()
    let ids = try models.sessions().map(\.session.id)
    #expect(Set(ids).count == ids.count)
    for id in ids.prefix(10) {
      #expect(try models.session(id)?.session.id == id)
      #expect(try models.sessionIDs(beginningWith: id.description) == [id])
      #expect(try models.sessionIDs(beginningWith: id.description.uppercased()) == [id])
      let short = String(id.description.prefix(2))
      let expected = ids.filter { $0.description.hasPrefix(short) }
        .sorted { $0.description < $1.description }
      #expect(try models.sessionIDs(beginningWith: short) == Array(expected.prefix(2)))
    }
    #expect(try models.sessionIDs(beginningWith: "not hexadecimal") == [])
    #expect(try models.sessionIDs(beginningWith: String(repeating: "0", count: 33)) == [])
    #expect(try models.session(SessionID(high: 0, low: 1)) == nil)
  }

  @Test("Parts of the usage rows are all sessions, each once, with their costs")
  func usageParts() throws {
    let control = try TestLedger()
    let fleet = try Fleet(seed: 23)
    try control.publishSite("depot", fleet.stations.map(\.name))
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    try control.load(trace: fleet.trace)
    let models = try control.models()
    let expected = try models.sessions().compactMap { entry in
      entry.price.map { "\(entry.session.id) \($0.exclVAT)" }
    }
    #expect(expected.count > 20)
    for parts in [1, 2, 7, 1000] {
      var found: [String] = []
      for part in try models.usageParts(parts) {
        try models.forEachUsage(in: part) { row, cost in
          guard case .priced(let price) = cost else { return }
          found.append("\(row.sessionID) \(price.exclVAT)")
        }
      }
      #expect(found.sorted() == expected.sorted(), "\(parts) parts")
    }
  }

  @Test("Parts stay what they were when sessions are added between two of them")
  func usagePartsWhileSessionsAreAdded() throws {
    let control = try TestLedger()
    func visits(_ hours: Range<Int>) -> [Visit] {
      hours.map { hour in
        Visit(
          transaction: hour, start: instant("2026-03-02T00:00:00Z").after(hours: hour), minutes: 30)
      }
    }
    try control.load(trace: trace(of: visits(1..<10).flatMap(\.frames)))
    let models = try control.models()
    var found: [SessionID] = []
    for part in try models.usageParts(3) {
      try models.forEachUsage(in: part) { row, _ in found.append(row.sessionID) }
      // What another process may do meanwhile.
      try control.load(trace: trace(of: visits(1..<40).flatMap(\.frames)))
      try FoldRunner(ledger: control.ledger, generation: models.generation, workers: 1).run { _ in }
    }
    #expect(found.count == 9 && Set(found).count == 9)
    #expect(try models.sessionCount() == 39)
  }

  @Test("A ledger without sessions answers with nothing")
  func empty() throws {
    let control = try TestLedger()
    #expect(try control.isSameWhenFoldedAgain())
    let models = try control.models()
    #expect(try models.sessionCount() == 0 && models.sessions().isEmpty)
    #expect(try models.sessionIDs(beginningWith: "").isEmpty)
    #expect(try models.usageParts(2).isEmpty)
    #expect(try models.frameCounts() == FrameCounts())
  }
}
