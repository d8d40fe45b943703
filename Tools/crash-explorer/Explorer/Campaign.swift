import Bytes

/// All recorded scenarios, explored together: a seed draws the scenario, the moment of the power cut
/// and what survives it.
struct Campaign {
  private let explorations: [Exploration]
  private let scratch: String
  private(set) var known: KnownStates

  /// - Parameter known: where the states are kept that were checked; nil to keep them in memory.
  init(
    _ recordings: [Recording], scratch: String, modelsEvery: Int, ignoresSyncs: Bool,
    known: String?
  ) throws {
    explorations = try recordings.map {
      try Exploration(
        $0, scratch: scratch, modelsEvery: modelsEvery, ignoresSyncs: ignoresSyncs)
    }
    self.scratch = scratch
    self.known = try KnownStates(path: known)
  }

  /// What was recorded, for people.
  var summary: String {
    explorations.map { each in
      "\(each.scenario.name): \(each.trace.operations.count) operations, "
        + "\(each.reference.count) events, \(each.commits.count - 1) commits"
    }.joined(separator: "\n")
  }

  private func exploration(of seed: UInt64) -> Int {
    var random = SeededGenerator(seed: seed ^ 0x7363_656e_6172_696f)
    var share = random.below(explorations.reduce(0) { $0 + $1.scenario.share })
    return explorations.firstIndex { each in
      share -= each.scenario.share
      return share < 0
    } ?? 0
  }

  /// Explores a range, and says what came of each scenario.
  mutating func run(seeds: Range<UInt64>, jobs: Int) throws -> [(name: String, counts: Counts)] {
    let drawn = Dictionary(grouping: seeds) { exploration(of: $0) }
    return try explorations.indices.map { index in
      let exploration = explorations[index]
      var counts = try Workers.run(jobs: jobs) { job in
        try exploration.explore(
          exploration.share(of: drawn[index] ?? [], job: job, jobs: jobs),
          in: scratch + "/\(job)", known: known, results: results(of: job))
      }
      for job in 0..<jobs {
        counts.different += try known.take(from: results(of: job))
        removeTree(results(of: job))
      }
      return (exploration.scenario.name, counts)
    }
  }

  private func results(of job: Int) -> String { scratch + "/results-\(job)" }

  /// Leaves the image of one seed in `directory`.
  func keep(seed: UInt64, in directory: String) throws {
    try explorations[exploration(of: seed)].keep(seed: seed, in: directory)
  }
}
