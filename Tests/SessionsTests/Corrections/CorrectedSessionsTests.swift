import ChargerEvents
import Quantities
import TestSupport
import Testing

@testable import Sessions

@Suite("Corrections by hand")
struct CorrectedSessionsTests {
  private let visits = twoVisits()
  private var first: Session { visits[0] }
  private var second: Session { visits[1] }

  @Test("a token replaces the one that the station sent")
  func token() {
    var corrected = Corrected(visits)
    let position = corrected.add(.token(first.id, token: "CARD"))
    #expect(corrected.sessions.map(\.token) == ["CARD", "TAG-2"])
    #expect(corrected.sessions[0].findings.last?.positions == [position])
    corrected.add(.token(first.id, token: nil))
    #expect(corrected.sessions[0].token == nil)
  }

  @Test("a voided session stays, marked")
  func void() {
    var corrected = Corrected(visits)
    corrected.add(.void(second.id))
    #expect(corrected.sessions.map(\.isVoid) == [false, true])
    #expect(corrected.sessions[1].energy == second.energy)
  }

  @Test(
    "a cut gives each part what was delivered in it, to the milliwatt-hour",
    arguments: [1, 600, 1_199, 1_200, 1_201, 2_400, 3_000, 3_599] as [Int64])
  func split(at seconds: Int64) throws {
    var corrected = Corrected([first])
    corrected.add(.split(first.id, at: time(seconds)))
    let parts = corrected.sessions
    try #require(parts.count == 2)
    #expect(parts[0].id == first.id && parts[1].id != first.id && parts[1].splitFrom == first.id)
    #expect(parts[0].endedAt == time(seconds) && parts[1].startedAt == time(seconds))
    #expect(parts[1].endedAt == first.endedAt && parts[1].stopReason == "Local")
    // Even power over 2,400 s, then nothing.
    let delivered = 10_000_000 * min(seconds, 2_400) / 2_400
    #expect(parts[0].energy.milliwattHours == delivered)
    #expect(parts[1].energy.milliwattHours == 10_000_000 - delivered)
    for part in parts {
      let sum = part.intervals.reduce(0) { $0 + $1.energy.milliwattHours }
      #expect(sum == part.energy.milliwattHours)
      #expect(part.intervals.last?.end == part.endedAt)
      #expect(roundTrip(part) == part)
    }
  }

  @Test("a cut outside the session, or of an open one, is left out with a finding")
  func cutOutside() {
    let open = StationRun([Entry(0, .start(at: 0, meter: 0))]).sessions[0]
    for (session, seconds) in [(first, 0), (first, 3_600), (first, 9_999), (open, 60)]
      as [(Session, Int64)]
    {
      var corrected = Corrected([session])
      corrected.add(.split(session.id, at: time(seconds)))
      #expect(corrected.sessions.count == 1)
      #expect(corrected.sessions[0].energy == session.energy)
      #expect(corrected.sessions[0].has(.correctionNotApplied))
    }
  }

  @Test("merged sessions are the older one, with the energy of both and a pause between them")
  func merge() throws {
    var corrected = Corrected(visits)
    corrected.add(.merge([second.id, first.id]))
    let whole = try #require(corrected.sessions.first)
    #expect(corrected.sessions.count == 1)
    #expect(whole.id == first.id && whole.mergedIDs == [second.id])
    #expect(corrected.result.session(second.id) == whole)
    #expect(whole.startedAt == first.startedAt && whole.endedAt == second.endedAt)
    #expect(whole.energy.milliwattHours == 20_000_000)
    #expect(whole.transactionID == "1" && whole.transactionAliases == ["2"])
    let pause = whole.intervals.filter { $0.start >= time(3_600) && $0.end <= time(36_000) }
    #expect(pause.allSatisfy { $0.energy == .zero && $0.activity == .suspendedEV })
    #expect(pause.reduce(0) { $0 + $1.end.milliseconds(since: $1.start) } == 32_400_000)
    #expect(roundTrip(whole) == whole)
  }

  @Test("sessions of absurd energy are merged without a crash")
  func absurdMerge() throws {
    var (one, other) = (first, second)
    one.energy = Energy(milliwattHours: .max - 5)
    other.energy = Energy(milliwattHours: .max - 5)
    var corrected = Corrected([one, other])
    corrected.add(.merge([one.id, other.id]))
    #expect(corrected.sessions.map(\.energy.milliwattHours) == [.max])
  }

  @Test("a session that was taken back is not merged into one that is billed")
  func mergeWithVoid() {
    var credited = second
    credited.isVoid = true
    var corrected = Corrected([first, credited])
    corrected.add(.merge([first.id, credited.id]))
    #expect(corrected.sessions.map(\.isVoid) == [false, true])
    #expect(corrected.sessions[0].energy == first.energy)
  }

  @Test("what was billed adds up when sessions are merged, and belongs to no part of a cut one")
  func billedAmounts() throws {
    let francs = try #require(CurrencyCode("CHF"))
    func billed(_ units: Int64, in currency: CurrencyCode) throws -> BilledAmount {
      let amount = ExactAmount(flat: units * 10_000)
      return BilledAmount(currency: currency, exclVAT: nil, inclVAT: amount)
    }
    var (one, other) = (first, second)
    (one.billed, other.billed) = (try billed(500, in: francs), try billed(250, in: francs))
    var merged = Corrected([one, other])
    merged.add(.merge([one.id, other.id]))
    #expect(merged.sessions[0].billed == (try billed(750, in: francs)))
    var cut = Corrected([one])
    cut.add(.split(one.id, at: time(1_200)))
    #expect(cut.sessions.map(\.billed) == [nil, nil])
  }

  @Test("sessions that overlap are not merged")
  func overlap() {
    var other = second
    other.startedAt = time(3_000)
    var corrected = Corrected([first, other])
    corrected.add(.merge([first.id, other.id]))
    #expect(corrected.sessions.count == 2)
    #expect(corrected.sessions.allSatisfy { $0.has(.correctionNotApplied) })
  }

  @Test("a fact about a session that became part of another is about the whole")
  func alias() {
    var corrected = Corrected(visits)
    corrected.add(.merge([first.id, second.id]))
    corrected.add(.token(second.id, token: "CARD"))
    #expect(corrected.sessions.map(\.token) == ["CARD"])
  }

  @Test("an exchange of the meter in a session counts on from the new register")
  func meter() {
    // The new meter begins at 7 Wh; without the fact the fall is not counted.
    let run = StationRun([
      Entry(0, .start(at: 0, meter: 50_000)), Entry(1, .answer(id: 1)),
      Entry(900, .meter(id: 1, [register(52_000, at: 900)])),
      Entry(1_800, .meter(id: 1, [register(1_007, at: 1_800)])),
      Entry(3_600, .stop(id: 1, at: 3_600, meter: 2_007)),
    ])
    let session = run.sessions[0]
    #expect(session.energy.wattHours != 4_500)
    var corrected = Corrected([session])
    corrected.add(
      .meter(
        MeterExchange(
          station: "CP-7", connector: 1, at: time(1_000), registerBefore: wattHours(52_500),
          registerAfter: wattHours(7))))
    #expect(corrected.sessions[0].energy.wattHours == 4_500)
    #expect(corrected.sessions[0].energyEvidence == .startAndStop)
    #expect(!corrected.sessions[0].has(.stopBelowStart))
    // And not for another connector or time.
    for (connector, seconds) in [(2, 1_000), (1, 4_000)] as [(Int32, Int64)] {
      var other = Corrected([session])
      other.add(
        .meter(
          MeterExchange(
            station: "CP-7", connector: connector, at: time(seconds),
            registerBefore: wattHours(52_500), registerAfter: wattHours(7))))
      #expect(other.sessions == [session])
    }
  }

  @Test("an exchange of the meter between two sessions is no gap; energy beside it still is")
  func meterBetween() throws {
    // The first ends at 110,000 Wh; the new meter shows 3,000 Wh as the second begins.
    var visits = visits
    visits[1] =
      StationRun([
        Entry(0, .start(at: 0, meter: 100_000, message: "s1")),
        Entry(1, .answer(id: 1, message: "s1")),
        Entry(3_600, .stop(id: 1, at: 3_600, meter: 110_000)),
        Entry(36_000, .start(at: 36_000, meter: 3_000, message: "s2")),
        Entry(36_001, .answer(id: 2, message: "s2")),
        Entry(39_600, .stop(id: 2, at: 39_600, meter: 13_000)),
      ]).sessions[1]
    #expect(visits[1].has(.registerChangedBetweenSessions))
    func codes(before: Int64, after: Int64, at seconds: Int64 = 20_000) -> [FindingCode] {
      var corrected = Corrected(visits)
      corrected.add(
        .meter(
          MeterExchange(
            station: "CP-7", connector: 1, at: time(seconds), registerBefore: wattHours(before),
            registerAfter: wattHours(after))))
      #expect(corrected.sessions[1].energy.wattHours == 10_000)
      #expect(corrected.sessions[0].energy.wattHours == 10_000)
      return corrected.sessions[1].codes
    }
    #expect(codes(before: 110_000, after: 3_000) == [.correctedByHand])
    #expect(codes(before: 110_500, after: 3_000) == [.energyBetweenSessions, .correctedByHand])
    #expect(codes(before: 110_000, after: 2_500) == [.energyBetweenSessions, .correctedByHand])
    #expect(codes(before: 110_000, after: 3_000, at: 36_000) == [.correctedByHand])
    // After the second session, or in the first, it says nothing about the gap.
    #expect(codes(before: 110_000, after: 3_000, at: 50_000) == [.registerChangedBetweenSessions])
  }

  @Test("parts of a cut session say where it was cut, and merged ones keep all their registers")
  func energyPoints() throws {
    var corrected = Corrected(visits)
    corrected.add(.split(first.id, at: time(1_800)))
    let parts = corrected.sessions
    #expect(parts[0].energyPoints.map(\.register) == [wattHours(100_000), nil])
    #expect(parts[1].energyPoints.map(\.register) == [nil, wattHours(110_000)])
    #expect(parts[0].energyPoints[1].at == time(1_800))
    var ledger = ConnectorLedger()
    for session in parts { ledger.add(session) }
    #expect(ledger.missing == .zero && ledger.sessionEnergy == wattHours(20_000))
    corrected.add(.merge([first.id, SessionID.secondPart(of: first.id, from: time(1_800))]))
    #expect(corrected.sessions[0].energyPoints == first.energyPoints)
    corrected.add(.merge([first.id, second.id]))
    #expect(corrected.sessions[0].energyPoints == first.energyPoints + second.energyPoints)
  }

  @Test("an undone fact leaves nothing behind, and holds again if the undoing is undone")
  func undo() {
    var corrected = Corrected(visits)
    let fact = corrected.add(.void(first.id))
    let undoing = corrected.add(.undo(position: fact))
    #expect(corrected.sessions == visits)
    corrected.add(.undo(position: undoing))
    #expect(corrected.sessions[0].isVoid)
  }

  @Test(
    "cut at any time and merged again, a session has the energy and the times it had",
    arguments: [1, 7, 42] as [UInt64])
  func splitAndMerge(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<40 {
      let cut = Int64.random(in: 1...3_599_999, using: &random)
      var corrected = Corrected([first])
      let at = time(0).advanced(byMilliseconds: cut)
      corrected.add(.split(first.id, at: at))
      corrected.add(.merge([first.id, SessionID.secondPart(of: first.id, from: at)]))
      let whole = try #require(corrected.sessions.first, "seed \(seed), cut \(cut)")
      #expect(corrected.sessions.count == 1)
      #expect(whole.outcome == first.outcome, "seed \(seed), cut \(cut)")
      let sum = whole.intervals.reduce(0) { $0 + $1.energy.milliwattHours }
      #expect(sum == first.energy.milliwattHours, "seed \(seed), cut \(cut)")
    }
  }

  @Test("facts about different sessions give the same in any order", arguments: [3, 9] as [UInt64])
  func anyOrder(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let changes: [Correction.Change] = [
      .token(first.id, token: "CARD"), .split(second.id, at: time(37_000)), .void(first.id),
      .meter(
        MeterExchange(
          station: "CP-7", connector: 1, at: time(36_500), registerBefore: wattHours(112_000),
          registerAfter: wattHours(111_000))),
    ]
    func outcomes(_ changes: [Correction.Change]) -> [Session.Outcome] {
      var corrected = Corrected(visits)
      for change in changes { corrected.add(change) }
      return corrected.sessions.map(\.outcome)
    }
    let expected = outcomes(changes)
    for _ in 0..<10 { #expect(outcomes(changes.shuffled(using: &random)) == expected) }
  }
}
