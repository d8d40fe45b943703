import ArgumentParser
import JSON
import ModelExport
import Projections
import Reports

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write every read model to SQLite: sessions, readings, costs and more, as tables.",
    discussion: """
      All tables are of one moment. The file is made beside its target and takes its place when it \
      is whole. docs/export.md describes every table and column.
      """)

  @Option(help: ArgumentHelp("Where to: FILE.sqlite.", valueName: "target"))
  var to: String

  @OptionGroup var choice: ExportChoice

  @Option(help: "Threads; the rows do not depend on it.")
  var workers: Int?

  @Option(help: "How to print what was done.")
  var summary = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let workers = self.workers ?? ReadModels.defaultWorkers
    guard workers > 0 else { throw Failure.input("--workers must be at least 1") }
    let filter = try choice.filter()
    let models = try ledger.models()
    let exporter = try ModelExporter(
      models, filter: filter, selection: choice.words, program: Version.current, workers: workers)
    let meter = ProgressMeter(activity: "Exporting", unit: "rows")
    let summary = try SQLiteFile(to).write(exporter) { progress in
      meter.show(done: progress.sessions, total: progress.totalSessions, count: progress.rows)
    }
    meter.finish()
    self.summary.print(summary.table) { json in summary.write(to: &json) }
  }
}

extension ExportSummary {
  fileprivate var table: String {
    var table = Table([.left(""), .right("")])
    table.append(["position", "\(position)"])
    table.append(["sessions", "\(sessions)"])
    table.append(["sessions removed", "\(removedSessions)"])
    table.append(["rows", "\(rows)"])
    return table.text
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("position", position)
      json.member("sessions", sessions)
      json.member("removed_sessions", removedSessions)
      json.member("rows", rows)
    }
  }
}
