import CYardsticks
import EventLog
import Foundation
import LMDB
import Quantities
import Synchronization

/// Many tasks that append one event after the other through one `LogWriter`, each waiting for its
/// answer: events acknowledged a second, and how long an answer takes at a rate that is offered.
struct GroupCommitBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  private static let bodyBytes = 256
  private static let epoch: Int64 = 1_735_689_600_000

  func run(into results: inout BenchmarkResults) throws {
    for size in plan.producers {
      var rates: [Double] = []
      for round in 0..<plan.rounds {
        results.note("\(size.producers) producers, round \(round + 1) of \(plan.rounds)")
        let run = try measure(size, perSecond: nil)
        rates.append(Double(run.milliseconds.count) / max(run.timing.wallSeconds, 1e-9))
      }
      var figure = Figure(
        id: "group_commit_\(size.producers)",
        title: "acknowledged events, \(Self.bodyBytes) byte bodies, \(size.producers) producers",
        unit: "events/s", value: Spread(rates))
      if size.producers == 256 { figure.goal = .wallValueAtLeast(100_000) }
      results.figures.append(figure)
    }
    try measureOffered(into: &results)
  }

  private func measureOffered(into results: inout BenchmarkResults) throws {
    let rate = plan.offeredEventsPerSecond
    var slowest: [Double] = []
    var slowestSyncs: [Double] = []
    var syncs: [Double] = []
    for round in 0..<plan.rounds {
      results.note("\(rate) events/s offered, round \(round + 1) of \(plan.rounds)")
      let disk = try measureSyncs().sorted()
      syncs.append(disk[(disk.count - 1) / 2])
      slowestSyncs.append(disk[(disk.count - 1) * 99 / 100])
      let sorted = try measure(plan.offered, perSecond: rate).milliseconds.sorted()
      slowest.append(sorted[(sorted.count - 1) * 99 / 100])
    }
    var figure = Figure(
      id: "group_commit_p99",
      title: "answer at \(rate) events/s of \(plan.offered.producers) producers, 99 of 100",
      unit: "ms", value: Spread(slowest))
    figure.comparison = Figure.Comparison(
      baseline: "one sync, 99 of 100", baselineValue: Spread(slowestSyncs),
      ratio: Spread(zip(slowest, slowestSyncs).map { $0 / $1 }), clock: "wall")
    results.figures += [
      figure.reaching(.valueAtMost(10)),
      Figure(
        id: "disk_sync", title: "the disk: 4 KiB written and synced, the middle of each round",
        unit: "ms", value: Spread(syncs)),
    ]
  }

  /// How many milliseconds each of many small synced writes took: below that no commit can be, and
  /// what the disk does to them it does to commits.
  private func measureSyncs() throws -> [Double] {
    var nanoseconds = [Int64](repeating: 0, count: plan.syncs)
    let path = workspace.file("syncs")
    let code = wattledger_sync_times(path, &nanoseconds, UInt64(plan.syncs))
    guard code == 0 else { throw BenchmarkError("\(path): \(String(cString: strerror(code)))") }
    try workspace.remove("syncs")
    return nanoseconds.map { Double($0) / 1e6 }
  }

  private struct Run {
    var timing: Timing
    /// From when an event was due (or its producer free) until its answer.
    var milliseconds: [Double]
  }

  /// - Parameter perSecond: events that are due each second, by all producers together; nil if each
  ///   producer appends as soon as it has its answer.
  private func measure(_ size: BenchmarkPlan.ProducerSize, perSecond: Int?) throws -> Run {
    let name = "group-commit"
    let ledger = try Ledger.create(at: workspace.file(name))
    try ledger.append { batch in
      for station in 1...size.producers { _ = try batch.stationID(named: "CP-\(station)") }
    }
    let writer = try LogWriter(ledger)
    let each = size.events / size.producers
    let times = Mutex<[Double]>([])
    let failures = Mutex<[any Error]>([])
    let start = ContinuousClock.now
    let timing = Timing.measure {
      ProducerPool.run(size.producers) { producer in
        do {
          let own = try await append(each, by: producer, of: size, since: start, perSecond, writer)
          times.withLock { $0 += own }
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
    }
    writer.stop()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    guard try ledger.head() == UInt64(each * size.producers) else {
      throw BenchmarkError("the log does not hold what the writer acknowledged")
    }
    try workspace.remove(name)
    return Run(timing: timing, milliseconds: times.withLock { $0 })
  }

  /// Appends the events of one producer, and says how many milliseconds each answer took.
  private func append(
    _ count: Int, by producer: Int, of size: BenchmarkPlan.ProducerSize,
    since start: ContinuousClock.Instant, _ perSecond: Int?, _ writer: LogWriter
  ) async throws -> [Double] {
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: Self.bodyBytes)
    var milliseconds: [Double] = []
    milliseconds.reserveCapacity(count)
    for index in 0..<count {
      var due = ContinuousClock.now
      if let perSecond {
        // Counted from when it was due, so that a stall is not hidden by what it holds up.
        let number = index * size.producers + producer
        due = start + .nanoseconds(number * 1_000_000_000 / perSecond)
        if due > .now { try await Task.sleep(until: due) }
      }
      let event = NewEvent(
        kind: .ocpp16, station: UInt32(producer) + 1, direction: .fromStation,
        receivedAt: Instant(millisecondsSinceEpoch: Self.epoch + Int64(index)))
      try await writer.append(event, body: body.span.bytes)
      milliseconds.append((ContinuousClock.now - due) / .milliseconds(1))
    }
    return milliseconds
  }
}
