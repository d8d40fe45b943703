import EventLog
import Foundation
import Sessions
import Tariffs
import Testing

@testable import Projections

@Suite("Read models after an upgrade of the program")
struct UpgradeTests {
  private let control: TestLedger
  private let old: ModelDirectory
  private let start = instant("2026-03-02T00:00:00Z")

  /// A ledger with the models of a release that knew version 1.
  init() throws {
    control = try TestLedger()
    try control.publishSite()
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    for number in 0..<4 {
      try control.load(Visit(transaction: number, start: start.after(hours: 2 * number)))
    }
    old = ModelDirectory(control.ledger, current: .sessions(version: 1))
    _ = try ReadModels.open(for: control.ledger, in: old)
  }

  private func open(_ directory: ModelDirectory) throws -> (ReadModels, [ModelNotice]) {
    var notices: [ModelNotice] = []
    let models = try ReadModels.open(
      for: control.ledger, in: directory, notice: { notices.append($0) })
    return (models, notices)
  }

  @Test("The version before serves and is kept up to date while the new one is built and after")
  func equivalent() throws {
    let new = ModelDirectory(
      control.ledger, current: .sessions(version: 2), previous: .sessions(version: 1))
    try control.load(Visit(transaction: 9, start: start.after(hours: 20)))
    let (models, notices) = try open(new)
    #expect(try models.sessionCount() == 5 && models.generation.path.hasSuffix("/v1-1"))
    #expect(
      notices == [.servesOlderVersion(projection: "sessions", .version(from: 1, to: 2))])

    let rebuilt = try #require(try Rebuild(of: control.ledger, in: new).run().first)
    #expect(rebuilt.generation == "v2-2" && rebuilt.replaced == "v1-1")
    #expect(rebuilt.models.map(\.isSame) == [true, true, true])
    #expect(rebuilt.models.allSatisfy { $0.difference == nil })

    try control.load(Visit(transaction: 10, start: start.after(hours: 24)))
    let (after, none) = try open(new)
    #expect(try after.sessionCount() == 6 && none.isEmpty)
    // The program of before finds its generation fresh.
    _ = try Rebuild(of: control.ledger, in: new).rollBack()
    let (before, _) = try open(old)
    #expect(try before.sessionCount() == 6 && before.generation.path.hasSuffix("/v1-1"))
    #expect(try old.serving().entries["sessions"]?.previous == .init(version: 2, number: 2))
  }

  @Test("What a version does otherwise is counted, with sessions as examples")
  func notEquivalent() throws {
    let new = ModelDirectory(
      control.ledger, current: .altered(version: 2), previous: .sessions(version: 1))
    let ids = try open(old).0.sessions().map { "\($0.session.id)" }
    let rebuilt = try #require(try Rebuild(of: control.ledger, in: new).run().first)
    #expect(rebuilt.models.map(\.isSame) == [true, true, nil])
    let costs = try #require(rebuilt.models[2].difference)
    #expect(costs.same == 2 && !costs.isEmpty)
    #expect(RowDifference.Kind.allCases.map { costs.count($0) } == [1, 1, 1])
    #expect(costs.examples[.removed] == [ids[0]] && costs.examples[.changed] == [ids[1]])
    // Of what has no session its key is told.
    #expect(costs.examples[.added] == ["\(UInt64(1) << 40)"])
  }

  @Test("A version that the program does not carry is replaced first, which is told")
  func unreadable() throws {
    let new = ModelDirectory(control.ledger, current: .sessions(version: 2))
    let (models, notices) = try open(new)
    #expect(try models.sessionCount() == 4 && models.generation.path.hasSuffix("/v2-2"))
    #expect(notices == [.buildsFirst(projection: "sessions", .version(from: 1, to: 2))])
    #expect(try new.serving().entries["sessions"]?.previous == .init(version: 1, number: 1))
    // The program of before goes back to what it can read.
    let (before, told) = try open(old)
    #expect(try before.sessionCount() == 4)
    #expect(told == [.buildsFirst(projection: "sessions", .version(from: 2, to: 1))])
  }

  @Test("Going back to a version that the program does not carry is refused, and changes nothing")
  func rollBackToUnreadable() throws {
    let new = ModelDirectory(control.ledger, current: .sessions(version: 2))
    _ = try open(new)
    let serving = try new.serving()
    #expect(throws: ProjectionError.nothingToRollBackTo(["sessions"])) {
      try Rebuild(of: control.ledger, in: new).rollBack()
    }
    #expect(try new.serving() == serving)
  }

  @Test("Models of the layout before are replaced")
  func olderLayout() throws {
    try FileManager.default.removeItem(atPath: old.path)
    try FileManager.default.createDirectory(
      atPath: old.path + "/generation-3", withIntermediateDirectories: true)
    try #"{"generation":"generation-3","layout":5,"versions":{"sessions":2}}"#
      .write(toFile: old.path + "/serving.json", atomically: true, encoding: .utf8)
    let (models, _) = try open(old)
    #expect(try models.sessionCount() == 4)
    let names = try FileManager.default.contentsOfDirectory(atPath: old.path).sorted()
    #expect(names == ["lock", "serving.json", "sessions"])
  }
}
