import EventLog
import Foundation

/// Makes one call after another fail in runs of the real command, and looks at what is left.
struct FaultRuns {
  /// A fault that the recorder knows: once, or from that call on.
  static let kinds = ["eio", "enospc", "eintr", "short", "eio-on", "enospc-on"]

  /// A command and those that prepare its ledger.
  struct Step {
    var before: [Command]
    var command: Command
    /// A ledger of an older format to begin with.
    var fixture: String?
  }

  static let steps = [
    Step(before: [], command: ["site", "publish", "site.yaml"]),
    Step(before: [["site", "publish", "site.yaml"]], command: ["import", Inputs.half(0)]),
    Step(
      before: [["site", "publish", "site.yaml"], ["import", Inputs.half(0)]], command: ["sessions"]),
    Step(
      before: [
        ["site", "publish", "site.yaml"], ["import", Inputs.half(0)], ["sessions"],
        ["import", Inputs.half(1)],
      ], command: ["sessions"]),
    Step(
      before: [["site", "publish", "site.yaml"], ["import", Inputs.half(0)], ["sessions"]],
      command: ["rebuild"]),
    Step(
      before: [["site", "publish", "site.yaml"]], command: .append(Inputs.feed(0), inFlight: 16)),
    Step(
      before: [["site", "publish", "site.yaml"], .append(Inputs.feed(0), inFlight: 16)],
      command: .append(Inputs.shortFeed(0), inFlight: 1)),
    Step(before: [], command: ["log", "upgrade"], fixture: "format-1"),
    Step(
      before: [
        ["site", "publish", "site.yaml"], ["import", Inputs.half(0)], Scenario.backUp,
        ["import", Inputs.half(1)],
      ], command: Scenario.backUp),
    Step(before: Scenario.sealable, command: .seal(keepHot: 8192)),
  ]

  /// Shared by all runs: the command, the recorder, and a root with the inputs.
  let template: Workplace
  let scratch: String
  /// Every so manyth call fails.
  let every: Int
  /// Words of the commands that are run; empty for all.
  let only: String

  func run(jobs: Int) throws -> Counts {
    var sum = Counts()
    for (index, step) in Self.steps.enumerated()
    where only.isEmpty || step.command.text.contains(only) {
      let prepared = try template.copy("prepared-\(index)", in: scratch)
      if let fixture = step.fixture { try Fixture.unpack(fixture, to: prepared.ledger) }
      for command in step.before { try prepared.succeed(command) }
      for kind in Self.kinds {
        let counts = try run(step, prepared, kind, jobs: jobs)
        say("  \(step.command.text) after \(step.before.count), \(kind): \(counts.checked) calls")
        sum += counts
      }
    }
    return sum
  }

  private func run(
    _ step: Step, _ prepared: Workplace, _ kind: String, jobs: Int
  ) throws -> Counts {
    // Looking at a ledger may change it, so a copy is looked at.
    let copy = try prepared.copy("looked-at", in: scratch)
    let hasLedger = FileManager.default.fileExists(atPath: copy.ledger)
    let expected = hasLedger ? try EventFingerprint.all(inLedger: copy.ledger) : []
    let whole = try once(step, prepared, kind, at: 0, "whole")
    guard whole.ending == .exited(0), let calls = whole.trace.calls, calls > 0 else {
      throw Problem("a run without a fault: \(whole.ending) \(whole.output)")
    }
    let sealed = try Ledger.open(at: whole.workplace.ledger).statistics().sealedEvents
    return try Workers.run(jobs: jobs) { job in
      var counts = Counts()
      for at in stride(from: 1 + job * every, through: Int(calls), by: jobs * every) {
        counts.drawn += 1
        counts.checked += 1
        counts.different += 1
        let run = try once(step, prepared, kind, at: at, "run-\(job)")
        guard let problem = try problem(run, whole: whole, expected, step, sealed: sealed) else {
          continue
        }
        counts.violations += 1
        say("\(step.command.text), \(kind) at call \(at): \(problem)")
      }
      return counts
    }
  }

  /// A run that is over.
  private struct Run {
    var workplace: Workplace
    var ending: Ending
    var output: String
    var trace: Trace
  }

  private func once(
    _ step: Step, _ prepared: Workplace, _ kind: String, at: Int, _ name: String
  ) throws -> Run {
    let workplace = try prepared.copy(name, in: scratch)
    let trace = workplace.root + ".trace"
    unlink(trace)
    let output = workplace.root + ".output"
    let program = try workplace.start(
      step.command, trace: trace, output: output,
      variables: ["WATTLEDGER_FAULT": kind, "WATTLEDGER_FAULT_AT": "\(at)"])
    let ending = program.wait()
    let text = String(
      decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
    return Run(
      workplace: workplace, ending: ending, output: text, trace: try Trace(path: trace))
  }

  /// What is wrong with a run; nil if it succeeded as a whole run does, or failed as it should.
  private func problem(
    _ run: Run, whole: Run, _ expected: [EventFingerprint], _ step: Step, sealed: UInt64
  ) throws -> String? {
    switch run.ending {
    case .exited(0):
      guard said(run) == said(whole) else { return "it succeeded, but said: \(run.output)" }
    case .exited(2), .exited(3):
      guard run.output.contains("wattledger: ") else { return "no message: \(run.output)" }
    default:
      return "\(run.ending): \(run.output)"
    }
    let lines = try step.command.input.map { try FedLine.all(in: run.workplace.root + "/" + $0) }
    let answers = try Answers(of: run.output)
    let check = LedgerCheck(
      acknowledged: max(
        run.trace.acknowledgements.max() ?? UInt64(expected.count), answers.last),
      commits: nil, expected: expected)
    return try ChildProcess.check {
      if let lines, FileManager.default.fileExists(atPath: run.workplace.ledger) {
        try answers.check(lines, against: EventFingerprint.all(inLedger: run.workplace.ledger))
      }
      try check.run(on: run.workplace.ledger)
      try finish(step, in: run.workplace, lines)
      let ledger = try Ledger.open(at: run.workplace.ledger)
      guard try EventFingerprint.all(in: ledger).starts(with: expected),
        try ledger.statistics().sealedEvents == sealed
      else { throw Problem("the same command without a fault has lost or not sealed an event") }
    }
  }

  /// The same command without a fault succeeds, and has then fed every line once.
  private func finish(_ step: Step, in workplace: Workplace, _ lines: [FedLine]?) throws {
    let output = workplace.root + ".output"
    let ending = try workplace.start(step.command, trace: nil, output: output).wait()
    guard ending == .exited(0) else { throw Problem("the same command without a fault: \(ending)") }
    guard let lines else { return }
    let events = try EventFingerprint.all(inLedger: workplace.ledger)
    let said = FileManager.default.contents(atPath: output) ?? Data()
    let answers = try Answers(of: String(decoding: said, as: UTF8.self))
    try answers.check(lines, against: events)
    guard Set(answers.positions.values).count == lines.count else {
      throw Problem("\(answers.positions.count) of \(lines.count) lines were answered")
    }
    for line in lines {
      let copies = events.count { $0.isEvent(of: line) }
      guard copies == 1 else { throw Problem("line \(line.number) is there \(copies) times") }
    }
  }

  /// What a run printed, whatever its place. A rebuild that could not read the models before it says
  /// truly that its own are new.
  private func said(_ run: Run) -> String {
    run.output.replacing(run.workplace.root, with: "")
      .replacing("same as before", with: "new").replacing("─", with: "")
  }
}
