/// Runs all benchmarks.
///
/// Each checks its own results: both sides of a comparison did the same work, models do not depend
/// on the number of workers. So a small run is a test as well.
public struct BenchmarkSuite {
  /// What can be run alone.
  public enum Part: String, Sendable, CaseIterable {
    case fleet, memory, append, producers, peers, scan, sealed, stations, replay, rebuild, pricing

    /// Whether the import of a fleet's traffic makes its input.
    fileprivate var needsFleet: Bool {
      [.fleet, .sealed, .replay, .rebuild, .pricing].contains(self)
    }
  }

  private let plan: BenchmarkPlan
  private let parts: Set<Part>
  private let parent: String
  private let progress: (String) -> Void

  /// - Parameters:
  ///   - parent: a directory on the disk that is to be measured.
  ///   - parts: what to run. Those that need it bring the part `fleet` with them.
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
      try run(in: workspace, &results)
    } catch {
      try? workspace.removeAll()
      throw error
    }
    try workspace.removeAll()
    results.progress = { _ in }
    return results
  }

  private func run(in workspace: Workspace, _ results: inout BenchmarkResults) throws {
    // Memory comes first, while the process has used none.
    if parts.contains(.memory) {
      try LogMemoryBenchmark(plan: plan, workspace: workspace).run(into: &results)
    }
    let fleet =
      parts.contains(where: \.needsFleet)
      ? try FleetBenchmark(plan: plan, workspace: workspace).run(into: &results) : nil
    if parts.contains(.append) {
      try AppendBenchmark(plan: plan, workspace: workspace).run(into: &results)
    }
    if parts.contains(.producers) {
      try GroupCommitBenchmark(plan: plan, workspace: workspace).run(into: &results)
    }
    if parts.contains(.peers) {
      try PeerBenchmark(plan: plan, workspace: workspace).run(into: &results)
    }
    if parts.contains(.scan) {
      try ScanBenchmark(plan: plan, workspace: workspace).run(into: &results)
    }
    if parts.contains(.stations) {
      try StationsBenchmark(plan: plan, workspace: workspace).run(into: &results)
    }
    guard let fleet else { return }
    if parts.contains(.sealed) {
      try SealedBenchmark(plan: plan, fleet: fleet, workspace: workspace).run(into: &results)
    }
    if parts.contains(.replay) {
      try ReplayBenchmark(plan: plan, ledger: fleet).run(into: &results)
    }
    if parts.contains(.rebuild) {
      try RebuildBenchmark(plan: plan, workspace: workspace, ledger: fleet).run(into: &results)
    }
    if parts.contains(.pricing) {
      try PricingBenchmark(plan: plan, ledger: fleet).run(into: &results)
    }
  }
}
