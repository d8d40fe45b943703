import Bytes
import EventLog

/// The same events in two ledgers, one of them sealed: the bytes of each event, how fast it is
/// sealed, and how fast it is read in order and at random.
struct SealedBenchmark {
  let plan: BenchmarkPlan
  let fleet: Ledger
  let workspace: Workspace

  private static let randomReads = 10_000

  func run(into results: inout BenchmarkResults) throws {
    try measure(.copy(of: fleet), into: &results)
    try measure(.meterValues(seed: plan.seed), into: &results)
    try SealingLatencyBenchmark(plan: plan, workspace: workspace).run(into: &results)
  }

  private func measure(_ input: SealedInput, into results: inout BenchmarkResults) throws {
    results.note("sealing \(input.title)")
    let last = try measureInMemory(input, into: &results)
    results.figures.append(try cold(input, last, &results))
    try workspace.remove("hot")
    try workspace.remove("sealed")
  }

  /// Returns the last sealed position. Both ledgers are closed at the end.
  private func measureInMemory(
    _ input: SealedInput, into results: inout BenchmarkResults
  ) throws -> UInt64 {
    let hot = try Ledger.create(at: workspace.file("hot"))
    let sealed = try Ledger.create(at: workspace.file("sealed"))
    try input.fill(hot, plan.sealedEvents)
    try input.fill(sealed, plan.sealedEvents)
    var report: SealReport?
    let sealing = try Timing.measure { report = try sealed.seal(SealOptions(keepHotEvents: 0)) }
    guard let report, report.sealedEvents > 0 else { throw BenchmarkError("nothing was sealed") }
    let last = report.after.sealedEvents
    try results.figures += [
      bytes(input, report),
      Figure(
        id: "seal_\(input.name)", title: "\(input.title) sealed, compared and cut",
        unit: "events/s", count: Int(last), [sealing]),
      scan(input, hot, sealed, last, &results),
      random(input, hot, sealed, last, &results),
    ]
    return last
  }

  /// Only meter values have a goal: 75 bytes less 1 for the hash tree and 3 for station lists.
  private func bytes(_ input: SealedInput, _ report: SealReport) -> Figure {
    let bytes = Double(report.after.sealedBytes) / Double(report.after.sealedEvents)
    let figure = Figure(
      id: "sealed_bytes_per_event_of_\(input.name)",
      title: "used pages for each of the sealed \(input.title)",
      unit: "bytes", value: Spread([bytes]))
    return input.name == "meter_values" ? figure.reaching(.valueAtMost(71)) : figure
  }

  private func scan(
    _ input: SealedInput, _ hot: Ledger, _ sealed: Ledger, _ last: UInt64,
    _ results: inout BenchmarkResults
  ) throws -> Figure {
    guard try hash(hot, last) == hash(sealed, last) else {
      throw BenchmarkError("the sealed ledger does not hold the same bodies")
    }
    var ours: [Timing] = []
    var theirs: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("scanning \(input.title), round \(round + 1) of \(plan.rounds)")
      theirs.append(try Timing.measure { _ = try touch(hot, last) })
      ours.append(try Timing.measure { _ = try touch(sealed, last) })
    }
    return Figure(
      id: "sealed_scan_\(input.name)", title: "scan of sealed \(input.title), each body touched",
      unit: "events/s", count: Int(last), ours
    )
    .against(
      "unsealed, in memory", count: Int(last), theirs, ours: ours, ourCount: Int(last),
      by: .processor
    )
    .reaching(.ratioAtLeast(0.5))
  }

  private func random(
    _ input: SealedInput, _ hot: Ledger, _ sealed: Ledger, _ last: UInt64,
    _ results: inout BenchmarkResults
  ) throws -> Figure {
    var ours: [Timing] = []
    var theirs: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("reading \(input.title) at random, round \(round + 1) of \(plan.rounds)")
      let seed = plan.seed + UInt64(round)
      theirs.append(try Timing.measure { _ = try read(hot, last, seed: seed) })
      ours.append(try Timing.measure { _ = try read(sealed, last, seed: seed) })
    }
    return Figure(
      id: "sealed_random_\(input.name)", title: "sealed \(input.title) read at random positions",
      unit: "events/s", count: Self.randomReads, ours
    )
    .against(
      "unsealed, in memory", count: Self.randomReads, theirs, ours: ours,
      ourCount: Self.randomReads, by: .processor)
  }

  /// Scans both from the disk, by wall time: reading is the work then.
  private func cold(
    _ input: SealedInput, _ last: UInt64, _ results: inout BenchmarkResults
  ) throws -> Figure {
    var ours: [Timing] = []
    var theirs: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("scanning \(input.title) from the disk, round \(round + 1) of \(plan.rounds)")
      theirs.append(try scanFromDisk("hot", last))
      ours.append(try scanFromDisk("sealed", last))
    }
    return Figure(
      id: "sealed_cold_\(input.name)", title: "scan of sealed \(input.title) from the disk",
      unit: "events/s", count: Int(last), ours
    )
    .against(
      "unsealed, from the disk", count: Int(last), theirs, ours: ours, ourCount: Int(last),
      by: .wall
    )
    .reaching(.ratioAtLeast(1))
  }

  private func scanFromDisk(_ name: String, _ last: UInt64) throws -> Timing {
    try FileCache.drop(filesIn: workspace.file(name))
    let ledger = try Ledger.open(at: workspace.file(name), access: .readOnly)
    return try Timing.measure { _ = try touch(ledger, last) }
  }

  /// Reads a byte in every 64 of each body, and returns their sum.
  private func touch(_ ledger: Ledger, _ last: UInt64) throws -> UInt64 {
    var sum: UInt64 = 0
    try ledger.scan(through: last) { _, body in
      var index = 0
      while index < body.count {
        sum &+= UInt64(body[index])
        index += 64
      }
      return true
    }
    return sum
  }

  private func hash(_ ledger: Ledger, _ last: UInt64) throws -> UInt64 {
    var hash = StableHash64()
    try ledger.scan(through: last) { envelope, body in
      hash.combine(sized: body)
      return true
    }
    return hash.value
  }

  private func read(_ ledger: Ledger, _ last: UInt64, seed: UInt64) throws -> Int {
    var random = SeededGenerator(seed: seed)
    return try ledger.read { snapshot in
      var bytes = 0
      for _ in 0..<Self.randomReads {
        bytes += try snapshot.event(at: 1 + random.next() % last)?.body.count ?? 0
      }
      return bytes
    }
  }
}
