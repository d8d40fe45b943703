import EventLog

/// The memory of appending and of scanning, in twenty parts of the way: it must not grow with the
/// log (SEMANTICS 29).
struct LogMemoryBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  private static let parts = 20

  func run(into results: inout BenchmarkResults) throws {
    let ledger = try EventSource.makeLedger(at: workspace.file("memory"))
    let source = EventSource()
    try measure("append", "appending", into: &results) { numbers in
      try source.append(numbers, batch: 1000, to: ledger)
    }
    var events = 0
    try measure("scan", "scanning", into: &results) { numbers in
      try ledger.scan(from: UInt64(numbers.lowerBound + 1), through: UInt64(numbers.upperBound)) {
        _, _ in
        events += 1
        return true
      }
    }
    guard events == plan.watchedEvents else { throw BenchmarkError("the scan missed events") }
    try workspace.remove("memory")
  }

  /// Compares the greatest RssAnon of the first part with that of all others.
  private func measure(
    _ verb: String, _ title: String, into results: inout BenchmarkResults,
    _ work: (Range<Int>) throws -> Void
  ) throws {
    var peaks: [Double] = []
    for part in 0..<Self.parts {
      results.note("memory of \(title), part \(part + 1) of \(Self.parts)")
      let bounds = [part, part + 1].map { plan.watchedEvents * $0 / Self.parts }
      peaks.append(Double(try AnonymousMemory.peak { try work(bounds[0]..<bounds[1]) }))
    }
    let later = Spread(Array(peaks.dropFirst()))
    var figure = Figure(
      id: "memory_log_\(verb)",
      title: "peak RssAnon of \(title) \(plan.watchedEvents) events, in twentieths",
      unit: "bytes", value: later)
    figure.comparison = Figure.Comparison(
      baseline: "the first twentieth", baselineValue: Spread([peaks[0]]),
      ratio: Spread([later.greatest / max(peaks[0], 1)]), clock: "none")
    results.figures.append(figure.reaching(.ratioAtMost(1.1)))
  }
}
