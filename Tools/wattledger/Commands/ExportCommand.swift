import ArgumentParser
import JSON
import ModelExport
import Projections
import Reports

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write every read model as tables: into SQLite, PostgreSQL, CSV or NDJSON.",
    discussion: """
      Sessions, readings, costs, charging periods, findings and more, all of one moment of the \
      ledger. A file or directory is made beside its target and takes its place when it is whole. \
      A PostgreSQL database is added to: the first export goes on where it was stopped, each later one \
      writes what has changed, in one transaction. docs/export.md describes every table and column.
      """)

  /// Into what.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case sqlite, csv, ndjson
  }

  @Option(
    help: ArgumentHelp(
      "Where to: a file, a directory for csv and ndjson, or postgresql://user@host/database.",
      valueName: "target"))
  var to: String

  @Option(help: "What to write into a file or directory. Default: sqlite.")
  var format: Format?

  @Flag(help: "postgresql: take the tables of an earlier export away first.")
  var replace = false

  @Flag(
    help: "csv: put an apostrophe before texts that a spreadsheet would take for a formula.")
  var neutralizeFormulas = false

  @OptionGroup var choice: ExportChoice

  @Option(help: "Threads; the rows do not depend on it.")
  var workers: Int?

  @Option(help: "How to print what was done.")
  var summary = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  func validate() throws {
    guard !neutralizeFormulas || format == .csv else {
      throw ValidationError("--neutralize-formulas is for --format csv")
    }
    guard !isPostgreSQL || format == nil else {
      throw ValidationError("--format is for files; leave it out for a database")
    }
    guard isPostgreSQL || !replace else {
      throw ValidationError("--replace is for databases; files are always replaced")
    }
    guard workers ?? 1 > 0 else { throw ValidationError("--workers must be at least 1") }
    guard !to.isEmpty else { throw ValidationError("--to names a file or a directory") }
  }

  /// Both schemes that libpq knows.
  private var isPostgreSQL: Bool {
    to.hasPrefix("postgresql://") || to.hasPrefix("postgres://")
  }

  func run() throws {
    let filter = try choice.filter()
    let exporter = try ModelExporter(
      ledger.models(), filter: filter, selection: choice.words, program: Version.current,
      workers: workers ?? ReadModels.defaultWorkers)
    let meter = ProgressMeter(activity: "Exporting", unit: "rows")
    let done = try write(exporter) { progress in
      meter.show(done: progress.sessions, total: progress.totalSessions, count: progress.rows)
    }
    meter.finish()
    summary.print(done.table) { json in done.write(to: &json) }
  }

  private func write(
    _ exporter: ModelExporter, _ progress: (ExportProgress) -> Void
  ) throws -> ExportSummary {
    if isPostgreSQL {
      return try PostgreSQLDatabase(to, isReplacing: replace).write(exporter, progress: progress)
    }
    return switch format ?? .sqlite {
    case .sqlite: try SQLiteFile(to).write(exporter, progress: progress)
    case .csv:
      try TextDirectory(to, format: .csv, neutralizesFormulas: neutralizeFormulas)
        .write(exporter, progress: progress)
    case .ndjson: try TextDirectory(to, format: .ndjson).write(exporter, progress: progress)
    }
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
