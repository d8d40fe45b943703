import ArgumentParser
import BenchmarkKit
import Foundation

/// The command behind `Tools/benchmark`.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measure appends, scans, replay, pricing and memory, and print the figures.",
    discussion: "docs/performance.md says what each figure means and how it is measured.")

  @Flag(help: "Everything at a small size, in seconds: shows that it runs, not how fast.")
  var quick = false

  @Option(help: ArgumentHelp("Where the figures go as JSON.", valueName: "file"))
  var output = "benchmark-results.json"

  @Option(help: ArgumentHelp("A directory on the disk that is to be measured.", valueName: "dir"))
  var directory = NSTemporaryDirectory()

  @Option(help: "How often each measurement is repeated.")
  var rounds: Int?

  @Option(help: "Only this part. May be repeated.")
  var only: [BenchmarkSuite.Part] = []

  @Option(
    help: ArgumentHelp(
      "Events that are appended and scanned while memory is watched, 350 bytes of disk each.",
      valueName: "count"))
  var memoryEvents: Int?

  @Flag(help: "Print the figures as they stand in docs/performance.md.")
  var markdown = false

  @Flag(help: "Exit code 1 if a figure does not reach its goal.")
  var strict = false

  func run() throws {
    var plan = quick ? BenchmarkPlan.quick : BenchmarkPlan.full
    plan.rounds = rounds ?? plan.rounds
    guard plan.rounds > 0 else { throw ValidationError("--rounds must be at least 1") }
    plan.watchedEvents = memoryEvents ?? plan.watchedEvents
    guard plan.watchedEvents >= 20 else {
      throw ValidationError("--memory-events must be at least 20")
    }
    let parent = URL(fileURLWithPath: directory).path
    let parts = only.isEmpty ? BenchmarkSuite.Part.allCases : only
    let results = try BenchmarkSuite(plan, in: parent, parts: Set(parts)) { activity in
      FileHandle.standardError.write(Data("\(activity)\n".utf8))
    }.run()
    print(markdown ? results.markdown : results.text)
    try Data(results.json).write(to: URL(fileURLWithPath: output), options: .atomic)
    print("Written to \(output)")
    if strict, !results.areGoalsReached { throw ExitCode.failure }
  }
}

extension BenchmarkSuite.Part: ExpressibleByArgument {}
