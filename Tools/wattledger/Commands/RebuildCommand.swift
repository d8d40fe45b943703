import ArgumentParser
import JSON
import Projections

struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make the read models anew from the log, beside the ones that serve.")

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @Option(help: "Threads; the result does not depend on it.")
  var workers: Int?

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let workers = self.workers ?? ReadModels.defaultWorkers
    guard workers > 0 else { throw Failure.input("--workers must be at least 1") }
    let meter = ProgressMeter(activity: "Rebuilding", unit: "events")
    let models = try ReadModels.rebuild(
      for: ledger.open(), workers: workers, progress: { meter.show($0) })
    meter.finish()
    let lines = models.map(ReadModelLine.init)
    format.print(lines.table) { json in json.object { json in lines.write(to: &json) } }
  }
}
