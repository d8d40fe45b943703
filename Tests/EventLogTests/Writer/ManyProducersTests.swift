import EventLog
import Foundation
import Synchronization
import TestSupport
import Testing

/// A producer of events `NAME:1`, `NAME:2`… of different lengths, to stations of its choice.
private struct ProducerPlan: Sendable {
  var name: Int
  var stations: [UInt32]
  var paddings: [Int]
  var yields: [Bool]

  init(_ name: Int, events: Int, stations: [UInt32], _ random: inout SplitMix64) {
    self.name = name
    self.stations = (0..<events).map { _ in stations.randomElement(using: &random) ?? 0 }
    self.paddings = (0..<events).map { _ in
      Int.random(in: 0..<10, using: &random) == 0 ? 5000 : Int.random(in: 0..<300, using: &random)
    }
    self.yields = (0..<events).map { _ in Bool.random(using: &random) }
  }

  func body(_ index: Int) -> [UInt8] {
    Array("\(name):\(index + 1):".utf8) + [UInt8](repeating: 0x2E, count: paddings[index])
  }

  func run(_ writer: LogWriter) throws(AppendError) -> [UInt64] {
    var positions: [UInt64] = []
    for index in stations.indices {
      if yields[index] { sched_yield() }
      let body = body(index)
      positions.append(try writer.append(frame(station: stations[index]), body: body.span.bytes))
    }
    return positions
  }

  func run(_ writer: LogWriter) async throws(AppendError) -> [UInt64] {
    var positions: [UInt64] = []
    for index in stations.indices {
      if yields[index] { await Task.yield() }
      let body = body(index)
      positions.append(
        try await writer.append(frame(station: stations[index]), body: body.span.bytes))
    }
    return positions
  }
}

@Suite("Many producers") struct ManyProducersTests {
  @Test(
    "Threads and tasks at once: each answer is true, in order, and nothing else is in the log",
    arguments: 1...8 as ClosedRange<UInt64>)
  func interleaved(seed: UInt64) async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    let stations = [0] + (try ledger.stationIDs(5))
    var random = SplitMix64(seed: seed)
    let writer = try LogWriter(
      ledger,
      options: .init(
        maxQueuedEvents: Int.random(in: 1...12, using: &random),
        maxBatchEvents: Int.random(in: 1...12, using: &random),
        maxBatchBytes: Int.random(in: 1...20_000, using: &random)))
    let plans = (0..<16).map { ProducerPlan($0, events: 25, stations: stations, &random) }

    let byThread = Mutex<[Int: [UInt64]]>([:])
    let threads = Threads()
    for plan in plans.prefix(8) {
      threads.start(plan.name) { () throws(AppendError) in
        let positions = try plan.run(writer)
        byThread.withLock { $0[plan.name] = positions }
        return positions.last ?? 0
      }
    }
    var answers = try await withThrowingTaskGroup(of: (Int, [UInt64]).self) { group in
      for plan in plans.dropFirst(8) {
        group.addTask { (plan.name, try await plan.run(writer)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    joinAll(threads)
    answers.merge(byThread.withLock { $0 }) { first, _ in first }

    try check(ledger, plans, answers)
    #expect(writer.status.counters.greatestQueuedEvents <= writer.options.maxQueuedEvents)
    #expect(writer.status.counters.greatestBatch <= writer.options.maxBatchEvents)
    #expect(writer.status.counters.appendedEvents == 400)
  }

  private func joinAll(_ threads: Threads) { _ = threads.join() }

  private func check(
    _ ledger: Ledger, _ plans: [ProducerPlan], _ answers: [Int: [UInt64]]
  ) throws {
    var expected: [UInt64: (body: [UInt8], station: UInt32)] = [:]
    for plan in plans {
      let positions = try #require(answers[plan.name])
      #expect(positions == positions.sorted(), "producer \(plan.name) out of order")
      for (index, position) in positions.enumerated() {
        let other = expected.updateValue((plan.body(index), plan.stations[index]), forKey: position)
        #expect(other == nil, "position \(position) was given twice")
      }
    }
    #expect(expected.count == 400)
    var next: UInt64 = 1
    try ledger.scan { envelope, body in
      #expect(envelope.position == next)
      next += 1
      let event = try #require(expected[envelope.position])
      #expect(envelope.station == event.station)
      #expect(body.elementsEqual(event.body))
      return true
    }
    #expect(next == 401)
  }
}
