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
      Reads the Open OCPP Trace Format (JSON Lines), CSV logs, and the logs of SteVe, evcc, Home \
      Assistant and mobilityhouse/ocpp, openWB, the OCA test tool and others, plain, gzip or zstd; \
      `-` is standard input. The layout is told by the first lines. docs/importing.md shows a line \
      of each.

      Without frames, whole sessions can be imported: a table with one session a row, which --columns \
      maps, or CDRs and Sessions of OCPI as JSON.

      Importing the same records again adds nothing. A line that cannot be stored goes to a rejects \
      file with its number and the reason, and does not stop the rest; lines of other loggers are \
      passed over and counted. A file of which not one record could be stored gives exit code 2.

      With --follow a log that is still written is followed, through rotation, until SIGINT or \
      SIGTERM.
      """)

  @Argument(help: ArgumentHelp("Files to import; `-` is standard input.", valueName: "file"))
  var files: [String]

  @OptionGroup var history: HistoryOptions

  @Option(
    help: ArgumentHelp("Where rejected lines go. Default: FILE.rejects.jsonl.", valueName: "file"))
  var rejects: String?

  @Flag(help: "Check the whole file first, and append nothing if a line is bad.")
  var strict = false

  @Flag(help: "Follow one file that is still written, until SIGINT or SIGTERM.")
  var follow = false

  @Option(help: "How to print what was done.")
  var format = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  func validate() throws {
    guard rejects == nil || files.count < 2 else {
      throw ValidationError(
        "--rejects takes the lines of one file; without it each file has a FILE.rejects.jsonl")
    }
    guard follow else { return }
    guard !strict else {
      throw ValidationError("--strict reads the whole file first, so it cannot --follow one")
    }
    guard files.count == 1, files[0] != "-" else {
      throw ValidationError("--follow takes one file, and not standard input")
    }
  }

  func run() throws {
    let options = try history.importOptions(isStrict: strict, rejectsFile: rejects)
    try requireReadable()
    let stop = follow ? try StopRequest() : nil
    defer { withExtendedLifetime(stop) {} }
    var importer: Importer?
    var reports: [ImportReport] = []
    // What the first files gave is said even if a later one fails.
    defer { if format != .table { printJSON(reports) } }
    for file in files {
      // Opened before the ledger: a file that is no history makes none.
      let input = try ImportInput(
        path: file, options: options, follower: stop.map { FileFollower(stop: $0.descriptor) })
      let opened = try importer ?? Importer(ledger.openOrCreate())
      importer = opened
      let meter = ProgressMeter(activity: "Importing", unit: "events")
      let report = try opened.run(input) { progress in
        meter.show(
          done: progress.storedBytesRead, total: follow ? nil : progress.storedByteCount,
          count: progress.report.read)
      }
      meter.finish()
      reports.append(report)
      if format == .table { Terminal.print(report.summary) }
    }
    try requireStored(reports)
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
    if skippedLines > 0 { parts.append("\(skippedLines) lines of other loggers passed over") }
    return "\(file): " + parts.joined(separator: ", ") + details
  }

  /// The sums, to be checked by hand: docs/importing.md says how.
  private var details: String {
    guard read > 0 else { return "" }
    // A line of a back end's table has two records.
    let others = self.lines.subtractingReportingOverflow(read + skippedLines)
    let parts =
      others.overflow
      ? ""
      : " = \(read) that begin a record + \(skippedLines) of other loggers + "
        + "\(others.partialValue) others"
    var lines = [
      "lines: \(self.lines)" + parts,
      "records: \(read) = \(added) added + \(alreadyThere) already there + \(rejected) rejected",
    ]
    if fromStations + toStations > 0 {
      lines.append(
        "frames: \(fromStations + toStations) = \(fromStations) from stations + "
          + "\(toStations) to stations")
    }
    if let first = firstReceivedAt, let last = lastReceivedAt {
      lines.append("stations: \(stations), from \(first.rfc3339) to \(last.rfc3339)")
    }
    return lines.map { "\n  " + $0 }.joined()
  }
}
