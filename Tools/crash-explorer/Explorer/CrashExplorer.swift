import ArgumentParser
import Bytes
import Foundation

/// Proves what the ledger promises about crashes: see `docs/decisions/0018-crash-states.md`.
@main
struct CrashExplorer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crash-explorer",
    abstract: "Explore power cuts, failing calls and kills of the real command.",
    subcommands: [Explore.self, Faults.self, Kills.self])
}

/// The programs under test, and how the work is shared out.
struct Subject: ParsableArguments {
  @Option(help: ArgumentHelp("The command.", valueName: "file"))
  var program: String

  @Option(help: ArgumentHelp("The recorder that is loaded into it.", valueName: "file"))
  var recorder: String

  @Option(help: "Processes that work at once.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: ArgumentHelp("Add the result to this file, as a line of JSON.", valueName: "file"))
  var append: String?

  /// A new directory in memory, if there is one, for the time of `body`.
  func withScratch<R>(_ body: (String) throws -> R) throws -> R {
    let parent = Self.hasRoom("/dev/shm") ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/wattledger-crash-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Problem("no scratch: \(systemError())") }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { removeTree(path) }
    return try body(path)
  }

  /// Containers often have a small one.
  private static func hasRoom(_ path: String) -> Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && status.f_bavail * status.f_frsize > 1 << 30
  }

  /// A place with the inputs in it and no ledger.
  func template(in scratch: String) throws -> Workplace {
    let root = scratch + "/template"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    let workplace = Workplace(root: root, program: program, recorder: recorder)
    try Inputs.write(for: workplace)
    return workplace
  }

  /// Says what was done, keeps it if asked, and fails if anything was not as promised.
  ///
  /// - Parameter known: the states that were ever checked of this recording.
  func report(
    _ what: String, _ counts: Counts, seeds: Range<UInt64>?, since start: Date,
    known: KnownStates? = nil
  ) throws {
    let seconds = Date().timeIntervalSince(start)
    let rate = Int(Double(counts.checked) / max(seconds, 0.001))
    say(
      "\(what): \(counts.drawn) drawn, \(counts.different) new ones checked"
        + (counts.checkedWithModels > 0 ? " (\(counts.checkedWithModels) with read models)" : "")
        + ", \(counts.violations) violations; \(Int(seconds)) s, \(rate) a second"
        + (known.map { "; \($0.states.count) different ones so far" } ?? ""))
    if let append { try add(what, counts, seeds, Int(seconds), known, to: append) }
    if counts.violations > 0 { throw ExitCode(1) }
  }

  private func add(
    _ what: String, _ counts: Counts, _ seeds: Range<UInt64>?, _ seconds: Int,
    _ known: KnownStates?, to path: String
  ) throws {
    let binary = try Data(contentsOf: URL(filePath: program))
    let digest = binary.withUnsafeBytes { SHA256Hasher.digest(of: $0) }
    let date = Date().formatted(.iso8601)
    var line = #"{"date":"\#(date)","what":"\#(what)""#
    if let seeds {
      line += #","from_seed":\#(seeds.lowerBound),"through_seed":\#(seeds.upperBound - 1)"#
    }
    line += #","drawn":\#(counts.drawn),"checked":\#(counts.checked)"#
    if let known {
      line += #","different":\#(counts.different),"different_so_far":\#(known.states.count)"#
    }
    line += #","with_read_models":\#(counts.checkedWithModels),"violations":\#(counts.violations)"#
    line += #","seconds":\#(seconds),"binary_sha256":"\#(digest)"}"# + "\n"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard descriptor >= 0 else { throw Problem("cannot open \(path): \(systemError())") }
    defer { close(descriptor) }
    guard write(descriptor, line, line.utf8.count) == line.utf8.count else {
      throw Problem("cannot write \(path): \(systemError())")
    }
  }
}

struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record the command at work and check the states that a power cut could leave.")

  @OptionGroup var subject: Subject

  @Option(help: "How many states to draw.")
  var states: UInt64 = 20_000

  @Option(help: "Fail if fewer different states were checked.")
  var atLeast = 0

  @Option(help: "The first seed. The same seeds draw the same states of the same recording.")
  var fromSeed: UInt64 = 1

  @Option(help: "Check the read models too in one state of so many; 0 is never.")
  var modelsEvery = 50

  @Option(help: "Explore this scenario alone. Its seeds draw other states then.")
  var only: String?

  @Option(help: "Leave the state of the first seed in this directory, and check nothing.")
  var keep: String?

  @Option(help: "Where the recordings are, and what was checked of them.")
  var recording: String

  @Flag(help: "Record anew, also if the recordings are those of these programs.")
  var fresh = false

  @Flag(help: "Pretend that no sync has worked. This must find violations.")
  var ignoreSyncs = false

  func run() throws {
    let recordings = try Recording.all(in: recording, subject, isFresh: fresh)
      .filter { [nil, $0.scenario.name].contains(only) }
    guard !recordings.isEmpty else { throw Problem("there is no such scenario") }
    try subject.withScratch { scratch in
      var campaign = try Campaign(
        recordings, scratch: scratch, modelsEvery: modelsEvery, ignoresSyncs: ignoreSyncs,
        known: ignoreSyncs ? nil : recording + "/checked")
      if let keep { return try campaign.keep(seed: fromSeed, in: keep) }
      say(campaign.summary)
      var different = 0
      for first in stride(from: fromSeed, to: fromSeed + states, by: Self.seedsPerReport) {
        let seeds = first..<min(first + UInt64(Self.seedsPerReport), fromSeed + states)
        different += try explore(seeds, &campaign)
      }
      guard different >= atLeast else {
        throw Problem("only \(different) new different states; draw more of them with --states")
      }
    }
  }

  /// Returns how many states were checked that were not known before.
  private func explore(_ seeds: Range<UInt64>, _ campaign: inout Campaign) throws -> Int {
    let start = Date()
    var sum = Counts()
    for (name, counts) in try campaign.run(seeds: seeds, jobs: subject.jobs) {
      say(
        "  \(name): \(counts.drawn) drawn, \(counts.different) new, "
          + "\(counts.violations) violations")
      sum += counts
    }
    try subject.report("power cuts", sum, seeds: seeds, since: start, known: campaign.known)
    return sum.different
  }

  /// A long run is reported in pieces, so that it can be stopped and gone on with.
  private static let seedsPerReport = 100_000
}

struct Faults: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let each call of the operating system fail in turn.")

  @OptionGroup var subject: Subject

  @Option(help: "Let one call of so many fail.")
  var every = 1

  @Option(help: "Try only the commands that have these words in them.")
  var only = ""

  func run() throws {
    try subject.withScratch { scratch in
      let template = try subject.template(in: scratch)
      let start = Date()
      let runs = FaultRuns(template: template, scratch: scratch, every: every, only: only)
      try subject.report(
        "failing calls", runs.run(jobs: subject.jobs), seeds: nil, since: start)
    }
  }
}

struct Kills: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Kill imports and rebuilds at random moments.")

  @OptionGroup var subject: Subject

  @Option(help: "How many times.")
  var rounds: UInt64 = 100

  @Option(help: "The first seed.")
  var fromSeed: UInt64 = 1

  func run() throws {
    try subject.withScratch { scratch in
      let template = try subject.template(in: scratch)
      let start = Date()
      let seeds = fromSeed..<(fromSeed + rounds)
      let runs = KillRuns(template: template, scratch: scratch)
      try subject.report(
        "kills", runs.run(seeds: seeds, jobs: subject.jobs), seeds: seeds, since: start)
    }
  }
}
