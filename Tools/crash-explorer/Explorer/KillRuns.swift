import EventLog
import Foundation

/// Kills commands at moments drawn from a seed, and looks at what is left.
struct KillRuns {
  let template: Workplace
  let scratch: String
  private static let trace = "many.jsonl"
  private static let feed = "many-named.jsonl"
  /// Fewer than a ledger remembers event ids, so that all may be sent again.
  private static let fedLines = 15_000
  private static let neighbourFeed = "neighbour.jsonl"
  private static let neighbourLines = 2000

  /// A command that is killed, and what it comes to if it is not.
  private struct Victim {
    var command: Command
    /// What a second process appends meanwhile.
    var neighbour: Command?
    /// Where it is run, and the events there.
    var prepared: Workplace
    var before: [EventFingerprint]
    var checksModels: Bool
    var lines: [FedLine]
    /// The frames that are in the log afterwards, how many events are sealed then, and how long it
    /// takes.
    var frames: Int
    var sealed: UInt64
    var microseconds: UInt64
  }

  func run(seeds: Range<UInt64>, jobs: Int) throws -> Counts {
    let victims = try prepare()
    return try Workers.run(jobs: jobs) { job in
      var counts = Counts()
      for seed in seeds where Int(seed % UInt64(jobs)) == job {
        var random = SeededGenerator(seed: seed)
        let victim = victims[Int(seed % UInt64(jobs * victims.count)) / jobs]
        let pause = UInt32(random.next() % (victim.microseconds * 5 / 4))
        counts.drawn += 1
        counts.checked += 1
        counts.different += 1
        let both = random.below(3) == 0
        let problem: String?
        do {
          problem = try self.problem(killing: victim, both: both, after: pause, job)
        } catch let error as Problem {
          problem = error.description
        }
        guard let problem else { continue }
        counts.violations += 1
        say("seed \(seed), \(victim.command.text) after \(pause) microseconds: \(problem)")
      }
      return counts
    }
  }

  /// The commands, each run once to its end.
  private func prepare() throws -> [Victim] {
    let published = try template.copy("published", in: scratch)
    try published.succeed(["site", "publish", "site.yaml"])
    var simulate: Command = [
      "simulate", "--seed", "11", "--stations", "20", "--days", "5", "--meter-interval", "120",
    ]
    simulate.words += ["--output", published.root + "/" + Self.trace]
    try published.succeed(simulate)
    let lines = try String(contentsOfFile: published.root + "/" + Self.trace, encoding: .utf8)
      .split(separator: "\n").prefix(Self.fedLines).map(String.init)
    try Inputs.named(lines).joined(separator: "\n").write(
      toFile: published.root + "/" + Self.feed, atomically: false, encoding: .utf8)
    try Inputs.named(Inputs.heartbeats(0..<Self.neighbourLines)).joined(separator: "\n").write(
      toFile: published.root + "/" + Self.neighbourFeed, atomically: false, encoding: .utf8)
    let folded = try published.copy("folded", in: scratch)
    try folded.succeed(["import", Self.trace])
    try folded.succeed(["sessions", "--limit", "1"])
    return [
      try victim(["import", Self.trace], in: published),
      try victim(.append(Self.feed, inFlight: 256), in: published),
      try victim(["rebuild"], in: folded, checksModels: true),
      try victim(Scenario.backUp, in: folded),
      try victim(.seal(keepHot: 4096), in: folded),
      try victim(
        .seal(keepHot: 4096), beside: .append(Self.neighbourFeed, inFlight: 16), in: folded),
    ]
  }

  private func victim(
    _ command: Command, beside neighbour: Command? = nil, in prepared: Workplace,
    checksModels: Bool = false
  ) throws -> Victim {
    let place = try prepared.copy("whole", in: scratch)
    let start = DispatchTime.now().uptimeNanoseconds
    try place.succeed(command)
    let microseconds = (DispatchTime.now().uptimeNanoseconds - start) / 1000
    if let neighbour { try place.succeed(neighbour) }
    let input = command.input ?? neighbour?.input
    return Victim(
      command: command, neighbour: neighbour, prepared: prepared,
      before: try EventFingerprint.all(inLedger: prepared.ledger), checksModels: checksModels,
      lines: try input.map { try FedLine.all(in: prepared.root + "/" + $0) } ?? [],
      frames: try frames(in: place), sealed: try sealed(in: place), microseconds: microseconds)
  }

  /// A command that is killed keeps what it has promised, and the same command again finishes it
  /// exactly.
  ///
  /// - Parameter both: its neighbour is killed with it; else that one must not even notice.
  private func problem(
    killing victim: Victim, both: Bool, after pause: UInt32, _ job: Int
  ) throws -> String? {
    let place = try victim.prepared.copy("run-\(job)", in: scratch)
    let (acknowledged, answers) = try kill(victim, both: both, in: place, after: pause)
    let promised = max(acknowledged ?? UInt64(victim.before.count), answers.last)
    let check = LedgerCheck(
      acknowledged: promised, commits: nil, expected: victim.before,
      checksModels: victim.checksModels, seals: victim.sealed > 0)
    // The check appends, and the command must find nothing but what it left: so it gets a copy.
    let copy = try place.copy("copy-\(job)", in: scratch)
    if let problem = try ChildProcess.check({ try check.run(on: copy.ledger) }) { return problem }
    return try ChildProcess.check {
      try answers.check(victim.lines, against: EventFingerprint.all(inLedger: place.ledger))
      try place.succeed(victim.command)
      if let neighbour = victim.neighbour { try place.succeed(neighbour) }
      let count = try frames(in: place)
      guard count == victim.frames else {
        throw Problem("finished, it has \(count) frames of \(victim.frames)")
      }
      guard try sealed(in: place) >= victim.sealed else {
        throw Problem("finished, it has sealed too few events")
      }
    }
  }

  /// Facts and ticks do not count.
  private func frames(in place: Workplace) throws -> Int {
    try EventFingerprint.all(inLedger: place.ledger).count { $0.envelope.kind.isOCPPFrame }
  }

  private func sealed(in place: Workplace) throws -> UInt64 {
    try Ledger.open(at: place.ledger).statistics().sealedEvents
  }

  /// Returns what the programs had promised before they were killed: by a commit, and by answers.
  private func kill(
    _ victim: Victim, both: Bool, in place: Workplace, after pause: UInt32
  ) throws -> (acknowledged: UInt64?, answers: Answers) {
    let trace = place.root + ".trace"
    let output = place.root + ".output"
    unlink(trace)
    let neighbour = try victim.neighbour.map {
      try place.start($0, trace: nil, output: place.root + ".neighbour")
    }
    let program = try place.start(victim.command, trace: trace, output: output)
    usleep(pause)
    Foundation.kill(program.process, SIGKILL)
    if both, let neighbour { Foundation.kill(neighbour.process, SIGKILL) }
    let endings = [ChildProcess.wait(for: program.process), neighbour?.wait()].compactMap(\.self)
    for ending in endings where ![.exited(0), .killed(SIGKILL)].contains(ending) {
      throw Problem("\(ending)")
    }
    let answers = try answers(in: neighbour == nil ? output : place.root + ".neighbour")
    guard neighbour == nil || both || answers.positions.count == victim.lines.count else {
      throw Problem("who appended beside it was answered \(answers.positions.count) times")
    }
    // Killed before it has written anything, there is no trace.
    return ((try? Trace(path: trace, isCut: true))?.acknowledgements.max(), answers)
  }

  private func answers(in output: String) throws -> Answers {
    let said = FileManager.default.contents(atPath: output) ?? Data()
    return try Answers(of: String(decoding: said, as: UTF8.self))
  }
}
