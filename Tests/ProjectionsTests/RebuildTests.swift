import EventLog
import FleetSimulator
import Foundation
import LMDB
import Sessions
import Tariffs
import Testing

@testable import Projections

@Suite("Folding the log, in whatever way")
struct RebuildTests {
  @Test(
    "A log that was folded piece by piece has the rows of one folded at once",
    arguments: [1, 2, 3, 5])
  func pieces(workers: Int) throws {
    let fleet = try Fleet(seed: 11)
    for count in [2, 7] {
      let control = try TestLedger()
      try control.publishSite("depot", fleet.stations.map(\.name))
      try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
      for piece in fleet.pieces(count) {
        try control.load(trace: piece)
        try control.catchUpAll(workers: workers)
      }
      let models = try ReadModels.rebuild(for: control.ledger, workers: workers)
      #expect(models.allSatisfy { $0.isSame == true }, "\(count) pieces, \(workers) workers")
      #expect(models.map(\.model.name) == ["sessions", "usage", "costs", "stations"])
      #expect(models[..<3].allSatisfy { $0.model.rows >= fleet.summary.sessions })
      #expect(models[3].model.rows == fleet.stations.count)
    }
  }

  @Test("Rows do not depend on the number of workers or on how much is folded at a time")
  func workersAndChunks() throws {
    let control = try TestLedger()
    try control.load(trace: try Fleet(seed: 12).trace)
    let expected = try control.models(workers: 1).digests()
    for (workers, chunkEvents) in [(1, 1), (2, 64), (3, 1000), (5, 333)] as [(Int, UInt64)] {
      let directory = ModelDirectory(ledger: control.ledger)
      let found = try directory.withTemporaryGeneration(of: directory.projections["sessions"]) {
        try FoldRunner(
          ledger: control.ledger, generation: #require($0.sessions), workers: workers,
          chunkEvents: chunkEvents
        ).run { _ in }
        return try $0.digests()
      }
      #expect(found == expected, "\(workers) workers, \(chunkEvents) events at a time")
    }
  }

  @Test("Files imported in the reverse order give the sessions of the right order")
  func reverseOrder() throws {
    let fleet = try Fleet(seed: 13)
    let inOrder = try TestLedger()
    let reversed = try TestLedger()
    // Ledgers number stations by their first appearance, and keys depend on the numbers.
    for control in [inOrder, reversed] {
      let start = instant("2026-03-01T00:00:00Z")
      try control.load(trace: trace(of: fleet.stations.map { heartbeat($0.name, at: start) }))
    }
    try inOrder.load(trace: fleet.trace)
    for piece in fleet.pieces(4).reversed() {
      try reversed.load(trace: piece)
      _ = try reversed.models()
    }
    func told(_ control: TestLedger) throws -> [String: Session] {
      let named = try control.sessions().map { entry in
        ("\(entry.stationName) \(entry.session.transactionID)", entry.session.withoutPositions)
      }
      return Dictionary(uniqueKeysWithValues: named)
    }
    let expected = try told(inOrder)
    let found = try told(reversed)
    #expect(found.keys.sorted() == expected.keys.sorted() && found.count > 20)
    for (name, session) in expected { #expect(found[name] == session, "\(name)") }
    #expect(try reversed.isSameWhenFoldedAgain())
  }

  @Test("The same events at one time are folded in the order of the log")
  func equalTimes() throws {
    let control = try TestLedger()
    let now = instant("2026-03-02T08:00:00Z")
    try control.load(
      Visit(token: "A", transaction: 1, start: now, minutes: 0),
      Visit(token: "B", transaction: 2, start: now, minutes: 0))
    let sessions = try control.sessions().map(\.session)
    #expect(sessions.map(\.transactionID) == ["1", "2"])
    #expect(sessions.map(\.openedAtPosition) == sessions.map(\.openedAtPosition).sorted())
  }
}

@Suite("Read models on the disk")
struct ModelDirectoryTests {
  /// A ledger with one visit, folded, and where its models are.
  private func folded() throws -> (control: TestLedger, directory: ModelDirectory) {
    let control = try TestLedger()
    try control.publishSite()
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    try control.load(Visit(start: instant("2026-03-02T08:00:00Z")))
    _ = try control.models()
    return (control, ModelDirectory(ledger: control.ledger))
  }

  @Test("Models that were deleted come back row for row")
  func deleted() throws {
    let (control, directory) = try folded()
    let before = try control.models().digests()
    try FileManager.default.removeItem(atPath: directory.path)
    #expect(try control.models().digests() == before)
    #expect(before.map(\.rows) == [1, 1, 1])
  }

  @Test(
    "A serving file that cannot be used leads to a new build, and to no error",
    arguments: [
      "", "{", "[]", "{}", #"{"sessions":"v6-1"}"#, #"{"sessions":{"serving":"v6-9"}}"#,
      #"{"sessions":{"serving":7,"previous":[]}}"#, #"{"other":{"serving":"v6-1"}}"#,
      #"{"generation":"generation-1","layout":5,"versions":{"sessions":2}}"#,
      #"{"sessions":{"serving":"v6-99999999999999999999"}}"#, "\u{0}\u{1}",
    ])
  func brokenServingFile(text: String) throws {
    let (control, directory) = try folded()
    let before = try control.models().digests()
    try text.write(toFile: directory.path + "/serving.json", atomically: true, encoding: .utf8)
    #expect(try control.models().digests() == before)
    #expect(try directory.serving().entries["sessions"]?.serving.version == Generation.version)
  }

  @Test("A projection with a table of another version is built anew first, and the old one is kept")
  func otherVersion() throws {
    let (control, directory) = try folded()
    let old = try #require(try directory.serving().entries["sessions"]).serving
    let path = directory.path(of: old, of: "sessions")
    var file = try #require(try GenerationFile(inDirectory: path))
    file.tables["costs"] = 0
    try file.write(inDirectory: path)
    #expect(throws: RebuildReason.tables(["costs"])) {
      try directory.openServing(of: "sessions", for: control.ledger)
    }

    var notices: [ModelNotice] = []
    let models = try ReadModels.open(for: control.ledger, notice: { notices.append($0) })
    #expect(notices == [.buildsFirst(projection: "sessions", .tables(["costs"]))])
    #expect(try models.digests().map(\.rows) == [1, 1, 1])
    let new = try #require(try directory.serving().entries["sessions"])
    #expect(new.serving.number > old.number && new.previous == old)
    // A program that can read it may go back to it; this one cannot.
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(throws: ProjectionError.nothingToRollBackTo(["sessions"])) {
      try Rebuild(of: control.ledger).rollBack()
    }
  }

  @Test("What a build that was killed has left is removed by the next if it cannot be gone on with")
  func leftovers() throws {
    let (control, directory) = try folded()
    let left = directory.path(of: "sessions") + "/building-v\(Generation.version)-9"
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    try "half".write(toFile: left + "/data.mdb", atomically: true, encoding: .utf8)
    var notices: [ModelNotice] = []
    _ = try Rebuild(of: control.ledger).run(notice: { notices.append($0) })
    #expect(
      notices == [
        .discards(projection: "sessions", generation: "v\(Generation.version)-9", .damaged)
      ])
    #expect(!FileManager.default.fileExists(atPath: left))
  }

  @Test("Verifying finds a row that was changed, and a rebuild mends it", arguments: 0..<3)
  func tampered(projection: Int) throws {
    let (control, directory) = try folded()
    try control.change { generation, transaction in
      var (key, row): (UInt64, [UInt8]) = (0, [])
      try transaction.forEach(in: generation.rows[projection]) { entry in
        (key, row) = (Key.number(entry.key) ?? 0, Array(entry.value))
        return true
      }
      row[row.count - 1] ^= 1
      try row.withUnsafeBytes { try transaction.put(key, $0, in: generation.rows[projection]) }
    }
    let found = try ReadModels.verify(for: control.ledger)
    #expect(found.map(\.isSame) == (0..<4).map { $0 != projection })
    #expect(try directory.serving().entries["sessions"] != nil)

    #expect(try ReadModels.rebuild(for: control.ledger).map(\.isSame) == found.map(\.isSame))
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("Verifying says when a row is missing or too many")
  func missingRow() throws {
    let (control, _) = try folded()
    try control.change { generation, transaction in try transaction.clear(generation.costs) }
    #expect(try ReadModels.verify(for: control.ledger).map(\.isSame) == [true, true, false, true])
  }
}

extension TestLedger {
  /// Changes the generation that serves behind its back.
  fileprivate func change(
    _ body: (Generation, borrowing WriteTransaction) throws -> Void
  ) throws {
    let generation = try models().generation
    try generation.environment.write { transaction in try body(generation, transaction) }
  }
}
