import Glibc

/// Draws power cuts of a recording from seeds and checks what each leaves.
struct Exploration {
  let trace: Trace
  let reference: [EventFingerprint]
  let commits: Set<UInt64>
  /// The operations before which the power may go, without those where nothing can be lost.
  let cuts: [Int]
  /// A directory in memory.
  let scratch: String
  /// Read models are checked in one state of so many; 0 is never.
  let modelsEvery: Int
  private static let mostViolations = 20

  /// - Parameter ignoresSyncs: as if no sync of a file had ever reached the disk. Then damage must be
  ///   found: it shows that the exploration can find any.
  init(recording: Recording, scratch: String, modelsEvery: Int, ignoresSyncs: Bool) throws {
    trace = try Trace(path: recording.trace, ignoresSyncs: ignoresSyncs)
    reference = try EventFingerprint.all(inLedger: recording.ledger)
    commits = Set(trace.acknowledgements + [0])
    guard let last = trace.acknowledgements.last, last == UInt64(reference.count), last > 0 else {
      throw Problem("the recording's ledger does not hold what its trace acknowledges")
    }
    cuts = try Self.cuts(in: trace)
    self.scratch = scratch
    self.modelsEvery = modelsEvery
  }

  private static func cuts(in trace: Trace) throws -> [Int] {
    var disk = Disk()
    var cuts: [Int] = []
    for (index, operation) in trace.operations.enumerated() {
      try disk.apply(operation)
      if !disk.isSettled { cuts.append(index + 1) }
    }
    return cuts + [trace.operations.count]
  }

  /// Where the seed cuts. A function of the seed alone, so that ranges can be explored apart.
  private func cut(of seed: UInt64) -> Int {
    var random = SeededGenerator(seed: ~seed)
    return cuts[random.below(cuts.count)]
  }

  /// Shares the seeds out among `jobs` processes.
  func run(seeds: Range<UInt64>, jobs: Int) throws -> Counts {
    try Workers.run(jobs: jobs) { job in
      try explore(seeds.filter { Int($0 % UInt64(jobs)) == job }, in: scratch + "/\(job)")
    }
  }

  /// Goes through the trace once, and stops at every cut that a seed has drawn.
  private func explore(_ seeds: [UInt64], in directory: String) throws -> Counts {
    var counts = Counts()
    var known: Set<UInt64> = []
    var disk = Disk()
    var done = 0
    var acknowledged: UInt64 = 0
    let drawn = seeds.map { (cut: cut(of: $0), seed: $0) }.sorted { $0 < $1 }
    for (cut, seed) in drawn where counts.violations < Self.mostViolations {
      while done < cut {
        if case .acknowledge(path: "ledger/log", let events) = trace.operations[done] {
          acknowledged = max(acknowledged, events)
        }
        try disk.apply(trace.operations[done])
        done += 1
      }
      counts.drawn += 1
      var image = Image(PowerCut(seed: seed, clocks: disk.undecided))
      try image.write(disk.root, to: directory)
      defer { removeTree(directory) }
      guard known.insert(image.fingerprint ^ acknowledged).inserted else { continue }
      counts.checked += 1
      let checksModels = modelsEvery > 0 && seed % UInt64(modelsEvery) == 0
      if checksModels { counts.checkedWithModels += 1 }
      let check = LedgerCheck(
        acknowledged: acknowledged, commits: commits, expected: reference,
        checksModels: checksModels)
      let problem = try ChildProcess.check { try check.run(on: directory + "/ledger") }
      guard let problem else { continue }
      counts.violations += 1
      say("seed \(seed), cut before operation \(cut), \(acknowledged) acknowledged: \(problem)")
    }
    return counts
  }

  /// Leaves the image of one seed in `directory`, to be looked at.
  func keep(seed: UInt64, in directory: String) throws {
    var disk = Disk()
    for operation in trace.operations[..<cut(of: seed)] { try disk.apply(operation) }
    var image = Image(PowerCut(seed: seed, clocks: disk.undecided))
    try image.write(disk.root, to: directory)
  }
}
