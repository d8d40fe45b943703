import EventLog
import Foundation
import Synchronization

/// What appending notices of sealing: how long an answer takes at a rate that is offered, before a
/// log is sealed, while its events are packed, and while their rows are cut from the log.
struct SealingLatencyBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  /// What the sealer is doing.
  private enum Phase: Int, CaseIterable { case waiting, packing, cutting, done }

  func run(into results: inout BenchmarkResults) throws {
    results.note("appending while \(plan.sealedBesideAppends) events are sealed")
    let ledger = try Ledger.create(at: workspace.file("sealing"))
    try SealedInput.meterValues(seed: plan.seed).fill(ledger, plan.sealedBesideAppends)
    let times = try measure(ledger)
    let before = OfferedAppends.slowest(times[.waiting])
    for (phase, name) in [(Phase.packing, "packing"), (.cutting, "cutting")] {
      let value = OfferedAppends.slowest(times[phase])
      var figure = Figure(
        id: "append_p99_while_\(name)",
        title: "\(OfferedAppends(plan: plan).title) while a sealer is \(name), 99 of 100",
        unit: "ms", value: Spread([value]))
      figure.comparison = Figure.Comparison(
        baseline: "before it", baselineValue: Spread([before]),
        ratio: Spread([value / max(before, 1e-9)]), clock: "wall")
      results.figures.append(figure)
    }
    try workspace.remove("sealing")
  }

  /// Appends from before until after a sealer has run.
  private func measure(_ ledger: Ledger) throws -> [Phase: [Double]] {
    let phase = Atomic(Phase.waiting.rawValue)
    let failure = Mutex<(any Error)?>(nil)
    let seconds = Double(plan.offered.events) / Double(plan.offeredEventsPerSecond)
    let sealer = Thread {
      Thread.sleep(forTimeInterval: seconds)
      do {
        try ledger.seal(SealOptions(keepHotEvents: 0)) { progress in
          let now: Phase = progress.activity == .cutting ? .cutting : .packing
          phase.store(now.rawValue, ordering: .relaxed)
        }
      } catch {
        failure.withLock { $0 = error }
      }
      phase.store(Phase.done.rawValue, ordering: .relaxed)
    }
    sealer.start()
    let found = try OfferedAppends(plan: plan).run(to: ledger) {
      let now = Phase(rawValue: phase.load(ordering: .relaxed)) ?? .done
      return now == .done ? nil : now
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return found
  }
}
