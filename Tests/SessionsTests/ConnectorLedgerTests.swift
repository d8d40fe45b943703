import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// The ledger of visits with these registers (Wh), an hour each, an hour apart.
private func ledger(_ visits: [(Int64?, Int64?)], interval: Int64? = nil) -> ConnectorLedger {
  var ledger = ConnectorLedger()
  for session in sessions(visits, interval: interval) { ledger.add(session) }
  return ledger
}

private func sessions(_ visits: [(Int64?, Int64?)], interval: Int64? = nil) -> [Session] {
  visits.enumerated().flatMap { (index, registers) in
    let begin = Int64(index) * 7_200
    let readings = interval.map { [register(nil, at: begin + 60, interval: $0)] } ?? []
    let run = StationRun([
      Entry(begin, .start(at: begin, meter: registers.0)), Entry(begin + 1, .answer(id: 1)),
      Entry(begin + 60, .meter(id: 1, registers.0 == nil ? readings : [])),
      Entry(begin + 3_600, .stop(id: 1, at: begin + 3_600, meter: registers.1)),
    ])
    return run.sessions
  }
}

@Suite("A connector's register against its sessions")
struct ConnectorLedgerTests {
  @Test("sessions that follow each other account for the whole register")
  func whole() {
    let ledger = ledger([(1_000, 5_000), (5_000, 9_000), (9_003, 9_500)])
    #expect(ledger.sessionCount == 3)
    #expect(ledger.sessionEnergy == wattHours(8_497))
    #expect(ledger.missing == .zero && ledger.gaps == [])
    #expect(ledger.registerRise == wattHours(8_500))
  }

  @Test("energy between sessions is missing, with the registers on both sides")
  func missing() {
    let ledger = ledger([(1_000, 5_000), (5_700, 9_000), (9_050, 9_500)])
    #expect(ledger.missing == wattHours(750))
    #expect(ledger.gaps.map(\.energy) == [wattHours(700), wattHours(50)])
    #expect(ledger.gaps[0].from.register == wattHours(5_000))
    #expect(ledger.gaps[0].to.register == wattHours(5_700))
    #expect(ledger.registerRise == wattHours(8_500))
    #expect(ledger.sessionEnergy == wattHours(8_500 - 750))
  }

  @Test("a session without registers accounts for the gap that it lies in")
  func withoutRegisters() {
    let ledger = ledger([(1_000, 5_000), (nil, nil), (7_000, 9_000)], interval: 1_500)
    #expect(ledger.missing == wattHours(500))
    #expect(ledger.sessionEnergy == wattHours(7_500))
  }

  @Test("a register set back or exchanged is counted, and no energy is made from it")
  func changed() {
    let ledger = ledger([(10_000, 15_000), (2_000, 3_000), (3_200, 4_000)])
    #expect(ledger.registerChanges == 1)
    #expect(ledger.missing == wattHours(200))
    #expect(ledger.registerRise == nil)
  }

  @Test("an exchange of the meter is no change, and the account goes on across it")
  func exchanged() {
    let visits = [(10_000, 15_000), (200, 3_200)] as [(Int64?, Int64?)]
    var account = ConnectorLedger()
    for (index, session) in sessions(visits).enumerated() {
      if index == 1 {
        account.exchange(
          MeterExchange(
            station: "CP-7", connector: 1, at: session.startedAt, registerBefore: wattHours(15_400),
            registerAfter: wattHours(150)))
      }
      account.add(session)
    }
    #expect(account.exchanges == 1 && account.registerChanges == 0)
    #expect(account.missing == wattHours(400 + 50))
    #expect(account.registerRise == wattHours(5_400 + 3_050))
    #expect(account.sessionEnergy == wattHours(8_450 - 450))
  }

  @Test("a void session accounts for nothing: its energy is missing")
  func void() {
    var account = ConnectorLedger()
    for (index, var session) in sessions([(1_000, 2_000), (2_000, 3_000), (3_000, 4_000)])
      .enumerated()
    {
      session.isVoid = index == 1
      account.add(session)
    }
    #expect(account.sessionCount == 2 && account.missing == wattHours(1_000))
  }

  @Test("registers per transaction and open sessions tell nothing")
  func nothing() {
    let perTransaction = ledger([(0, 5_000), (0, 4_000)])
    #expect(perTransaction.first == nil && perTransaction.missing == .zero)
    #expect(perTransaction.sessionEnergy == wattHours(9_000))
    var ledger = ConnectorLedger()
    for session in StationRun([Entry(0, .start(at: 0, meter: 1_000))]).sessions {
      ledger.add(session)
    }
    #expect(ledger == ConnectorLedger())
  }

  @Test("of thousands of gaps the latest hundred are kept, and all are summed")
  func bounded() {
    let visits = (1...300).map { (index: Int64) -> (Int64?, Int64?) in
      (index * 1_000, index * 1_000 + 900)
    }
    let ledger = ledger(visits)
    #expect(ledger.gapCount == 299 && ledger.gaps.count == ConnectorLedger.greatestGaps)
    #expect(ledger.missing == wattHours(29_900))
    #expect(ledger.gaps.last?.to.register == wattHours(300_000))
  }
}
