import FleetSimulator
import Projections
import Quantities
import Sessions
import Testing

@Suite("A simulated fleet, of which the truth is known")
struct FleetTests {
  /// The sessions that were read from the trace, by station and transaction.
  private func read(_ fleet: Fleet) throws -> [String: Session] {
    let control = try TestLedger()
    try control.load(trace: fleet.trace)
    return Dictionary(
      try control.sessions().map { ("\($0.stationName) \($0.session.transactionID)", $0.session) },
      uniquingKeysWith: { first, _ in
        Issue.record("two sessions are transaction \(first.transactionID)")
        return first
      })
  }

  @Test("Sessions without a fault come back with their times and energy", arguments: 1...3)
  func withoutFaults(seed: UInt64) throws {
    let fleet = try Fleet(seed: seed, faultRatePerThousand: 0)
    let found = try read(fleet)
    #expect(found.count == fleet.summary.sessions + fleet.summary.openSessions)
    for truth in fleet.sessions {
      let session = try #require(found["\(truth.station) \(truth.transactionID)"])
      #expect(session.state == .closed && !session.isEstimated)
      #expect(session.startedAt == truth.start && session.endedAt == truth.end)
      #expect(session.energy == truth.energy, "\(truth)")
      #expect(session.findings.allSatisfy { $0.code.severity == .info }, "\(session.findings)")
    }
  }

  @Test("Faults do not lose a session, and what they did is found", arguments: 1...3)
  func withFaults(seed: UInt64) throws {
    let fleet = try Fleet(seed: seed, faultRatePerThousand: 500)
    let found = try read(fleet)
    var seen: [FleetFault: Int] = [:]
    for truth in fleet.sessions {
      let session = try #require(found["\(truth.station) \(truth.transactionID)"], "\(truth)")
      #expect(session.startedAt == truth.start)
      for fault in truth.faults { seen[fault, default: 0] += 1 }
      if !truth.faults.contains(.lostStop) {
        #expect(session.endedAt == truth.end, "\(truth)")
      }
      if truth.faults.allSatisfy({ [.duplicateStart, .duplicateStop, .lateDelivery].contains($0) })
      {
        #expect(session.energy == truth.energy, "\(truth)")
      }
      let codes = Set(session.findings.map(\.code))
      if truth.faults.contains(.registerReset) {
        // A register that never moves again looks like one that dropped out.
        #expect(!codes.isDisjoint(with: [.registerFell, .registerDropOut]), "\(truth): \(codes)")
        // What was counted between the last reading and the reset is lost; nothing is invented.
        #expect(session.energy.wattHours <= truth.energy.wattHours, "\(truth)")
      }
      if truth.faults == [.duplicateStart] {
        #expect(!codes.isDisjoint(with: [.duplicateStart, .duplicateEvent]), "\(truth)")
      }
      if truth.faults == [.duplicateStop] {
        #expect(!codes.isDisjoint(with: [.duplicateStop, .duplicateEvent]), "\(truth)")
      }
    }
    #expect(seen.count >= 4, "the sample has too few kinds of faults: \(seen)")
  }
}
