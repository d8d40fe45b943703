import ArgumentParser
import JSON
import Projections
import Quantities

struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make the read models anew from the log, beside the ones that serve.",
    discussion: """
      Others read and append meanwhile: the new models are compared with the old ones, row for row \
      where they differ, and take over in one step. The old ones are kept, and kept up to date, for \
      --rollback until --drop-old. A rebuild that is stopped or killed is gone on with by the next, \
      unless the machine was started again since. Only one rebuild of a projection runs at a time.
      """)

  @Argument(help: ArgumentHelp("The projections; all of them if none is named."))
  var projections: [String] = []

  @Flag(help: "Change nothing: say what is needed, and what a rebuild would do.")
  var dryRun = false

  @Flag(help: "Build only what is of another version or cannot be used; bring the rest up to date.")
  var needed = false

  @Flag(help: "Let the models before serve again, brought up to date, in one step.")
  var rollback = false

  @Flag(help: "Remove the models that are kept for --rollback, and what killed rebuilds have left.")
  var dropOld = false

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @Option(help: "How to show the progress: on a terminal, or as a line of JSON now and then.")
  var progress = ProgressFormat.terminal

  @Option(help: "Threads; the result does not depend on it.")
  var workers: Int?

  @Option(help: "Events between two commits: what a kill loses at most.")
  var eventsAtOnce: UInt64 = FoldSettings.usualEventsAtOnce

  @Option(
    help: ArgumentHelp(
      "Build them as the log told it then: a position, or a time by which it was recorded.",
      valueName: "time|position"))
  var asOf: String?

  @Option(
    help: ArgumentHelp(
      "Where to, with --as-of: an empty directory, for --models of other verbs.", valueName: "dir"))
  var into: String?

  @OptionGroup var ledger: LedgerOption

  func validate() throws {
    guard [dryRun, needed, rollback, dropOld, asOf != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("choose one of --dry-run, --needed, --rollback, --drop-old and --as-of")
    }
    guard (asOf == nil) == (into == nil) else {
      throw ValidationError("--as-of and --into belong together")
    }
    guard asOf == nil || projections.isEmpty else {
      throw ValidationError("--as-of builds all projections: name none")
    }
  }

  func run() throws {
    let workers = self.workers ?? ReadModels.defaultWorkers
    guard workers > 0 else { throw Failure.input("--workers must be at least 1") }
    guard eventsAtOnce > 0 else { throw Failure.input("--events-at-once must be at least 1") }
    if let asOf, let into { return try build(asOf: asOf, into: into, workers) }
    let rebuild = try Rebuild(
      of: ledger.open(), projections: projections.isEmpty ? nil : projections,
      settings: FoldSettings(workers: workers, eventsAtOnce: eventsAtOnce))
    if dryRun {
      let plan = try rebuild.plan()
      format.print(plan.table) { plan.write(to: &$0) }
    } else if rollback {
      let switched = try rebuild.rollBack()
      format.print(switched.text) { switched.write(to: &$0) }
    } else if dropOld {
      let dropped = try rebuild.dropOld()
      format.print(dropped.text) { dropped.write(to: &$0) }
    } else {
      try build(rebuild)
    }
  }

  private func build(_ rebuild: Rebuild) throws {
    let meter = RebuildMeter(progress)
    let rebuilt = try rebuild.run(
      onlyNeeded: needed, progress: { meter.show($0) }, notice: { meter.tell("\($0)") })
    meter.finish()
    format.print(rebuilt.table) { rebuilt.write(to: &$0) }
  }

  private func build(asOf: String, into path: String, _ workers: Int) throws {
    let ledger = try self.ledger.open()
    let meter = ProgressMeter(activity: "Building", unit: "events")
    let past = try PastModels.build(
      of: ledger, through: AsOf.position(asOf, in: ledger), into: path, workers: workers,
      progress: { meter.show($0) })
    meter.finish()
    let lines = try past.digests(for: ledger).map { ReadModelLine($0, isSame: nil) }
    let time = past.recordedAt.rfc3339
    format.print(
      "As of position \(past.position), recorded at \(time), in \(path).\n" + lines.table
    ) { json in
      json.object { json in
        json.object("as_of") { json in
          json.member("position", past.position)
          json.member("recorded_at", time)
        }
        json.member("into", path)
        lines.write(to: &json)
      }
    }
  }
}

/// How a rebuild shows its progress.
enum ProgressFormat: String, ExpressibleByArgument, CaseIterable {
  case terminal, json
}
