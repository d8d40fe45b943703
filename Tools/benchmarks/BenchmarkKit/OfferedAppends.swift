import EventLog
import Quantities
import Synchronization

/// Producers that append to a log at a rate that is offered, for as long as something else goes on,
/// and how long their answers take.
struct OfferedAppends {
  let plan: BenchmarkPlan

  /// What is being measured, for people.
  var title: String {
    "answer at \(plan.offeredEventsPerSecond) events/s of \(plan.offered.producers) producers"
  }

  /// Appends until `phase` is nil, to a log that knows as many stations as there are producers.
  ///
  /// - Returns: How many milliseconds each answer took, by the phase in which it was due.
  func run<Phase: Hashable & Sendable>(
    to ledger: Ledger, _ phase: @escaping @Sendable () -> Phase?
  ) throws -> [Phase: [Double]] {
    let times = Mutex<[Phase: [Double]]>([:])
    let failures = Mutex<[any Error]>([])
    let head = try ledger.head()
    let writer = try LogWriter(ledger)
    let start = ContinuousClock.now
    ProducerPool.run(plan.offered.producers) { producer in
      do {
        let own = try await append(by: producer, since: start, to: writer, phase)
        times.withLock { $0.merge(own) { $0 + $1 } }
      } catch {
        failures.withLock { $0.append(error) }
      }
    }
    writer.stop()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    let answers = times.withLock { $0.values.reduce(0) { $0 + $1.count } }
    guard try ledger.head() == head + UInt64(answers) else {
      throw BenchmarkError("the log does not hold what the writer acknowledged")
    }
    return times.withLock { $0 }
  }

  /// Appends the events of one producer when they are due.
  private func append<Phase: Hashable>(
    by producer: Int, since start: ContinuousClock.Instant, to writer: LogWriter,
    _ phase: @Sendable () -> Phase?
  ) async throws -> [Phase: [Double]] {
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: EventSource.bodyBytes)
    var times: [Phase: [Double]] = [:]
    for index in 0... {
      let number = index * plan.offered.producers + producer
      // Counted from when it was due, so that a stall is not hidden by what it holds up.
      let due = start + .nanoseconds(number * 1_000_000_000 / plan.offeredEventsPerSecond)
      if due > .now { try await Task.sleep(until: due) }
      guard let current = phase() else { break }
      let event = NewEvent(
        kind: .ocpp16, station: UInt32(producer) + 1, direction: .fromStation,
        receivedAt: Instant(millisecondsSinceEpoch: 1_767_225_600_000 + Int64(number)))
      try await writer.append(event, body: body.span.bytes)
      times[current, default: []].append((ContinuousClock.now - due) / .milliseconds(1))
    }
    return times
  }

  /// That of 99 of 100; 0 of none.
  static func slowest(_ milliseconds: [Double]?) -> Double {
    guard let sorted = milliseconds?.sorted(), !sorted.isEmpty else { return 0 }
    return sorted[(sorted.count - 1) * 99 / 100]
  }
}
