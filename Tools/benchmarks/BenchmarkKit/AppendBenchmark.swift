import Bytes
import CAppendLoop
import EventLog
import LMDB
import Transparency

/// Durable append through the event log against a plain C loop on liblmdb that writes the same
/// records and the same rows of stream heads in the same batches.
struct AppendBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  private static let bodyBytes = EventSource.bodyBytes

  func run(into results: inout BenchmarkResults) throws {
    for size in plan.appends {
      // A single event leaves nothing to be made ready meanwhile.
      try measure(size, size.batch == 1 ? .asTheyCome : .madeReady, into: &results)
    }
    if let largest = plan.appends.last {
      try measure(largest, .asTheyCome, named: "_as_they_come", into: &results)
      try measure(largest, .onOneProcessor, named: "_one_core", into: &results)
    }
    measureHashing(into: &results)
  }

  /// How events get into the ledger.
  private enum Way: String {
    /// The next batch is made ready while the last is synced.
    case madeReady = "made ready before"
    /// One after the other by the thread that commits them.
    case asTheyCome = "as they come"
    /// That, and hashing has to take turns with appending.
    case onOneProcessor = "all on one core"
  }

  private func measure(
    _ size: BenchmarkPlan.AppendSize, _ way: Way, named suffix: String = "",
    into results: inout BenchmarkResults
  ) throws {
    let id = "append_batch_\(size.batch)" + suffix
    var ours: [Timing] = []
    var loop: [Timing] = []
    var digest: UInt64 = 0
    for round in 0..<plan.rounds {
      results.note("\(id), round \(round + 1) of \(plan.rounds)")
      try Processors.with(onlyOne: way == .onOneProcessor) {
        // Whoever goes second finds a disk that was just written to, so they take turns.
        if round.isMultiple(of: 2) { loop.append(try runLoop(size)) }
        ours.append(try runLedger(size, way))
        if !round.isMultiple(of: 2) { loop.append(try runLoop(size)) }
      }
      digest = try compareRecords(size)
      if round == plan.rounds - 1 { try noteBytes(into: &results) }
      try workspace.remove("append")
      try workspace.remove("append-loop")
    }
    var figure = Figure(
      id: id,
      title: "durable append, \(Self.bodyBytes) byte bodies, batches of \(size.batch), "
        + way.rawValue,
      unit: "events/s", count: size.events, ours
    )
    .against("C loop", count: size.events, loop, ours: ours, ourCount: size.events, by: .wall)
    if suffix.isEmpty { figure.goal = Self.goals[size.batch].map { .ratioAtLeast($0) } }
    results.figures.append(figure)
    results.digests[id] = hexadecimal(digest)
  }

  /// Parts of the C loop, by batch. Small batches are the disk's; large ones show what the tree costs.
  private static let goals = [1: 0.95, 100: 0.7, 1000: 0.75]

  private func runLoop(_ size: BenchmarkPlan.AppendSize) throws -> Timing {
    let directory = try workspace.makeDirectory("append-loop")
    let nanoseconds = wattledger_c_append(
      directory, UInt64(size.events), UInt64(size.batch), Self.bodyBytes,
      UInt32(EventSource.stations))
    guard nanoseconds > 0 else {
      throw BenchmarkError("the C loop failed with LMDB's code \(nanoseconds)")
    }
    let seconds = Double(nanoseconds) / 1e9
    return Timing(wallSeconds: seconds, processorSeconds: seconds)
  }

  private func runLedger(_ size: BenchmarkPlan.AppendSize, _ way: Way) throws -> Timing {
    let ledger = try EventSource.makeLedger(at: workspace.file("append"))
    let source = EventSource()
    guard way == .madeReady else {
      return try Timing.measure {
        try source.append(0..<size.events, batch: size.batch, to: ledger)
      }
    }
    return try Timing.measure {
      try BatchPipeline().append(0..<size.events, batch: size.batch, to: ledger) {
        try source.add($1, to: &$0)
      }
    }
  }
}

extension AppendBenchmark {
  /// Checks that both have written the same events, and returns the hash of them.
  private func compareRecords(_ size: BenchmarkPlan.AppendSize) throws -> UInt64 {
    let ours = try hash(ofLog: workspace.file("append/log"))
    let loop = try hash(ofLog: workspace.file("append-loop"))
    guard ours.value == loop.value, ours.events == size.events else {
      throw BenchmarkError("the C loop and the ledger did not write the same records")
    }
    return ours.value
  }

  /// Every key and record but what cannot be equal: recorded-at, checksum, salt.
  private func hash(ofLog path: String) throws -> (events: Int, value: UInt64) {
    let environment = try Environment(path: path)
    let events = try environment.openDatabase("events")
    var hash = StableHash64()
    var count = 0
    try environment.read { transaction in
      try transaction.forEach(in: events) { entry in
        hash.combine(entry.key)
        for range in [0..<16, 24..<36, 56..<entry.value.count] {
          hash.combine(UnsafeRawBufferPointer(rebasing: entry.value[range]))
        }
        count += 1
        return true
      }
    }
    return (count, hash.value)
  }

  private func noteBytes(into results: inout BenchmarkResults) throws {
    let statistics = try Ledger.open(at: workspace.file("append")).statistics()
    let id = "bytes_per_event_of_256"
    guard statistics.events >= 1000, !results.figures.contains(where: { $0.id == id }) else {
      return
    }
    results.figures.append(
      Figure(
        id: id, title: "used pages for each event with a 256 byte body", unit: "bytes",
        value: Spread([statistics.bytesPerEvent])))
  }
}

extension AppendBenchmark {
  /// What the tree costs in series: the hashes that an event takes, and nothing else.
  private func measureHashing(into results: inout BenchmarkResults) {
    let count = plan.appends.map(\.events).max() ?? 0
    var timings: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("hashing, round \(round + 1) of \(plan.rounds)")
      var root = TreeHasher.emptyRoot
      timings.append(Timing.measure { root = Self.hashTree(of: count) })
      results.digests["tree_hashing"] = "\(root)"
    }
    results.figures.append(
      Figure(
        id: "tree_hashing",
        title: "hashes of the tree, \(Self.bodyBytes) byte bodies, on one core",
        unit: "events/s", count: count, timings))
  }

  /// The root of a tree over `count` leaves like those of events: each hashes salt and body, then the
  /// entry of 104 bytes, then on average one node.
  private static func hashTree(of count: Int) -> SHA256Digest {
    let commitments = SHA256Hasher()
    let hasher = TreeHasher()
    var frontier = MerkleFrontier()
    var saltAndBody = [UInt64](repeating: 0, count: (16 + bodyBytes) / 8)
    var entry = [UInt8](repeating: 0, count: 104)
    for number in 0..<count {
      saltAndBody[0] = UInt64(number)
      saltAndBody.withUnsafeBytes { commitments.update($0) }
      let leaf = entry.withUnsafeMutableBytes { entry in
        entry.storeBytes(of: commitments.finalize(), toByteOffset: 72, as: SHA256Digest.self)
        return hasher.leaf(UnsafeRawBufferPointer(entry))
      }
      frontier.append(leaf, with: hasher)
    }
    return frontier.root(with: hasher)
  }
}
