import EventLog
import LMDB
import Sessions
import Tariffs
import Testing

@testable import Projections

/// Folding again in other ways, and telling where a row differs.
@Suite("Folding again to compare")
struct ReplayTests {
  private func folded() throws -> TestLedger {
    let control = try TestLedger()
    try control.publishSite()
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    try control.load(
      Visit(token: "A", transaction: 1, start: instant("2026-03-02T08:00:00Z")),
      Visit(token: "B", transaction: 2, start: instant("2026-03-02T12:00:00Z")))
    _ = try control.models()
    return control
  }

  private let settings = [
    FoldSettings(workers: 1, eventsAtOnce: 1), FoldSettings(workers: 3, eventsAtOnce: 4),
  ]

  @Test("Every fold has the tables of every other, and of those that serve")
  func same() throws {
    let control = try folded()
    let folds = try settings.map { try ReadModels.replay(of: control.ledger, $0) }
    #expect(folds[0] == folds[1] && folds[0].differences.isEmpty)
    #expect(folds[0].tables.first { $0.name == "sessions" }?.rows == 2)
  }

  @Test("A fold that ends before what serves is brought up to it before they are compared")
  func earlier() throws {
    let control = try folded()
    let end = try ReadModels.replay(of: control.ledger, settings[0])
    let early = try ReadModels.replay(of: control.ledger, settings[1], through: end.position - 6)
    #expect(early.position == end.position - 6 && early.differences.isEmpty)
    #expect(early.tables != end.tables)
  }

  @Test("The first row that differs is named, for each table")
  func differences() throws {
    let control = try folded()
    let sessions = try control.sessions().map(\.session.openedAtPosition)
    try Self.change(control, sessions[1])

    let found = try ReadModels.replay(of: control.ledger, settings[1]).differences

    let key = withUnsafeBytes(of: sessions[1].bigEndian) { Array($0) }
    #expect(
      found == [
        TableDifference(
          table: "usage", flaw: .changed, key: key, sessionPosition: sessions[1]),
        TableDifference(table: "costs", flaw: .added, key: key, sessionPosition: sessions[1]),
        TableDifference(
          table: "names", flaw: .missing, key: [UInt8](repeating: 0, count: 8)),
      ])
  }

  /// Takes away what a session costs, changes its usage, and adds a name that nobody gave.
  private static func change(_ control: TestLedger, _ session: UInt64) throws {
    let generation = try control.models().generation
    try generation.environment.write { transaction in
      try withUnsafeBytes(of: session.bigEndian) {
        _ = try transaction.delete($0, in: generation.costs)
      }
      try [1, 2, 3].withUnsafeBytes { try transaction.put(session, $0, in: generation.usage) }
      try [7].withUnsafeBytes { try transaction.put(0, $0, in: generation.names) }
    }
  }
}
