/// Runs all benchmarks.
///
/// Each checks its own results: both sides of a comparison did the same work, models do not depend
/// on the number of workers. So a small run is a test as well.
public struct BenchmarkSuite {
  /// What can be run alone.
  public enum Part: String, Sendable, CaseIterable {
    case append, producers, sealed, stations, replay, pricing
  }

  private let plan: BenchmarkPlan
  private let parts: Set<Part>
  private let parent: String
  private let progress: (String) -> Void

  /// - Parameters:
  ///   - parent: a directory on the disk that is to be measured.
  ///   - parts: what to run besides the import, which makes the input of the others.
  ///   - progress: hears what is being done.
  public init(
    _ plan: BenchmarkPlan, in parent: String, parts: Set<Part> = Set(Part.allCases),
    progress: @escaping (String) -> Void = { _ in }
  ) {
    self.plan = plan
    self.parts = parts
    self.parent = parent
    self.progress = progress
  }

  /// Runs everything and leaves no file behind.
  public func run() throws -> BenchmarkResults {
    var results = BenchmarkResults(plan: plan, machine: Machine(directory: parent))
    results.progress = progress
    let workspace = try Workspace(in: parent)
    do {
      // Memory comes first, while the process has used none.
      let ledger = try FleetBenchmark(plan: plan, workspace: workspace).run(into: &results)
      if parts.contains(.append) {
        try AppendBenchmark(plan: plan, workspace: workspace).run(into: &results)
      }
      if parts.contains(.producers) {
        try GroupCommitBenchmark(plan: plan, workspace: workspace).run(into: &results)
      }
      if parts.contains(.stations) {
        try StationsBenchmark(plan: plan, workspace: workspace).run(into: &results)
      }
      if parts.contains(.sealed) {
        try SealedBenchmark(plan: plan, fleet: ledger, workspace: workspace).run(into: &results)
      }
      if parts.contains(.replay) {
        try ReplayBenchmark(plan: plan, ledger: ledger).run(into: &results)
      }
      if parts.contains(.pricing) {
        try PricingBenchmark(plan: plan, ledger: ledger).run(into: &results)
      }
    } catch {
      try? workspace.removeAll()
      throw error
    }
    try workspace.removeAll()
    results.progress = { _ in }
    return results
  }
}
