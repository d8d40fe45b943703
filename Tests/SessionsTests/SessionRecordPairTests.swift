import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// Records that belong together without saying so, and records without end.
@Suite("Records of one charge")
struct SessionRecordPairTests {
  @Test("a credit that comes before its CDR takes it back too, once")
  func creditBeforeCDR() throws {
    let credit = record(names: ["session A", "cdr 1-C"]) { $0.creditedName = "cdr 1" }
    var folded = Folded(credit)
    try folded.storeState()
    folded.add(record(names: ["session B", "cdr 9"]))
    #expect(folded.fold.findings.map(\.code) == [.coarseCreditUnmatched])
    folded.add(record())
    #expect(folded.fold.findings.isEmpty)
    #expect(folded.sessions.map(\.isVoid) == [false, true])
    let voided = try #require(folded.sessions.last)
    #expect(voided.findings.first { $0.code == .coarseCredited }?.positions == [1])
    folded.add(record(energy: 8_000))
    #expect(folded.sessions.map(\.isVoid) == [false, false])
  }

  @Test("of credits for CDRs that never come the last ones wait, and all are counted")
  func credits() {
    var folded = Folded()
    for number in 0..<100 { folded.add(record { $0.creditedName = "cdr \(number)" }) }
    #expect(folded.fold.pendingCredits.count == SessionPolicy.greatestPendingCredits)
    #expect(folded.fold.findings.map(\.count) == [100])
    for number in [99, 0] { folded.add(record(names: ["cdr \(number)"])) }
    #expect(folded.sessions.map(\.isVoid) == [true, false])
    #expect(folded.fold.findings.map(\.count) == [99])
  }

  @Test(
    "a Session and a CDR that do not name each other are one charge, and the CDR counts",
    arguments: [true, false])
  func unnamedPair(sessionFirst: Bool) throws {
    let session = record(.ocpiSession, names: ["session A"], energy: 9_000, knownAt: 7_200) {
      $0.chargeName = "charge"
    }
    let cdr = record(names: ["cdr 1"]) { $0.chargeName = "charge" }
    var folded = Folded()
    for record in sessionFirst ? [session, cdr] : [cdr, session] {
      folded.add(record)
      try folded.storeState()
    }
    #expect(folded.sessions.map(\.energy) == [wattHours(10_000)])
    // Later versions of either are of the same session, and change what they may.
    folded.add(record(.ocpiSession, names: ["session A"], energy: 1) { $0.chargeName = "charge" })
    folded.add(record(names: ["cdr 1"], energy: 11_000) { $0.chargeName = "charge" })
    #expect(folded.sessions.map(\.energy) == [wattHours(11_000)])
    // The charge has both by now: these are of another one.
    folded.add(record(.ocpiSession, names: ["session B"], energy: 2) { $0.chargeName = "charge" })
    #expect(folded.sessions.map(\.energy) == [wattHours(11_000), wattHours(2)])
  }

  @Test("a driver who starts two vehicles in one second has two charges, on two connectors")
  func twoConnectors() {
    let folded = Folded(
      record(.ocpiSession, names: ["session A"], energy: 9_000, knownAt: 7_200) {
        $0.chargeName = "charge"
        $0.connector = 1
      },
      record(names: ["cdr 2"]) {
        $0.chargeName = "charge"
        $0.connector = 2
      })
    #expect(Set(folded.sessions.map(\.energy)) == [wattHours(9_000), wattHours(10_000)])
  }

  @Test("a Session that is open is found by a CDR that does not name it")
  func openPair() {
    var folded = Folded(
      record(.ocpiSession, names: ["session A"], energy: 3_000, knownAt: 1_800) {
        $0.isOngoing = true
        $0.endedAt = nil
        $0.chargeName = "charge"
      })
    folded.add(record(names: ["cdr 1"]) { $0.chargeName = "charge" })
    #expect(folded.sessions.map(\.energy) == [wattHours(10_000)] && folded.fold.open.isEmpty)
  }

  @Test("two CDRs that begin alike are two sessions")
  func equalCharges() {
    let folded = Folded(
      record(names: ["cdr 1"]) { $0.chargeName = "charge" },
      record(names: ["cdr 2"]) { $0.chargeName = "charge" })
    #expect(folded.sessions.count == 2)
  }

  @Test("sessions that are never ended fill no more than a bounded part of the memory")
  func manyOpen() throws {
    var folded = Folded()
    let count = SessionPolicy.greatestOpenRecords + 50
    for number in 0..<count {
      folded.add(
        record(.ocpiSession, names: ["session \(number)"], knownAt: Int64(number)) {
          $0.isOngoing = true
          $0.endedAt = nil
        })
    }
    #expect(folded.fold.open.count == SessionPolicy.greatestOpenRecords)
    #expect(folded.sessions.count == count)
    let closed = folded.changes.sessions.filter { $0.state == .closed }
    #expect(closed.count == 50 && closed.allSatisfy { $0.codes.contains(.closedBySilence) })
    // It was not over: its next record opens it again, and another one makes room.
    folded.add(
      record(.ocpiSession, names: ["session 0"], energy: 12_000, knownAt: 1_000) {
        $0.isOngoing = true
        $0.endedAt = nil
      })
    #expect(folded.fold.open.count == SessionPolicy.greatestOpenRecords)
    #expect(folded.fold.open.contains { $0.energy == wattHours(12_000) && !$0.isEstimated })
  }

  @Test("a session that was corrected a hundred times keeps the last names of its CDRs")
  func manyNames() throws {
    var folded = Folded()
    for number in 0..<100 { folded.add(record(names: ["session A", "cdr \(number)"])) }
    let session = try #require(folded.sessions.first)
    #expect(folded.sessions.count == 1)
    #expect(session.recordNames.count == SessionPolicy.greatestRecordNames)
    #expect(session.recordNames.suffix(2) == ["session A", "cdr 99"])
  }
}
