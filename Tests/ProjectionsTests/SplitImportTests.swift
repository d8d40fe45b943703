import FleetSimulator
import Sessions
import TestSupport
import Testing

@testable import Projections

@Suite("A history in several files")
struct SplitImportTests {
  /// What all sessions of a ledger are, apart from where in the log their records lie.
  private func told(_ control: TestLedger) throws -> [SessionID: Session] {
    let sessions = try control.sessions().map(\.session)
    return Dictionary(uniqueKeysWithValues: sessions.map { ($0.id, $0.withoutPositions) })
  }

  /// A ledger in which stations have their numbers already: they follow their first appearance.
  private func ledger(knowing fleet: Fleet) throws -> TestLedger {
    let control = try TestLedger()
    let start = instant("2026-03-01T00:00:00Z")
    try control.load(trace: trace(of: fleet.stations.map { heartbeat($0.name, at: start) }))
    return control
  }

  @Test(
    "gives the sessions of one file, wherever it is cut and in whatever order", arguments: 1...3)
  func twoFiles(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let fleet = try Fleet(seed: 20 + seed)
    let whole = try ledger(knowing: fleet)
    try whole.load(trace: fleet.trace)
    let expected = try told(whole)
    #expect(expected.count > 20)

    let lines = fleet.trace.split(separator: UInt8(ascii: "\n")).map { $0 + [UInt8(ascii: "\n")] }
    let cut = Int.random(in: 1..<lines.count, using: &random)
    // Records of one time keep the order of the log, so a minute stays in one file.
    let minutes = Dictionary(grouping: lines) { $0.prefix(30) }.keys.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    let isFirst = Set(minutes.filter { _ in Bool.random(using: &random) })
    let dealt = [true, false].map { side in
      lines.filter { isFirst.contains($0.prefix(30)) == side }.flatMap { $0 }
    }
    let halves = [lines[..<cut].flatMap { $0 }, lines[cut...].flatMap { $0 }]
    for files in [halves, halves.reversed(), dealt] {
      let control = try ledger(knowing: fleet)
      for file in files {
        try control.load(trace: file)
        _ = try control.models()
      }
      let found = try told(control)
      #expect(found.count == expected.count, "seed \(seed), cut at line \(cut)")
      for (id, session) in expected {
        #expect(found[id] == session, "seed \(seed), cut at line \(cut)")
      }
    }
  }

  @Test("a stop recorded before its start arrived in the log is folded in order of receipt")
  func lateRecord() throws {
    let visit = Visit(start: instant("2026-03-02T08:00:00Z"))
    let inOrder = try TestLedger()
    try inOrder.load(visit)
    let late = try TestLedger()
    try late.load(trace: trace(of: visit.stopFrames))
    #expect(try late.onlySession().session.findings.map(\.code).contains(.stopWithoutStart))
    try late.load(trace: trace(of: visit.startFrames + visit.meterFrames))
    #expect(
      try late.onlySession().session.withoutPositions
        == inOrder.onlySession().session.withoutPositions)
  }

  @Test("names that only an abandoned fold gave its sessions are gone after the station's next one")
  func namesOfAbandonedFold() throws {
    func event(_ transaction: String, _ kind: String, _ number: Int, at time: String) -> TraceFrame
    {
      let place = #""evse":{"id":1,"connectorId":1}"#
      return TraceFrame(
        station: "CP-1", at: instant(time), isFromStation: true,
        text: #"[2,"m\#(number)","TransactionEvent",{"eventType":"\#(kind)","seqNo":\#(number),"#
          + #""timestamp":"\#(time)","triggerReason":"MeterValuePeriodic",\#(place),"#
          + #""transactionInfo":{"transactionId":"\#(transaction)"}}]"#)
    }
    func load(_ frames: TraceFrame..., into control: TestLedger) throws {
      // Each as a trace of its own: in the order in which they stand here.
      let lines = String(decoding: frames.flatMap { trace(of: [$0]) }, as: UTF8.self)
      try control.load(trace: lines.replacing("\"1.6\"", with: "\"2.0.1\"").utf8)
      _ = try control.models()
    }
    let control = try TestLedger()
    try load(
      event("t9", "Updated", 8, at: "2026-01-11T02:29:21Z"),
      event("t9", "Updated", 10, at: "2026-01-10T06:29:21Z"), into: control)
    // As it seems at first, t12 takes the place of t9, which is closed. It had ended long before.
    try load(
      event("t12", "Ended", 1, at: "2026-01-12T15:59:27Z"),
      event("t12", "Ended", 2, at: "2026-01-08T00:53:47Z"), into: control)
    #expect(try control.isSameWhenFoldedAgain())
  }
}
