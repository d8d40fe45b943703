import EventLog
import Projections

/// The way of a fleet's traffic into a ledger: simulating, importing and rebuilding a short log and
/// one that is four times as long, with the memory that each needs.
struct FleetBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  /// Runs it and returns the long ledger.
  ///
  /// The short log goes first in each step, and before that it is imported once to warm up, so that
  /// what the allocator keeps from earlier work is in both peaks.
  func run(into results: inout BenchmarkResults) throws -> Ledger {
    let short = FleetInput(plan, days: max(1, plan.days / 4), name: "short", in: workspace)
    let long = FleetInput(plan, days: plan.days, name: "long", in: workspace)
    _ = try simulate(short, into: &results)
    let simulation = try simulate(long, into: &results)
    var warmUp = short
    warmUp.ledgerName = "warm-up"
    _ = try importTrace(of: warmUp, into: &results)
    let shortImport = try importTrace(of: short, into: &results)
    let longImport = try importTrace(of: long, into: &results)
    results.note("rebuilding both")
    let shortRebuild = try rebuildMemory(shortImport.ledger)
    let longRebuild = try rebuildMemory(longImport.ledger)
    let events = Int(try longImport.ledger.head())
    results.figures += [
      Figure(
        id: "simulate", title: "simulator, to a file", unit: "frames/s",
        count: simulation.frames, [simulation.timing]),
      Figure(
        id: "import", title: "import of a trace, durable", unit: "events/s", count: events,
        [longImport.timing]),
      Figure(
        id: "bytes_per_event_of_fleet", title: "used pages for each event of the fleet",
        unit: "bytes", value: Spread([try longImport.ledger.statistics().bytesPerEvent])),
      memory("import", longImport.memory, shortImport.memory),
      memory("rebuild", longRebuild, shortRebuild),
    ]
    return longImport.ledger
  }

  private func simulate(
    _ input: FleetInput, into results: inout BenchmarkResults
  ) throws -> (frames: Int, timing: Timing) {
    results.note("simulating the \(input.name) log")
    var frames = 0
    let timing = try Timing.measure {
      let simulated = try input.simulate()
      frames = simulated.frames
      results.digests["trace_\(input.name)"] = hexadecimal(simulated.hash)
    }
    return (frames, timing)
  }

  private struct Import {
    var ledger: Ledger
    var timing = Timing(wallSeconds: 0, processorSeconds: 0)
    var memory = 0
  }

  private func importTrace(
    of input: FleetInput, into results: inout BenchmarkResults
  ) throws -> Import {
    results.note("importing the \(input.name) log")
    var found = Import(ledger: try input.makeLedger())
    found.memory = try AnonymousMemory.peak {
      found.timing = try Timing.measure { try input.importTrace(into: found.ledger) }
    }
    return found
  }

  private func rebuildMemory(_ ledger: Ledger) throws -> Int {
    try AnonymousMemory.peak { _ = try ReadModels.open(for: ledger, workers: 1) }
  }

  /// Peaks of both lengths. A quarter more is allowed for: allocators are not exact.
  private func memory(_ verb: String, _ long: Int, _ short: Int) -> Figure {
    var figure = Figure(
      id: "memory_\(verb)", title: "peak RssAnon of \(verb), log of four times the length",
      unit: "bytes", value: Spread([Double(long)]))
    figure.comparison = Figure.Comparison(
      baseline: "log of a quarter", baselineValue: Spread([Double(short)]),
      ratio: Spread([Double(long) / Double(max(short, 1))]), clock: "none")
    figure.goal = .ratioAtMost(1.25)
    return figure
  }
}
