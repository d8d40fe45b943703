import EventLog
import FleetSimulator
import Formats
import Projections
import Quantities
import Sessions
import Sites
import Tariffs
import TestSupport
import Testing

extension TestLedger {
  /// Appends a correction if it fits, and returns its position.
  @discardableResult
  func correct(_ change: Correction.Change) throws -> UInt64 {
    let correction = Correction(change, reason: "a test", author: "me")
    return try CorrectionPublisher(ledger).publish(correction, models: models()).position
  }

  /// A ledger with a site, a tariff of 0.50 a kWh and two visits of an hour with 10 kWh each.
  static func withTwoVisits() throws -> TestLedger {
    let control = try TestLedger()
    let start = instant("2026-03-02T08:00:00Z")
    try control.publishSite()
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    try control.load(
      Visit(transaction: 1, start: start),
      Visit(token: "TAG-2", transaction: 2, start: start.after(hours: 5)))
    return control
  }

  /// The ids of all sessions in order of their start.
  func ids() throws -> [SessionID] { try sessions().map(\.session.id) }
}

@Suite("Corrections in the read models")
struct CorrectionTests {
  private let start = instant("2026-03-02T08:00:00Z")

  @Test("Every kind of fact shows in sessions and costs, and a fresh fold agrees")
  func everyKind() throws {
    let control = try TestLedger.withTwoVisits()
    let ids = try control.ids()
    try control.correct(.token(ids[0], token: "CARD"))
    try control.correct(.split(ids[0], at: start.after(minutes: 15)))
    try control.correct(.void(ids[1]))
    let sessions = try control.sessions()
    #expect(sessions.map(\.session.token) == ["CARD", "CARD", "TAG-2"])
    #expect(sessions.map(\.session.energy.wattHours) == [2_500, 7_500, 10_000])
    #expect(sessions.map(\.cents) == ["1.25", "3.75", nil])
    #expect(sessions[2].cost == .unpriced(.void))
    #expect(try control.isSameWhenFoldedAgain(workers: 1))
    #expect(try control.isSameWhenFoldedAgain(workers: 3))
    #expect(try ReadModels.rebuild(for: control.ledger).allSatisfy { $0.isSame == true })
  }

  @Test("A merged session answers to both ids")
  func merge() throws {
    let control = try TestLedger.withTwoVisits()
    let ids = try control.ids()
    try control.correct(.merge(ids))
    let whole = try control.onlySession()
    #expect(whole.session.id == ids[0] && whole.cents == "10.00")
    #expect(try control.models().session(ids[1])?.session.id == ids[0])
    #expect(try control.models().sessionIDs(beginningWith: ids[1].description) == [ids[1]])
    #expect(try control.isSameWhenFoldedAgain())
    // A fact about the younger one is about the whole.
    try control.correct(.token(ids[1], token: "CARD"))
    #expect(try control.onlySession().session.token == "CARD")
  }

  @Test("A voided session is in no total of a backtest")
  func voidIsLeftOut() throws {
    let control = try TestLedger.withTwoVisits()
    try control.correct(.void(control.ids()[0]))
    let models = try control.models()
    var tokens: [String?] = []
    for part in try models.usageParts(2) {
      try models.forEachUsage(in: part) { row, _ in tokens.append(row.token) }
    }
    #expect(tokens == ["TAG-2"])
  }

  @Test("A late record changes the evidence, and the facts hold on")
  func lateRecord() throws {
    // Given a session that was closed as lost, and split and given another token by hand.
    let control = try TestLedger()
    let visit = Visit(start: start, stopReceivedAt: start.after(hours: 70))
    try control.load(Visit(start: start, isStopLost: true))
    try control.load(trace: trace(of: [heartbeat("CP-2", at: start.after(hours: 60))]))
    let id = try control.onlySession().session.id
    try control.correct(.token(id, token: "CARD"))
    try control.correct(.split(id, at: start.after(minutes: 15)))
    #expect(try control.sessions().map(\.session.energy.wattHours) == [2_500, 2_500])
    // When its stop arrives.
    try control.load(trace: trace(of: visit.stopFrames))
    // Then the second part ends there, and what was told before is kept.
    let sessions = try control.sessions().map(\.session)
    #expect(sessions.map(\.energy.wattHours) == [2_500, 7_500])
    #expect(sessions.map(\.token) == ["CARD", "CARD"] && sessions[1].endedAt == visit.end)
    #expect(sessions[0].revisions.map(\.before.energy.wattHours) == [5_000])
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A station that is folded again keeps its corrections")
  func foldedAgain() throws {
    let control = try TestLedger.withTwoVisits()
    let ids = try control.ids()
    try control.correct(.merge(ids))
    try control.load(Visit(transaction: 9, start: start.after(hours: -24)))
    let sessions = try control.sessions()
    #expect(sessions.count == 2 && sessions[1].session.mergedIDs == [ids[1]])
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test(
    "When all facts are undone, every row is as before, in any order of undoing",
    arguments: [1, 2, 3] as [UInt64])
  func undoAll(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let control = try TestLedger.withTwoVisits()
    let ids = try control.ids()
    let before = try control.models().digests()
    var facts = [
      try control.correct(.token(ids[0], token: "CARD")),
      try control.correct(.split(ids[1], at: start.after(minutes: 330))),
      try control.correct(
        .meter(
          MeterExchange(
            station: "CP-1", connector: 1, at: start.after(minutes: 31),
            registerBefore: Energy(milliwattHours: 6_000_000),
            registerAfter: Energy(milliwattHours: 5_000_000)))),
      try control.correct(.void(ids[0])),
    ]
    #expect(try control.models().digests() != before)
    facts.shuffle(using: &random)
    for fact in facts { try control.correct(.undo(position: fact)) }
    #expect(try control.models().digests() == before, "seed \(seed)")
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("Undoing in the same run as a late record leaves no part of a split session behind")
  func undoWithLateRecord() throws {
    let control = try TestLedger.withTwoVisits()
    let ids = try control.ids()
    let split = try control.correct(.split(ids[0], at: start.after(minutes: 15)))
    let part = try control.ids()[1]
    let merge = try control.correct(.merge([part, ids[1]]))
    _ = try control.models()
    for position in [merge, split] {
      let undo = Correction(.undo(position: position), reason: "a test", author: "me")
      try control.ledger.append { batch in
        _ = try undo.body.withUnsafeBytes {
          try batch.append(
            .init(kind: .correctionFact, receivedAt: control.clock.now), body: $0)
        }
      }
    }
    // The start again, with another answer: the session gets another name.
    let repeated = Visit(transaction: 77, start: start).startFrames.map { frame in
      var late = frame
      late.at = start.after(hours: 9)
      return late
    }
    try control.load(trace: trace(of: repeated))
    let sessions = try control.sessions().map(\.session)
    #expect(sessions.map(\.id) == ids && sessions[0].transactionAliases == ["77"])
    #expect(try control.models().session(part) == nil)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("An exchanged station stands at the site, under the tariff, of the old one from then on")
  func stationExchange() throws {
    let control = try TestLedger()
    try control.publishSite("depot", ["CP-1"])
    try control.publish(tariff: "T", perKWh: "0.50", for: .station("CP-1"))
    try control.load(
      Visit(station: "NEW", transaction: 1, start: start),
      Visit(station: "NEW", transaction: 2, start: start.after(hours: 24)))
    #expect(try control.sessions().map(\.cost) == [.unpriced(.noSite), .unpriced(.noSite)])
    let exchange = StationExchange(old: "CP-1", new: "NEW", at: start.after(hours: 12))
    let position = try control.correct(.station(exchange))
    let sessions = try control.sessions()
    #expect(sessions.map { $0.placement?.siteID } == [nil, "depot"])
    #expect(sessions.map(\.cents) == [nil, "5.00"])
    #expect(try control.isSameWhenFoldedAgain())
    try control.correct(.undo(position: position))
    #expect(try control.sessions().map(\.cents) == [nil, nil])
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A fact moves no timer: a history of last year stays open when a tariff is published now")
  func factsMoveNoTime() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start, isStopLost: true))
    try control.publishSite()
    #expect(try control.onlySession().session.state == .open)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A fact that cannot be read is left out and named, and folds go on")
  func unreadableFact() throws {
    let control = try TestLedger.withTwoVisits()
    let position = try control.ledger.append { batch in
      try Array(#"{"change":"banish","reason":"r","author":"a"}"#.utf8).withUnsafeBytes {
        try batch.append(.init(kind: .correctionFact, receivedAt: control.clock.now), body: $0)
      }
    }
    #expect(try control.sessions().map(\.cents) == ["5.00", "5.00"])
    let unreadable = try control.models().facts().unreadable
    #expect(unreadable.map(\.position) == [position])
    #expect(unreadable.first?.reason.contains("banish") == true)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("Corrections among a fleet's sessions do not depend on workers or on pieces")
  func fleet() throws {
    let fleet = try Fleet(seed: 21)
    let control = try TestLedger()
    let pieces = fleet.pieces(3)
    try control.load(trace: pieces[0])
    let closed = try control.sessions().filter { $0.session.state == .closed }.map(\.session)
    try #require(closed.count > 6)
    for (index, session) in closed.prefix(6).enumerated() {
      guard let end = session.endedAt else { continue }
      let middle = session.startedAt.advanced(
        byMilliseconds: end.milliseconds(since: session.startedAt) / 2)
      switch index % 3 {
      case 0: try control.correct(.void(session.id))
      case 1: try control.correct(.token(session.id, token: "CARD"))
      default:
        if middle > session.startedAt { try control.correct(.split(session.id, at: middle)) }
      }
    }
    for piece in pieces.dropFirst() {
      try control.load(trace: piece)
      _ = try control.models(workers: 2)
    }
    for workers in 1...3 { #expect(try control.isSameWhenFoldedAgain(workers: workers)) }
  }
}

@Suite("What is no correction")
struct CorrectionRefusalTests {
  private let start = instant("2026-03-02T08:00:00Z")

  @Test("A correction that does not fit is refused, and nothing is appended")
  func refusals() throws {
    let control = try TestLedger.withTwoVisits()
    try control.load(
      Visit(station: "CP-2", transaction: 3, start: start.after(hours: 9)),
      Visit(station: "CP-3", transaction: 4, start: start.after(hours: 10), isStopLost: true))
    let ids = try control.ids()
    let void = try control.correct(.void(ids[2]))
    let split = try control.correct(.split(ids[0], at: start.after(minutes: 15)))
    let part = try control.ids()[1]
    try control.correct(.token(part, token: "CARD"))
    let head = try control.ledger.head()
    let unknown = SessionID(high: 1, low: 2)
    let range = start.after(hours: 5)..<start.after(hours: 6)
    let exchange = StationExchange(old: "CP-1", new: "CP-1", at: start)
    let refused: [(Correction.Change, CorrectionRefusal)] = [
      (.token(unknown, token: "A"), .unknownSession(unknown)),
      (.token(ids[1], token: "TAG-2"), .sameToken(ids[1], "TAG-2")),
      (.void(ids[2]), .isVoid(ids[2])),
      (.split(ids[3], at: start.after(hours: 11)), .isOpen(ids[3])),
      (.split(ids[1], at: start), .outside(ids[1], start, range)),
      (.merge([ids[1], ids[1]]), .sameSession(ids[1])),
      (.merge([ids[1], ids[3]]), .isOpen(ids[3])),
      (.merge([ids[1], ids[2]]), .isVoid(ids[2])),
      (.station(exchange), .sameStation("CP-1")),
      (.station(StationExchange(old: "X", new: "Y", at: start)), .unknownStation("X")),
      (.undo(position: 1), .noCorrection(position: 1)),
      (.undo(position: split), .breaks(positions: [split + 1])),
    ]
    for (change, refusal) in refused {
      #expect(throws: refusal, "\(change)") { try control.correct(change) }
      #expect(!refusal.description.isEmpty)
    }
    #expect(try control.ledger.head() == head)
    let undoing = try control.correct(.undo(position: void))
    #expect(throws: CorrectionRefusal.alreadyUndone(position: void, by: undoing)) {
      try control.correct(.undo(position: void))
    }
    #expect(throws: CorrectionRefusal.differentStations("CP-1", "CP-2")) {
      try control.correct(.merge([ids[1], ids[2]]))
    }
  }
}
