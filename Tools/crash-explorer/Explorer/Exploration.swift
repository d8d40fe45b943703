import Glibc

/// Draws power cuts of a recorded scenario from seeds and checks what each leaves.
struct Exploration {
  let scenario: Scenario
  let trace: Trace
  let reference: [EventFingerprint]
  let commits: Set<UInt64>
  /// What was there before the recording.
  private let start: [EventFingerprint]
  private let fed: [FedEvent]
  /// The operations before which the power may go, of the whole ledger and of all but its read
  /// models. One is in here as often as there are parts to lose, up to a limit: where there are many,
  /// there are more states.
  private let cuts: (whole: [Int], log: [Int])
  /// A directory in memory.
  private let scratch: String
  /// Read models are checked in one state of so many; 0 is never.
  private let modelsEvery: Int
  /// States of other scenarios are others.
  private let salt: UInt64
  private static let mostShares = 256
  private static let mostViolations = 20

  /// - Parameter ignoresSyncs: as if no sync of a file had ever reached the disk. Then damage must be
  ///   found: it shows that the exploration can find any.
  init(_ recording: Recording, scratch: String, modelsEvery: Int, ignoresSyncs: Bool) throws {
    scenario = recording.scenario
    trace = try Trace(path: recording.trace, ignoresSyncs: ignoresSyncs)
    reference = try EventFingerprint.all(inLedger: recording.ledger)
    self.scratch = scratch
    self.modelsEvery = scenario.hasModels ? modelsEvery : 0
    salt = scenario.name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }
    start = try Self.start(of: trace, in: scratch + "/start")
    commits = Set(trace.acknowledgements + [UInt64(start.count)])
    guard commits.max() == UInt64(reference.count), reference.starts(with: start) else {
      throw Problem("\(scenario.name): the ledger does not hold what its trace acknowledges")
    }
    fed = try recording.fedEvents(trace, reference)
    cuts = try Self.cuts(in: trace)
    // Once here, so that no child has to bind and to set up everything for itself.
    try LedgerCheck(acknowledged: 0, commits: nil, expected: []).run(on: scratch + "/first")
    removeTree(scratch + "/first")
  }

  /// The events before anything was recorded.
  private static func start(of trace: Trace, in directory: String) throws -> [EventFingerprint] {
    var disk = Disk()
    for operation in trace.startingState { try disk.apply(operation) }
    var image = Image(PowerCut(seed: 0, clocks: 0...0), hasModels: true)
    try image.make(disk.root, at: directory)
    defer { removeTree(directory) }
    guard access(directory + "/ledger", F_OK) == 0 else { return [] }
    return try EventFingerprint.all(inLedger: directory + "/ledger")
  }

  private static func cuts(in trace: Trace) throws -> (whole: [Int], log: [Int]) {
    var disk = Disk()
    var cuts: (whole: [Int], log: [Int]) = ([], [])
    for (index, operation) in trace.operations.enumerated() {
      try disk.apply(operation)
      guard index >= trace.startingState.count else { continue }
      func share(withModels: Bool) -> Repeated<Int> {
        let parts = disk.undecided(withModels: withModels).reduce(0) { $0 + $1.parts }
        return repeatElement(index + 1, count: min(parts, mostShares))
      }
      cuts.whole += share(withModels: true)
      cuts.log += share(withModels: false)
    }
    guard !cuts.log.isEmpty else { throw Problem("there is nothing in the trace to be lost") }
    return cuts
  }

  private func checksModels(_ seed: UInt64) -> Bool {
    modelsEvery > 0 && seed % UInt64(modelsEvery) == 0
  }

  /// Where the seed cuts, as a place in `cuts`. A function of the seed alone, so that ranges can be
  /// explored apart.
  private func place(of seed: UInt64) -> (cuts: [Int], index: Int) {
    var random = SeededGenerator(seed: ~seed)
    let cuts = checksModels(seed) ? cuts.whole : cuts.log
    return (cuts, random.below(cuts.count))
  }

  private func cut(of seed: UInt64) -> Int {
    let place = place(of: seed)
    return place.cuts[place.index]
  }

  private func image(of seed: UInt64, _ disk: Disk, at path: String?) throws -> UInt64 {
    let hasModels = checksModels(seed)
    let clocks = disk.undecided(withModels: hasModels).map(\.clock)
    let range = (clocks.min() ?? 0)...(clocks.max() ?? 0)
    var image = Image(PowerCut(seed: seed, clocks: range), hasModels: hasModels)
    try image.make(disk.root, at: path)
    return image.fingerprint
  }

  /// The seeds of worker `job` of so many: each has a stretch of the trace, so that equal images,
  /// which come from neighbouring cuts, meet in one process.
  func share(of seeds: [UInt64], job: Int, jobs: Int) -> [UInt64] {
    seeds.filter { seed in
      let place = place(of: seed)
      return place.index * jobs / place.cuts.count == job
    }
  }

  /// Goes through the trace once, and stops at every cut that a seed has drawn. Leaves the states
  /// that are not among `known` in the file `results`.
  func explore(
    _ seeds: [UInt64], in directory: String, known: KnownStates, results: String
  ) throws -> Counts {
    var counts = Counts()
    var found: Set<UInt64> = []
    var disk = Disk()
    var done = 0
    var promised = Promise(events: UInt64(start.count), backedUp: 0)
    let drawn = Dictionary(grouping: seeds) { cut(of: $0) }
    for (cut, seeds) in drawn.sorted(by: { $0.key < $1.key }) {
      for index in done..<cut {
        promised.events = max(promised.events, trace.promises[index] ?? 0)
        promised.backedUp = max(promised.backedUp, trace.backupPromises[index] ?? 0)
        try disk.apply(trace.operations[index])
      }
      done = cut
      let new = try seeds.sorted().filter { seed in
        let state = try image(of: seed, disk, at: nil) ^ promised.key ^ salt
        return !known.contains(state) && found.insert(state).inserted
      }
      counts.drawn += seeds.count
      counts.checked += new.count
      counts.checkedWithModels += new.count { checksModels($0) }
      for start in stride(from: 0, to: new.count, by: scenario.statesPerChild) {
        let some = Array(new[start...].prefix(scenario.statesPerChild))
        for (seed, problem) in try problems(of: some, disk, promised, in: directory) {
          counts.violations += 1
          say("\(scenario.name), seed \(seed), before operation \(cut), \(promised): \(problem)")
        }
      }
      if counts.violations >= Self.mostViolations { break }
    }
    try KnownStates.append(Array(found), to: results)
    return counts
  }

  /// Checks the states of the seeds in one child, as forking costs more than checking; if anything
  /// goes wrong, each again in a child of its own.
  private func problems(
    of seeds: [UInt64], _ disk: Disk, _ promised: Promise, in directory: String
  ) throws -> [(seed: UInt64, problem: String)] {
    func check(_ seeds: [UInt64]) throws -> String? {
      defer { removeTree(directory) }
      return try ChildProcess.check {
        for seed in seeds {
          _ = try image(of: seed, disk, at: directory)
          if scenario.hasBackup {
            try BackupCheck(promised: promised.backedUp).run(on: directory)
          }
          let check = LedgerCheck(
            acknowledged: promised.events, commits: commits, expected: reference, fed: fed,
            resendsAll: seed % 16 == 0, checksModels: checksModels(seed), seals: scenario.seals)
          try check.run(on: directory + "/ledger")
          removeTree(directory)
        }
      }
    }
    guard try check(seeds) != nil else { return [] }
    return try seeds.compactMap { seed in try check([seed]).map { (seed, $0) } }
  }

  /// Leaves the image of one seed in `directory`, to be looked at.
  func keep(seed: UInt64, in directory: String) throws {
    var disk = Disk()
    for operation in trace.operations[..<cut(of: seed)] { try disk.apply(operation) }
    _ = try image(of: seed, disk, at: directory)
  }
}

/// What the program has promised up to a moment.
private struct Promise: CustomStringConvertible {
  /// The last position that is durable.
  var events: UInt64
  /// The events in the backup.
  var backedUp: UInt64

  /// States that owe something else are others.
  var key: UInt64 { events ^ backedUp << 32 }

  var description: String { "\(events) events promised" }
}
