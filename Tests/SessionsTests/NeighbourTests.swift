import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// A whole 1.6 visit on connector 1.
private func visit(
  _ id: Int64, from start: Int64, to end: Int64, registers: (Int64?, Int64?),
  connector: Int32 = 1, received: Int64? = nil
) -> [Entry] {
  [
    Entry(
      start,
      .start(connector: connector, at: start, meter: registers.0, message: "s\(id)")),
    Entry(start + 1, .answer(id: id, message: "s\(id)")),
    Entry(received ?? end, .stop(id: id, at: end, meter: registers.1)),
  ]
}

private func codes(_ entries: [[Entry]], restartEvery: Int? = nil) -> [[FindingCode]] {
  let inOrder = entries.flatMap { $0 }.enumerated().sorted {
    ($0.element.receivedAt, $0.offset) < ($1.element.receivedAt, $1.offset)
  }
  return StationRun(inOrder.map(\.element), restartEvery: restartEvery).sessions.map(\.codes)
}

@Suite("A session and the one before it in its place")
struct NeighbourTests {
  @Test("energy between two sessions is missing from both, and found", arguments: [1, 100])
  func missing(restartEvery: Int) throws {
    let first = visit(1, from: 0, to: 3_600, registers: (1_000, 5_000))
    let second = visit(2, from: 7_200, to: 9_000, registers: (5_700, 9_000))
    let run = StationRun(first + second, restartEvery: restartEvery)
    #expect(run.sessions.map(\.codes) == [[], [.energyBetweenSessions]])
    #expect(run.sessions[1].findings[0].positions == [3, 4])
  }

  @Test("registers that follow each other within their rounding are no gap")
  func rounding() {
    let first = visit(1, from: 0, to: 3_600, registers: (1_000, 5_000))
    let second = visit(2, from: 7_200, to: 9_000, registers: (5_010, 9_000))
    #expect(codes([first, second]) == [[], []])
  }

  @Test("a lower register, or one too far away, is another register and no missing energy")
  func changed() {
    let first = visit(1, from: 0, to: 3_600, registers: (1_000, 5_000))
    for register: Int64 in [4_000, 900_000_000] {
      let second = visit(2, from: 7_200, to: 9_000, registers: (register, register + 100))
      #expect(codes([first, second]) == [[], [.registerChangedBetweenSessions]])
    }
  }

  @Test("registers per transaction tell nothing about the time between")
  func perTransaction() {
    let first = visit(1, from: 0, to: 3_600, registers: (0, 5_000))
    let second = visit(2, from: 7_200, to: 9_000, registers: (0, 3_000))
    #expect(codes([first, second]) == [[], []])
  }

  @Test("each connector has a register of its own")
  func connectors() {
    let first = visit(1, from: 0, to: 3_600, registers: (1_000, 5_000))
    let second = visit(2, from: 7_200, to: 9_000, registers: (70_000, 71_000), connector: 2)
    #expect(codes([first, second]) == [[], []])
  }

  @Test("a session without energy keeps the register for the next one")
  func withoutEnergy() {
    let first = visit(1, from: 0, to: 3_600, registers: (1_000, 5_000))
    let second = visit(2, from: 4_000, to: 4_100, registers: (nil, nil))
    let third = visit(3, from: 7_200, to: 9_000, registers: (6_000, 9_000))
    #expect(codes([first, second, third])[2] == [.energyBetweenSessions])
  }

  @Test("a stop that says that the session ended in the next one is an overlap")
  func overlap() {
    let first = visit(1, from: 0, to: 8_000, registers: (1_000, 5_000))
    let second = visit(2, from: 7_200, to: 9_000, registers: (5_000, 9_000))
    #expect(codes([first, second]) == [[.lateStop], [.overlapOnConnector]])
    let touching = visit(1, from: 0, to: 7_260, registers: (1_000, 5_000))
    #expect(codes([touching, second]) == [[.lateStop], []])
  }

  @Test("a stop that comes late says what the register was before the next session")
  func lateStop() {
    let first = visit(1, from: 0, to: 3_600, registers: (1_000, 5_000), received: 8_000)
    let second = visit(2, from: 7_200, to: 9_000, registers: (6_000, 9_000))
    #expect(codes([first, second])[1] == [.energyBetweenSessions])
  }

  @Test("events of 2.x come in any order, so their sessions are set side by side once known")
  func sequenced() {
    func visit(_ id: String, from start: Int64, _ low: Int64, _ high: Int64) -> [Entry] {
      let begin = register(low, at: start, .transactionBegin)
      let end = register(high, at: start + 60, .transactionEnd)
      return [
        Entry(9_000, .event(.started, id: id, seq: 0, at: start, evse: 2, [begin])),
        Entry(9_000, .event(.ended, id: id, seq: 1, at: start + 60, [end])),
      ]
    }
    let entries = visit("A", from: 0, 1_000, 2_000) + visit("B", from: 7_200, 2_700, 3_000)
    for run in [StationRun(entries), StationRun(entries.reversed())] {
      #expect(!run.sessions.contains { $0.has(.energyBetweenSessions) })
      var ledger = ConnectorLedger()
      for session in run.sessions { ledger.add(session) }
      #expect(ledger.missing == wattHours(700))
    }
  }
}
