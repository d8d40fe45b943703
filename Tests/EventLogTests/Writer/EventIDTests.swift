import EventLog
import Foundation
import LMDB
import TestSupport
import Testing

@Suite("Event ids") struct EventIDTests {
  @Test("The same id again returns the first position and appends nothing, in one batch too")
  func again() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger)
      try #expect(writer.append("a", id: 1) == 1)
      try #expect(writer.append("b", id: 2) == 2)
      try #expect(writer.append("another", id: 1) == 1)
      let held = HeldLedger(ledger)
      let threads = Threads()
      for name in 0...3 {
        threads.start(name) { () throws(AppendError) in try writer.append("c", id: 3) }
        writer.waitUntil(queued: name)
      }
      held.release()
      #expect(threads.join() == [0: .success(3), 1: .success(3), 2: .success(3), 3: .success(3)])
      try #expect(ledger.bodies() == ["a", "b", "c"])
      #expect(writer.status.counters.appendedEvents == 3)
      #expect(writer.status.counters.answeredRequests == 7)
    }
  }

  @Test("An id goes before an expected last event; a conflict does not remember the id")
  func withExpectation() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger)
      try #expect(writer.append("a", id: 1, expecting: 0) == 1)
      try #expect(writer.append("b", id: 2, expecting: 1) == 2)
      try #expect(writer.append("a", id: 1, expecting: 0) == 1)
      #expect(throws: AppendError.conflict(station: 0, expected: 1, actual: 2)) {
        try writer.append("c", id: 3, expecting: 1)
      }
      try #expect(writer.append("c", id: 3, expecting: 2) == 3)
    }
  }

  @Test(
    "The last ids of a window are known, older ones not, over restarts too",
    arguments: [(1, 1), (2, 3), (3, 7), (4, 16), (5, 2)] as [(UInt64, Int)])
  func window(seed: UInt64, window: Int) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      _ = try Ledger.create(at: path)
      var random = SplitMix64(seed: seed)
      var model: [(id: UInt64, position: UInt64)] = []
      var head: UInt64 = 0
      for life in 0..<6 {
        // The first one decides: what later ones ask for is not heard.
        let ledger = try Ledger.open(at: path, options: .init(eventIDWindow: window + life))
        let writer = try LogWriter(ledger)
        for _ in 0..<25 {
          let id = UInt64.random(in: 0..<UInt64(2 * window + 2), using: &random)
          if let known = model.suffix(window).last(where: { $0.id == id }) {
            try #expect(writer.append("again", id: id) == known.position)
          } else {
            head += 1
            model.append((id, head))
            try #expect(writer.append("new", id: id) == head)
          }
        }
      }
      #expect(head > UInt64(window))
    }
  }

  @Test("An id that another process appended is known, although this one began before")
  func otherProcess() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(
      at: directory + "/ledger", options: .init(eventIDWindow: 4))
    let writer = try LogWriter(ledger)
    try #expect(writer.append("a", id: 1) == 1)
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      let writer = try LogWriter(try Ledger.open(at: directory + "/ledger"))
      try #expect(writer.append("again", id: 1) == 1)
      for id in 2...3 as ClosedRange<UInt64> {
        try #expect(writer.append("theirs", id: id) == id)
      }
    }
    try #expect(writer.append("again", id: 3) == 3)
    try #expect(writer.append("b", id: 4) == 4)
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      let writer = try LogWriter(try Ledger.open(at: directory + "/ledger"))
      for id in 5...10 as ClosedRange<UInt64> { try writer.append("theirs", id: id) }
    }
    // More than a window has passed: 7 is the oldest that is remembered.
    try #expect(writer.append("again", id: 7) == 7)
    try #expect(writer.append("c", id: 6) == 11)
    try #expect(writer.append("d", id: 7) == 12)
    try #expect(ledger.head() == 12)
  }

  @Test("An id that was forgotten and given again by another process while this one slept is known")
  func givenAgain() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(
      at: directory + "/ledger", options: .init(eventIDWindow: 4))
    let writer = try LogWriter(ledger)
    for id in 1...3 as ClosedRange<UInt64> { try writer.append("ours", id: id) }
    // All that this writer knows is forgotten meanwhile. The slot that 1 had goes to another id only
    // after 1 has got a new one.
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      let writer = try LogWriter(try Ledger.open(at: directory + "/ledger"))
      for id in [4, 5, 6, 1, 7, 8] as [UInt64] { try writer.append("theirs", id: id) }
    }
    try #expect(writer.append("again", id: 1) == 7)
    try #expect(ledger.head() == 9)
  }

  @Test("A ledger of format 1, which has no table of ids, gets it when written to")
  func olderLog() throws {
    try withTemporaryDirectory { directory in
      try LedgerFixture("format-1").unpack(to: directory + "/ledger")
      let ledger = try Ledger.open(at: directory + "/ledger")
      let writer = try LogWriter(ledger)
      try #expect(writer.append("new", id: 1) == 1692)
      try #expect(writer.append("new", id: 1) == 1692)
      try #expect(ledger.head() == 1692)
    }
  }

  @Test("An id whose row was changed is damage, not another id", arguments: 0..<28)
  func damagedRow(byte: Int) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      do { try LogWriter(try Ledger.create(at: path)).append("a", id: 1) }
      do {
        let log = try Environment(path: path + "/log")
        let table = try log.openDatabase("event_ids")
        try log.write { transaction in
          try withUnsafeBytes(of: UInt32(0)) { key in
            var row = Array(try #require(try transaction.value(of: key, in: table)))
            row[byte] ^= 1
            try row.withUnsafeBytes { try transaction.put(key, $0, in: table) }
          }
        }
      }
      let ledger = try Ledger.open(at: path)
      #expect(ledgerError { _ = try LogWriter(ledger) } == .damagedTable(name: "event_ids"))
    }
  }
}
