import EventLog
import Foundation

/// Kills imports and rebuilds at moments drawn from a seed, and looks at what is left.
struct KillRuns {
  let template: Workplace
  let scratch: String
  private static let trace = "many.jsonl"

  func run(seeds: Range<UInt64>, jobs: Int) throws -> Counts {
    let imported = try workplace("imported", copying: template)
    try imported.succeed([
      "simulate", "--seed", "11", "--stations", "20", "--days", "8", "--meter-interval", "120",
      "--output", imported.root + "/" + Self.trace,
    ])
    let empty = try workplace("empty", copying: imported)
    try empty.succeed(["site", "publish", "site.yaml"])
    let start = DispatchTime.now().uptimeNanoseconds
    try imported.succeed(["import", Self.trace])
    let microseconds = (DispatchTime.now().uptimeNanoseconds - start) / 1000
    try imported.succeed(["sessions", "--limit", "1"])
    let whole = try EventFingerprint.all(inLedger: imported.ledger)
    let first = try EventFingerprint.all(inLedger: empty.ledger)
    return try Workers.run(jobs: jobs) { job in
      var counts = Counts()
      for seed in seeds where Int(seed % UInt64(jobs)) == job {
        var random = SeededGenerator(seed: seed)
        let pause = UInt32(random.next() % (microseconds * 5 / 4))
        counts.drawn += 1
        counts.checked += 1
        let problem =
          try random.below(3) == 0
          ? killRebuild(imported, whole, after: pause, job)
          : killImport(empty, first, total: frames(whole), after: pause, job)
        guard let problem else { continue }
        counts.violations += 1
        say("seed \(seed), killed after \(pause) microseconds: \(problem)")
      }
      return counts
    }
  }

  /// An import that is killed keeps what it acknowledged, and the same import finishes it exactly.
  private func killImport(
    _ prepared: Workplace, _ before: [EventFingerprint], total: Int, after pause: UInt32, _ job: Int
  ) throws -> String? {
    let place = try workplace("run-\(job)", copying: prepared)
    let acknowledged = try kill(["import", Self.trace], in: place, after: pause)
    let check = LedgerCheck(
      acknowledged: acknowledged ?? UInt64(before.count), commits: nil, expected: before,
      checksModels: false)
    // The check appends, and the import must find nothing but what it left: so it gets a copy.
    let copy = try workplace("copy-\(job)", copying: place)
    if let problem = try ChildProcess.check({ try check.run(on: copy.ledger) }) { return problem }
    try place.succeed(["import", Self.trace])
    let count = try frames(EventFingerprint.all(inLedger: place.ledger))
    return count == total ? nil : "finished, it has \(count) frames of \(total)"
  }

  /// A rebuild that is killed changes no event, and the read models come back.
  private func killRebuild(
    _ prepared: Workplace, _ whole: [EventFingerprint], after pause: UInt32, _ job: Int
  ) throws -> String? {
    let place = try workplace("run-\(job)", copying: prepared)
    _ = try kill(["rebuild"], in: place, after: pause)
    let check = LedgerCheck(
      acknowledged: UInt64(whole.count), commits: nil, expected: whole, checksModels: true)
    return try ChildProcess.check { try check.run(on: place.ledger) }
  }

  /// Facts and ticks do not count.
  private func frames(_ events: [EventFingerprint]) -> Int {
    events.count { $0.envelope.kind.isOCPPFrame }
  }

  /// Returns the last position that the program acknowledged before it was killed.
  private func kill(
    _ command: [String], in place: Workplace, after pause: UInt32
  ) throws -> UInt64? {
    let trace = place.root + ".trace"
    unlink(trace)
    let program = try place.start(command, trace: trace, output: place.root + ".output")
    usleep(pause)
    Foundation.kill(program.process, SIGKILL)
    let ending = ChildProcess.wait(for: program.process)
    guard [.exited(0), .killed(SIGKILL)].contains(ending) else { throw Problem("\(ending)") }
    // Killed before it has written anything.
    guard let recorded = try? Trace(path: trace, isCut: true) else { return nil }
    return recorded.acknowledgements.max()
  }

  private func workplace(_ name: String, copying other: Workplace) throws -> Workplace {
    let root = scratch + "/" + name
    removeTree(root)
    try FileManager.default.copyItem(atPath: other.root, toPath: root)
    return Workplace(root: root, program: other.program, recorder: other.recorder)
  }
}
