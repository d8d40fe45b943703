import EventLog
import Foundation
import TestSupport
import Testing

@Suite("The queue of a writer") struct BackPressureTests {
  @Test("Producers beyond the limit of events wait in line, and are served in order")
  func events() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 3))
      let held = HeldLedger(ledger)
      let threads = Threads()
      for name in 0..<12 {
        threads.start(name) { () throws(AppendError) in try writer.append("\(name)") }
        writer.waitUntil(queued: min(name, 3), waitingForRoom: max(0, name - 3))
      }
      held.release()
      #expect(threads.join().count == 12)
      try #expect(ledger.bodies() == (0..<12).map(String.init))
      let status = writer.status
      #expect(status.counters.greatestQueuedEvents == 3)
      #expect(status.queuedEvents == 0 && status.waitingForRoom == 0)
    }
  }

  @Test("Producers beyond the limit of bytes wait in line, small ones behind a large one too")
  func bytes() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger, options: .init(maxQueuedBytes: 16 << 20))
      let held = HeldLedger(ledger)
      let threads = Threads()
      let sizes = [1, 6 << 20, 6 << 20, 5 << 20, 1, 1]
      let lengths = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 3)]
      for (name, (queued, inLine)) in lengths.enumerated() {
        threads.start(name) { () throws(AppendError) in
          try writer.append(String(repeating: "x", count: sizes[name]))
        }
        writer.waitUntil(queued: queued, waitingForRoom: inLine)
      }
      #expect(writer.status.queuedBytes == 12 << 20)
      held.release()
      let outcomes = threads.join()
      #expect((0..<6).map { outcomes[$0] } == (1...6).map { .success($0) })
      #expect(writer.status.counters.greatestQueuedBytes == 12 << 20)
    }
  }

  @Test("A task in line can be cancelled; one that was taken gets its position all the same")
  func cancelled() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 2))
    let held = HeldLedger(ledger)
    var tasks: [Task<Outcome, Never>] = []
    for name in 0..<6 {
      tasks.append(Task { await writer.outcome(of: "\(name)") })
      while writer.status.state != .committing || writer.status.queuedEvents != min(name, 2)
        || writer.status.waitingForRoom != max(0, name - 2)
      {
        await Task.yield()
      }
    }
    for name in [1, 3, 4] { tasks[name].cancel() }
    #expect(await tasks[3].value == .failure(.cancelled))
    #expect(await tasks[4].value == .failure(.cancelled))
    #expect(writer.status.waitingForRoom == 1)
    held.release()
    #expect(await tasks[0].value == .success(1))
    #expect(await tasks[1].value == .success(2))
    #expect(await tasks[2].value == .success(3))
    #expect(await tasks[5].value == .success(4))
    try #expect(ledger.bodies() == ["0", "1", "2", "5"])
  }

  @Test("A task that is cancelled before it appends appends nothing")
  func cancelledBefore() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    let writer = try LogWriter(ledger)
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return await writer.outcome(of: "never")
    }
    task.cancel()
    #expect(await task.value == .failure(.cancelled))
    try #expect(ledger.head() == 0)
  }

  @Test(
    "Whatever is cancelled when, an answer says what is in the log",
    arguments: 1...6 as ClosedRange<UInt64>)
  func cancelledAnywhere(seed: UInt64) async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 2, maxBatchEvents: 2))
    var random = SplitMix64(seed: seed)
    var tasks: [Task<Outcome, Never>] = []
    for name in 0..<60 {
      tasks.append(Task { await writer.outcome(of: "\(name)") })
      if Int.random(in: 0..<3, using: &random) == 0 {
        tasks[Int.random(in: 0...name, using: &random)].cancel()
      }
      if Int.random(in: 0..<8, using: &random) == 0 { await Task.yield() }
    }
    var acknowledged: [UInt64: String] = [:]
    for (name, task) in tasks.enumerated() {
      switch await task.value {
      case .success(let position): acknowledged[position] = "\(name)"
      case .failure(let error): #expect(error == .cancelled)
      }
    }
    let bodies = try ledger.bodies()
    #expect(bodies.count == acknowledged.count)
    #expect(bodies == (0..<bodies.count).map { acknowledged[UInt64($0) + 1] })
  }
}
