import EventLog
import FleetSimulator
import LMDB
import Quantities
import Sessions
import TestSupport
import Testing

@testable import Projections

@Suite("Folding any projection")
struct ProjectionFoldTests {
  /// The stations of the fleet at two sites, and a third one from the second day on.
  private func publishSites(_ control: TestLedger, _ fleet: Fleet) throws {
    let names = fleet.stations.map(\.name)
    try control.publishSite("a", Array(names[..<2]))
    try control.publishSite("b", Array(names[2..<5]))
  }

  private func store<Model: Projection>(
    _ projection: Model, in control: TestLedger, _ name: String
  ) throws -> ProjectionStore<Model> {
    let path = try control.makeDirectory(name)
    return try ProjectionStore(projection, path: path, isBeingBuilt: true)
  }

  /// The digests of a fold of the whole log.
  private func digests(
    _ projection: some Projection, of control: TestLedger, workers: Int, chunkEvents: UInt64,
    _ name: String
  ) throws -> [ReadModelDigest] {
    let store = try store(projection, in: control, name)
    try FoldRunner(
      ledger: control.ledger, generation: store, workers: workers, chunkEvents: chunkEvents
    ).run { _ in }
    return try store.digests()
  }

  @Test(
    "Rows do not depend on workers, chunks, pieces, and records out of order",
    arguments: [21, 22, 23, 24] as [UInt64])
  func anyWay(seed: UInt64) throws {
    // Given a log that came in pieces, the second of them last, and a fact in the middle of it.
    var random = SplitMix64(seed: seed)
    let fleet = try Fleet(seed: seed, days: 3)
    let control = try TestLedger()
    let pieces = fleet.pieces(4)
    let models = [
      Partition<DayCounts>.station, .site, .wholeLog,
    ].enumerated().map { FramesByDay(name: "frames_\($0.offset)", partition: $0.element) }
    let live = try models.map { try store($0, in: control, "live-\($0.name)") }
    let silences = try store(SilenceProjection(), in: control, "live-silences")
    for (index, piece) in [pieces[0], pieces[2], pieces[3], pieces[1]].enumerated() {
      try control.load(trace: piece)
      if index == 1 { try publishSites(control, fleet) }
      if index == 2 {
        try control.publishSite(
          "c", [fleet.stations[0].name, fleet.stations[5].name], from: "2026-03-03T12:00:00Z")
      }
      // When folds catch up after each piece, with other workers and chunks each time.
      let workers = Int.random(in: 1...4, using: &random)
      let chunk = UInt64.random(in: 1...400, using: &random)
      for store in live {
        try FoldRunner(
          ledger: control.ledger, generation: store, workers: workers, chunkEvents: chunk
        ).run { _ in }
      }
      try FoldRunner(
        ledger: control.ledger, generation: silences, workers: workers, chunkEvents: chunk
      ).run { _ in }
    }
    // Then they have the rows of a fold of all at once, and the states.
    for (model, store) in zip(models, live) {
      let fresh = try self.store(model, in: control, "fresh-\(model.name)")
      try fresh.catchUp(control.ledger, through: nil, workers: 2) { _ in }
      #expect(try store.digests() == fresh.digests(), "seed \(seed), \(model.name)")
      #expect(try store.digests()[0].rows >= 3)
      #expect(try store.besideRows() == fresh.besideRows(), "\(model.name)")
    }
    let expected = try digests(
      SilenceProjection(), of: control, workers: 1, chunkEvents: .max, "fresh-silences")
    #expect(try silences.digests() == expected, "seed \(seed)")
  }

  @Test("A site has the frames of its stations while they belonged to it, and a log has all")
  func merged() throws {
    let control = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try control.publishSite("a", ["CP-1", "CP-2"])
    try control.publishSite("b", ["CP-2"], from: "2026-03-02T12:00:00Z")
    control.clock.set(instant("2026-03-05T00:00:00Z"))
    let frames = ["CP-1", "CP-2", "CP-3"].flatMap { name in
      ["2026-03-02T08:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T13:00:00Z"].map {
        heartbeat(name, at: instant($0))
      }
    }
    try control.load(trace: trace(of: frames))
    let bySite = FramesByDay(partition: .site)
    let sites = try store(bySite, in: control, "sites")
    try sites.catchUp(control.ledger, through: nil, workers: 2) { _ in }
    #expect(try sites.counts() == ["a": 5, "b": 1])

    // A station that turns out to have belonged to a site is folded again.
    control.clock.set(instant("2026-03-06T00:00:00Z"))
    try control.publishSite("b", ["CP-2", "CP-3"], from: "2026-03-02T10:00:00Z")
    try sites.catchUp(control.ledger, through: nil, workers: 2) { _ in }
    // From noon on the earlier fact holds, which does not list CP-3.
    #expect(try sites.counts() == ["a": 4, "b": 4])

    let all = try store(FramesByDay(partition: .wholeLog), in: control, "all")
    try all.catchUp(control.ledger, through: nil, workers: 3) { _ in }
    #expect(try all.counts() == ["": 9])
  }

  @Test("A timer fires at its time, before the next record, and again after a late record")
  func timers() throws {
    let control = try TestLedger()
    let store = try store(SilenceProjection(), in: control, "silences")
    let start = instant("2026-03-02T08:00:00Z")
    func silences() throws -> [Instant] {
      try store.catchUp(control.ledger, through: nil, workers: 2) { _ in }
      return try store.station(StationID(rawValue: 1))?.parts.first?.state.silences ?? []
    }
    try control.load(trace: trace(of: [heartbeat(at: start)]))
    #expect(try silences() == [])
    // Another station lets the log's time pass.
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(minutes: 90))]))
    #expect(try silences() == [start.after(hours: 1)])
    try control.load(trace: trace(of: [heartbeat(at: start.after(hours: 4))]))
    #expect(try silences() == [start.after(hours: 1)])
    // Before the timer, so that it was not silent then.
    try control.load(trace: trace(of: [heartbeat(at: start.after(minutes: 40))]))
    #expect(try silences() == [start.after(minutes: 100)])
  }

  @Test("A key of the greatest length is stored, and a longer one is an error that names it")
  func longKeys() throws {
    let control = try TestLedger()
    try control.load(trace: trace(of: [heartbeat(at: instant("2026-03-02T08:00:00Z"))]))
    let fitting = LongKeys(keyBytes: RowWriter.greatestKeyBytes)
    #expect(
      try digests(fitting, of: control, workers: 1, chunkEvents: 10, "fitting")[0].rows == 1)
    let error = #expect(throws: ProjectionError.self) {
      _ = try digests(
        LongKeys(keyBytes: RowWriter.greatestKeyBytes + 1), of: control, workers: 1,
        chunkEvents: 10, "long")
    }
    #expect(error.map { "\($0)".contains("long_keys wrote a key of 257 bytes") } == true)
  }
}

extension ProjectionStore {
  /// The digests of what is beside the rows.
  fileprivate func besideRows() throws -> [String: String] {
    try environment.read { transaction in
      try tableDigests(in: transaction).mapValues { "\($0)" }
    }
  }

  /// The frames of all days, by site.
  fileprivate func counts() throws -> [String: UInt64] {
    try environment.read { transaction in
      var counts: [String: UInt64] = [:]
      try transaction.forEach(in: rows) { entry in
        let site = PartitionKey.site(of: entry.key)?.id ?? "?"
        counts[site, default: 0] += UInt64(entry.value[0])
        return true
      }
      return counts
    }
  }
}
