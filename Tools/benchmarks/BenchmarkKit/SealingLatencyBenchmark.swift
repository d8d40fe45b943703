import EventLog
import Foundation
import Quantities
import Synchronization

/// What appending notices of sealing: how long an answer takes at a rate that is offered, before a
/// log is sealed, while its events are packed, and while their rows are cut from the log.
struct SealingLatencyBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  /// What the sealer is doing.
  private enum Phase: Int, CaseIterable { case waiting, packing, cutting, done }

  /// How many milliseconds each answer took, by the phase in which it was due.
  private typealias Times = [Phase: [Double]]

  func run(into results: inout BenchmarkResults) throws {
    results.note("appending while \(plan.sealedBesideAppends) events are sealed")
    let ledger = try Ledger.create(at: workspace.file("sealing"))
    try SealedInput.meterValues(seed: plan.seed).fill(ledger, plan.sealedBesideAppends)
    let times = try measure(ledger)
    let rate = "\(plan.offeredEventsPerSecond) events/s of \(plan.offered.producers) producers"
    let before = Self.slowest(times[.waiting])
    for (phase, name) in [(Phase.packing, "packing"), (.cutting, "cutting")] {
      let value = Self.slowest(times[phase])
      var figure = Figure(
        id: "append_p99_while_\(name)",
        title: "answer at \(rate) while a sealer is \(name), 99 of 100", unit: "ms",
        value: Spread([value]))
      figure.comparison = Figure.Comparison(
        baseline: "before it", baselineValue: Spread([before]),
        ratio: Spread([value / max(before, 1e-9)]), clock: "wall")
      results.figures.append(figure)
    }
    try workspace.remove("sealing")
  }

  /// That of 99 of 100; 0 of none.
  private static func slowest(_ milliseconds: [Double]?) -> Double {
    guard let sorted = milliseconds?.sorted(), !sorted.isEmpty else { return 0 }
    return sorted[(sorted.count - 1) * 99 / 100]
  }

  /// Appends from before until after a sealer has run.
  private func measure(_ ledger: Ledger) throws -> Times {
    let phase = Atomic(Phase.waiting.rawValue)
    let times = Mutex<Times>([:])
    let failures = Mutex<[any Error]>([])
    let seconds = Double(plan.offered.events) / Double(plan.offeredEventsPerSecond)
    let sealer = Thread {
      Thread.sleep(forTimeInterval: seconds)
      do {
        try ledger.seal(SealOptions(keepHotEvents: 0)) { progress in
          let now: Phase = progress.activity == .cutting ? .cutting : .packing
          phase.store(now.rawValue, ordering: .relaxed)
        }
      } catch {
        failures.withLock { $0.append(error) }
      }
      phase.store(Phase.done.rawValue, ordering: .relaxed)
    }
    let head = try ledger.head()
    let writer = try LogWriter(ledger)
    sealer.start()
    let start = ContinuousClock.now
    ProducerPool.run(plan.offered.producers) { producer in
      do {
        let own = try await append(by: producer, since: start, to: writer) {
          Phase(rawValue: phase.load(ordering: .relaxed)) ?? .done
        }
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

  /// Appends the events of one producer when they are due, until the sealer is done.
  private func append(
    by producer: Int, since start: ContinuousClock.Instant, to writer: LogWriter,
    _ phase: @Sendable () -> Phase
  ) async throws -> Times {
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: 256)
    var times: Times = [:]
    for index in 0... {
      let number = index * plan.offered.producers + producer
      // Counted from when it was due, so that a stall is not hidden by what it holds up.
      let due = start + .nanoseconds(number * 1_000_000_000 / plan.offeredEventsPerSecond)
      if due > .now { try await Task.sleep(until: due) }
      let current = phase()
      if current == .done { break }
      let event = NewEvent(
        kind: .ocpp16, station: UInt32(producer) + 1, direction: .fromStation,
        receivedAt: Instant(millisecondsSinceEpoch: 1_767_225_600_000 + Int64(number)))
      try await writer.append(event, body: body.span.bytes)
      times[current, default: []].append((ContinuousClock.now - due) / .milliseconds(1))
    }
    return times
  }
}
