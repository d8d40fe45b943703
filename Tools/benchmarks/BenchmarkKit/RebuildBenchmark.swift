import EventLog
import Foundation
import Projections
import Synchronization

/// What a rebuild asks of a service that goes on meanwhile: memory, and the patience of producers and
/// of readers. How fast it is, ``ReplayBenchmark`` measures.
struct RebuildBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace
  /// A fleet's log. Nothing is appended to it.
  let ledger: Ledger

  private static let workers = 2

  func run(into results: inout BenchmarkResults) throws {
    var input = FleetInput(plan, days: max(1, plan.days / 4), name: "rebuild", in: workspace)
    input.ledgerName = "rebuild"
    results.note("rebuilding under load: the log that is appended to")
    _ = try input.simulate()
    let live = try input.makeLedger()
    try input.importTrace(into: live)
    try live.append { batch in
      for producer in 1...plan.offered.producers {
        _ = try batch.stationID(named: "producer-\(producer)")
      }
    }
    try measureMemory(live, into: &results)
    try measureQueries(into: &results)
    try measureAppends(live, into: &results)
    try workspace.remove("rebuild")
    try workspace.remove("rebuild.jsonl")
  }

  /// By two workers, beside the models that serve, for this log and one of a quarter of its length.
  private func measureMemory(_ short: Ledger, into results: inout BenchmarkResults) throws {
    let peaks = try [short, ledger].map { ledger in
      _ = try ReadModels.open(for: ledger)
      return Double(try AnonymousMemory.peak { try rebuild(ledger) })
    }
    var figure = Figure(
      id: "rebuild_memory", title: "peak RssAnon of a rebuild by \(Self.workers) workers",
      unit: "bytes", value: Spread([peaks[1]]))
    figure.comparison = Figure.Comparison(
      baseline: "log of a quarter", baselineValue: Spread([peaks[0]]),
      ratio: Spread([peaks[1] / max(peaks[0], 1)]), clock: "none")
    results.figures.append(figure.reaching(.valueAtMost(300_000_000)))
  }

  private func rebuild(_ ledger: Ledger) throws {
    for comparison in try ReadModels.rebuild(for: ledger, workers: Self.workers) {
      guard comparison.isSame != false else {
        throw BenchmarkError("the read model \(comparison.model.name) did not come back the same")
      }
    }
  }
}

// MARK: - Producers

extension RebuildBenchmark {
  private enum Phase: Int { case alone, beside, done }

  /// How long an answer takes while the models are rebuilt, again and again, against just before.
  private func measureAppends(_ live: Ledger, into results: inout BenchmarkResults) throws {
    results.note("rebuilding under load: appends")
    let phase = Atomic(Phase.alone.rawValue)
    let failure = Mutex<(any Error)?>(nil)
    let seconds = Double(plan.offered.events) / Double(plan.offeredEventsPerSecond)
    let builder = Thread {
      Thread.sleep(forTimeInterval: seconds)
      phase.store(Phase.beside.rawValue, ordering: .relaxed)
      do {
        let start = ContinuousClock.now
        // What is appended meanwhile makes the models different, so they are not compared.
        repeat {
          _ = try ReadModels.rebuild(for: live, workers: Self.workers)
        } while ContinuousClock.now - start < .seconds(seconds)
      } catch {
        failure.withLock { $0 = error }
      }
      phase.store(Phase.done.rawValue, ordering: .relaxed)
    }
    builder.start()
    let offered = OfferedAppends(plan: plan)
    let times = try offered.run(to: live) {
      let now = Phase(rawValue: phase.load(ordering: .relaxed)) ?? .done
      return now == .done ? nil : now
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    let alone = OfferedAppends.slowest(times[.alone])
    let beside = OfferedAppends.slowest(times[.beside])
    var figure = Figure(
      id: "rebuild_append_p99", title: "\(offered.title) during rebuilds, 99 of 100", unit: "ms",
      value: Spread([beside]))
    figure.comparison = Figure.Comparison(
      baseline: "before them", baselineValue: Spread([alone]),
      ratio: Spread([beside / max(alone, 1e-9)]), clock: "wall")
    results.figures.append(figure.reaching(.ratioAtMost(2)))
  }
}

// MARK: - Readers

extension RebuildBenchmark {
  /// The slowest of many queries by a reader that opens the models for each, so that it sees the
  /// switch, while they are rebuilt.
  private func measureQueries(into results: inout BenchmarkResults) throws {
    results.note("rebuilding under load: queries")
    _ = try ReadModels.open(for: ledger)
    let isDone = Atomic(false)
    let failure = Mutex<(any Error)?>(nil)
    let rebuilding = Atomic(0.0.bitPattern)
    let builder = Thread { [self] in
      do {
        let timing = try Timing.measure { for _ in 0..<plan.rounds { try rebuild(ledger) } }
        rebuilding.store(timing.wallSeconds.bitPattern, ordering: .relaxed)
      } catch {
        failure.withLock { $0 = error }
      }
      isDone.store(true, ordering: .relaxed)
    }
    builder.start()
    var slowest = 0.0
    repeat {
      slowest = max(slowest, try Timing.measure { try query() }.wallSeconds)
    } while !isDone.load(ordering: .relaxed)
    if let failure = failure.withLock({ $0 }) { throw failure }
    let one = Double(bitPattern: rebuilding.load(ordering: .relaxed)) / Double(plan.rounds)
    var figure = Figure(
      id: "rebuild_query", title: "the slowest query during \(plan.rounds) rebuilds", unit: "ms",
      value: Spread([slowest * 1000]))
    figure.comparison = Figure.Comparison(
      baseline: "one rebuild", baselineValue: Spread([one * 1000]),
      ratio: Spread([slowest / max(one, 1e-9)]), clock: "wall")
    results.figures.append(figure.reaching(.valueAtMost(50)))
  }

  private func query() throws {
    let models = try ReadModels.open(for: ledger, workers: 1)
    var count = 0
    _ = try models.forEachSession(
      matching: SessionFilter(), in: SessionOrder(.started), limit: 50
    ) { _ in count += 1 }
    guard count > 0 else { throw BenchmarkError("a reader found read models that are empty") }
  }
}
