import ArgumentParser
import EventLog
import Foundation

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every page and record of the ledger, and fold the log again.",
    discussion: """
      Reads every page of every file, the checksum of every record, compares the tables beside \
      them with the records, and folds the log again to compare the read models. It changes \
      nothing in the log, and others may append meanwhile.

      Exit code 1 if only read models are damaged or differ (they can be made anew), 3 if the log \
      is damaged: then restore it from a backup.
      """)

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  /// What a child of this command does; never given by people.
  @Option(help: .hidden)
  var part: VerifyPart?

  func run() throws {
    if let part { return VerifyWorker(ledgerPath: ledger.path).run(part) }
    try ledger.requireDirectory()
    var findings = VerifyFindings()
    try check(.log, "Reading", &findings)
    // A log that is damaged gives other read models, whatever they are.
    if findings.isLogSound { try check(.models, "Folding", &findings) }
    format.print(findings.table, json: findings.write)
    if let failure = findings.failure { throw failure }
  }

  private func check(
    _ part: VerifyPart, _ activity: String, _ findings: inout VerifyFindings
  ) throws {
    let meter = ProgressMeter(activity: activity, unit: "events")
    let child = try ChildCheck(
      arguments: ["verify", "--part", part.rawValue, "--ledger", ledger.path])
    let ending = child.run { line in
      findings.take(line, of: part) { meter.show(done: $0, total: $1, count: $0) }
    }
    meter.finish()
    findings.end(part, ending)
  }
}

/// What is checked in one process.
enum VerifyPart: String, ExpressibleByArgument {
  /// The log, and other files that hold events.
  case log
  /// The files of the read models, and what a fresh fold says of them.
  case models
}
