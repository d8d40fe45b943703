import ArgumentParser
import EventLog
import Formats
import Foundation
import JSON
import Quantities
import Reports

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Append recorded history to the ledger.",
    discussion: """
      Reads the Open OCPP Trace Format (JSON Lines) and timestamped CSV logs, plain, gzip or zstd; \
      `-` is standard input. Importing the same records again adds nothing. A line that cannot be \
      stored goes to a rejects file with its number and the reason, and does not stop the rest. A \
      file of which not one record could be stored gives exit code 2.
      """)

  @Argument(help: ArgumentHelp("Files to import; `-` is standard input.", valueName: "file"))
  var files: [String]

  @Option(help: "The format, if it should not be detected: trace or csv.")
  var from: ImportFormat?

  @Option(help: "The station of records that name none.")
  var station: String?

  @Option(help: "The IANA time zone of times without an offset, e.g. Europe/Berlin.")
  var timeZone: String?

  @Option(
    help: ArgumentHelp("Where rejected lines go. Default: FILE.rejects.jsonl.", valueName: "file"))
  var rejects: String?

  @Flag(help: "Check the whole file first, and append nothing if a line is bad.")
  var strict = false

  @Option(help: "How to print what was done.")
  var format = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  func validate() throws {
    guard rejects == nil || files.count < 2 else {
      throw ValidationError(
        "--rejects takes the lines of one file; without it each file has a FILE.rejects.jsonl")
    }
  }

  func run() throws {
    let options = try options()
    try requireReadable()
    var importer: Importer?
    var reports: [ImportReport] = []
    // What the first files gave is said even if a later one fails.
    defer { if format != .table { printJSON(reports) } }
    for file in files {
      // Opened before the ledger: a file that is no history makes none.
      let input = try ImportInput(path: file, options: options)
      let opened = try importer ?? Importer(ledger.openOrCreate())
      importer = opened
      let meter = ProgressMeter(activity: "Importing", unit: "events")
      let report = try opened.run(input) { progress in
        meter.show(
          done: progress.storedBytesRead, total: progress.storedByteCount,
          count: progress.report.read)
      }
      meter.finish()
      reports.append(report)
      if format == .table { Terminal.print(report.summary) }
    }
    try requireStored(reports)
  }

  private func options() throws -> ImportOptions {
    ImportOptions(
      format: from, station: station,
      timeZone: try timeZone.map { try TimeZoneTable.system(named: $0) }, isStrict: strict,
      rejectsFile: rejects)
  }

  /// A mistyped name is told before any other file is imported.
  private func requireReadable() throws {
    for file in files where file != "-" && access(file, R_OK) != 0 {
      throw Failure.input("\(file): cannot open: \(String(cString: strerror(errno)))")
    }
  }

  /// A file that gave nothing at all is bad input, for instance one without a time zone.
  private func requireStored(_ reports: [ImportReport]) throws {
    let useless = reports.filter(\.isAllRejected)
    guard !useless.isEmpty else { return }
    throw Failure.input(
      useless.map { "\($0.file): no record could be stored: \($0.firstRejection ?? "")" }
        .joined(separator: "\n"))
  }

  private func printJSON(_ reports: [ImportReport]) {
    format.print("") { json in
      json.object { json in
        json.array("files") { json in for report in reports { report.write(to: &json) } }
      }
    }
  }
}

extension ImportFormat: ExpressibleByArgument {}

extension ImportReport {
  /// What was done, for people.
  var summary: String {
    var parts = ["\(added) events added"]
    if alreadyThere > 0 { parts.append("\(alreadyThere) were there already") }
    if flagged > 0 { parts.append("\(flagged) stored with a flag") }
    if rejected > 0 {
      let first = firstRejection.map { " (\($0))" } ?? ""
      parts.append("\(rejected) rejected\(first), see \(rejectsFile ?? "above")")
    }
    if added == 0, rejected == 0, alreadyThere > 0 {
      parts = ["nothing added: all \(read) events were there already"]
    }
    return "\(file): " + parts.joined(separator: ", ")
  }
}
