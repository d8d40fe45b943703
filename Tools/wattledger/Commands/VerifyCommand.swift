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

      With --replay it then folds the log twice more, in processes with another number of threads \
      and of events between two commits, another locale, time zone, hash seed and directory, and \
      compares all tables of all folds: nothing of that may change a row.

      Exit code 1 if only read models are damaged or differ (they can be made anew), 3 if the log \
      is damaged: then restore it from a backup.
      """)

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @Flag(help: "Fold the log again under other settings too, and compare every table.")
  var replay = false

  @OptionGroup var ledger: LedgerOption

  @OptionGroup(visibility: .hidden) var child: VerifyChildOptions

  func run() throws {
    if let part = child.part {
      return VerifyWorker(ledgerPath: ledger.path).run(part, as: child)
    }
    try ledger.requireDirectory()
    var findings = VerifyFindings()
    try check(.log, "Reading", &findings)
    // A log that is damaged gives other read models, whatever they are.
    if findings.isLogSound { try check(.models, "Folding", &findings) }
    // Damaged pages are no place to look for the same rows.
    if replay, findings.areModelsReadable { try replayFolds(&findings) }
    format.print(findings.table, json: findings.write)
    if let failure = findings.failure { throw failure }
  }

  /// Folds the log again in other ways, one after the other.
  private func replayFolds(_ findings: inout VerifyFindings) throws {
    for way in ReplayWay.all(events: findings.events) {
      findings.begin(way)
      // All folds end at the same position, or they could not be compared with each other.
      try check(
        .replay, "Folding again", &findings,
        VerifyChildOptions.arguments(way, through: findings.replayedPosition),
        environment: way.environment)
    }
  }

  private func check(
    _ part: VerifyPart, _ activity: String, _ findings: inout VerifyFindings,
    _ more: [String] = [], environment: [String: String?] = [:]
  ) throws {
    let meter = ProgressMeter(activity: activity, unit: "events")
    // A child may start elsewhere.
    let path = URL(filePath: ledger.path).absoluteURL.path
    let child = try ChildCheck(
      arguments: ["verify", "--part", part.rawValue, "--ledger", path] + more,
      environment: environment)
    let ending = child.run { line in
      findings.take(line, of: part) { meter.show(done: $0, total: $1, count: $0) }
    }
    meter.finish()
    findings.end(part, ending)
  }
}
