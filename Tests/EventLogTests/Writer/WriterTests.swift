import EventLog
import Foundation
import TestSupport
import Testing

@Suite("The writer") struct WriterTests {
  @Test("What a single producer appends is in the log, in order, when it has its answer")
  func single() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger)
      #expect(writer.status.state == .idle)
      for (index, body) in ["a", "b", "c"].enumerated() {
        try #expect(writer.append(body) == UInt64(index + 1))
        try #expect(ledger.head() == UInt64(index + 1))
      }
      try #expect(ledger.bodies() == ["a", "b", "c"])
      #expect(writer.status.counters.batches == 3)
      #expect(writer.status.counters.appendedEvents == 3)
    }
  }

  @Test("What gathers during a commit becomes the next one, cut at the greatest batch")
  func gathering() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger, options: .init(maxBatchEvents: 4))
      let held = HeldLedger(ledger)
      let threads = Threads()
      threads.start(0) { () throws(AppendError) in try writer.append("first") }
      writer.waitUntil(queued: 0)
      for name in 1...10 {
        threads.start(name) { () throws(AppendError) in try writer.append("\(name)") }
        writer.waitUntil(queued: name)
      }
      held.release()
      #expect(threads.join() == outcomes(0...10) { .success(UInt64($0) + 1) })
      try #expect(ledger.bodies() == ["first"] + (1...10).map(String.init))
      let counters = writer.status.counters
      #expect(counters.batches == 4)
      #expect(counters.greatestBatch == 4)
    }
  }

  @Test("An event that cannot be in the ledger is refused; the others of its batch go on")
  func refused() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger)
      let held = HeldLedger(ledger)
      let threads = Threads()
      threads.start(0) { () throws(AppendError) in try writer.append("first") }
      writer.waitUntil(queued: 0)
      threads.start(1) { () throws(AppendError) in try writer.append("nobody's", station: 9) }
      writer.waitUntil(queued: 1)
      threads.start(2) { () throws(AppendError) in try writer.append("last") }
      writer.waitUntil(queued: 2)
      held.release()
      let expected: [Int: Outcome] = [
        0: .success(1), 1: .failure(.refused(.unknownStation(9))), 2: .success(2),
      ]
      #expect(threads.join() == expected)
      let large = String(repeating: "x", count: 16 << 20 + 1)
      #expect(throws: AppendError.refused(.bodyTooLarge(bytes: large.utf8.count))) {
        try writer.append(large)
      }
      try #expect(ledger.bodies() == ["first", "last"])
    }
  }

  @Test("An expected last event is judged at its place in the order, for that producer alone")
  func conflicts() throws {
    try withLedger { ledger in
      let stations = try ledger.stationIDs(2)
      let writer = try LogWriter(ledger)
      let held = HeldLedger(ledger)
      let threads = Threads()
      let appends: [(station: UInt32, expecting: UInt64?)] = [
        (1, 0), (1, 0), (2, 0), (1, 1), (1, 1), (2, 2), (1, nil), (2, 3),
      ]
      #expect(stations == [1, 2])
      for (name, append) in appends.enumerated() {
        threads.start(name) { () throws(AppendError) in
          try writer.append("\(name)", station: append.station, expecting: append.expecting)
        }
        writer.waitUntil(queued: name)
      }
      held.release()
      let expected: [Int: Outcome] = [
        0: .success(1), 1: .failure(.conflict(station: 1, expected: 0, actual: 1)),
        2: .success(2), 3: .success(3),
        4: .failure(.conflict(station: 1, expected: 1, actual: 3)), 5: .success(4),
        6: .success(5), 7: .failure(.conflict(station: 2, expected: 3, actual: 4)),
      ]
      #expect(threads.join() == expected)
      try #expect(ledger.bodies() == ["0", "2", "3", "5", "6"])
      #expect(
        AppendError.conflict(station: 2, expected: 3, actual: 4).description
          == "the last event of station 2 is at position 4, not 3. Read what came in between, and "
          + "decide again")
    }
  }

  @Test("Draining commits what waits; nothing is taken afterwards, and stopping again is harmless")
  func drain() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 2))
      let threads = Threads()
      try stop(writer, of: ledger, .drain, waiting: threads)
      #expect(threads.join() == outcomes(0...5) { .success(UInt64($0) + 1) })
      #expect(throws: AppendError.stopped) { try writer.append("late") }
      #expect(writer.status.state == .stopped)
      writer.stop(.refuse)
      try #expect(ledger.head() == 6)
    }
  }

  @Test("Refusing answers what waits, and lets the commit that is under way end")
  func refuse() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 2))
      let threads = Threads()
      try stop(writer, of: ledger, .refuse, waiting: threads)
      #expect(threads.join() == outcomes(0...5) { $0 == 0 ? .success(1) : .failure(.stopped) })
      try #expect(ledger.bodies() == ["0"])
    }
  }

  /// Stops with one event in a commit, two in the queue and three in line.
  private func stop(
    _ writer: LogWriter, of ledger: Ledger, _ mode: LogWriter.StopMode, waiting threads: Threads
  ) throws {
    let held = HeldLedger(ledger)
    for name in 0...5 {
      threads.start(name) { () throws(AppendError) in try writer.append("\(name)") }
      writer.waitUntil(queued: min(name, 2), waitingForRoom: max(0, name - 2))
    }
    let stopping = Threads()
    stopping.start(0) { () throws(AppendError) in
      writer.stop(mode)
      return 0
    }
    waitUntil { writer.status.state == .stopped }
    #expect(throws: AppendError.stopped) { try writer.append("late") }
    held.release()
    #expect(stopping.join() == [0: .success(0)])
  }

  private func outcomes(
    _ names: ClosedRange<Int>, _ outcome: (Int) -> Outcome
  ) -> [Int: Outcome] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, outcome($0)) })
  }
}
