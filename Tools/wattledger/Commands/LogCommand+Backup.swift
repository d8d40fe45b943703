import ArgumentParser
import EventLog
import JSON
import Quantities
import Reports

extension LogCommand {
  struct BackUp: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup",
      abstract: "Back up the log into a directory of its own, while others append.",
      discussion: """
        The first run writes everything, each later one the events that are not in the directory \
        yet, as a file more. A run that was stopped is gone on with. What is written is read back \
        from the disk and compared with the ledger before it counts. Read models are not in a backup: \
        `wattledger rebuild` makes them.

        Files hold what stations sent, personal data included: only their owner may read them.
        """)

    @Argument(help: ArgumentHelp("The directory, on another disk.", valueName: "dest"))
    var destination: String

    @Flag(help: "Write nothing: read the whole backup and check every byte. Needs no ledger.")
    var check = false

    @Option(help: "How to print what was done.")
    var format = AnswerFormat.table

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let meter = BackupMeter()
      let contents: Backup.Contents
      var added: BackupReport.Addition?
      if check {
        contents = try Backup(at: destination).check(progress: meter.show)
      } else {
        let report = try ledger.open(access: .readOnly)
          .backUp(to: destination, progress: meter.show)
        (contents, added) = (report.contents, report.added)
      }
      meter.finish()
      format.print(summary(added) + "\n\n" + contents.table) { json in
        json.object { json in
          contents.write(to: &json)
          guard let added else {
            json.key("added")
            return json.null()
          }
          json.object("added") { json in added.write(to: &json) }
        }
      }
    }

    private func summary(_ added: BackupReport.Addition?) -> String {
      guard let added else {
        return "\(destination): \(check ? "every byte is sound" : "nothing new")"
      }
      let resumed =
        added.resumed > 0 ? " (\(added.resumed) were there from a run that was stopped)" : ""
      return "\(destination): \(added.events) events added, read back and compared\(resumed)"
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a ledger from a backup, in a directory that does not exist.",
      discussion: """
        The ledger has the same events at the same positions, byte for byte, and the same hash tree. \
        It is read back and compared with the backup before it gets its name; a restore that was \
        stopped leaves no ledger. `wattledger rebuild` makes the read models.
        """)

    @Argument(help: ArgumentHelp("The directory of the backup.", valueName: "dest"))
    var backup: String

    @Option(
      help: ArgumentHelp("The last position to restore. Default: all.", valueName: "position"))
    var through: UInt64?

    @Option(help: "How to print what was done.")
    var format = AnswerFormat.table

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      guard through != 0 else { throw Failure.input("positions begin at 1") }
      let meter = BackupMeter()
      let contents = try Backup(at: backup).restore(
        to: ledger.path, through: through, progress: meter.show)
      meter.finish()
      let summary = "\(ledger.path): restored, read back and compared"
      format.print("\(summary)\n\n\(contents.table)") { json in
        json.object { json in contents.write(to: &json) }
      }
    }
  }
}

/// The progress of backups: a line for each phase.
private final class BackupMeter {
  private var phase: Backup.Progress.Phase?
  private var meter: ProgressMeter?

  func show(_ progress: Backup.Progress) {
    if phase != progress.phase {
      finish()
      phase = progress.phase
      meter = ProgressMeter(activity: progress.phase.activity, unit: "events")
    }
    let done = progress.position - min(progress.start, progress.position)
    meter?.show(done: done, total: progress.end - progress.start, count: done)
  }

  func finish() { meter?.finish() }
}

extension Backup.Progress.Phase {
  fileprivate var activity: String {
    switch self {
    case .writing: "Backing up"
    case .verifying: "Reading back"
    case .checking: "Checking"
    case .restoring: "Restoring"
    }
  }
}

extension Backup.Contents {
  fileprivate var table: String {
    var table = Table([.left(""), .right("")])
    table.append(["ledger", ledgerUUID])
    table.append(["events", "\(events)"])
    table.append(["stations", "\(stations)"])
    table.append(["last received", logTime?.rfc3339 ?? "-"])
    table.append(["tree root", "\(treeRoot)"])
    table.append(["backup files", "\(parts)"])
    table.append(["backup bytes", "\(bytes)"])
    return table.text
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.member("ledger_uuid", ledgerUUID)
    json.member("events", events)
    json.member("stations", stations)
    json.member("log_time", logTime?.rfc3339)
    json.member("tree_root", "\(treeRoot)")
    json.member("parts", parts)
    json.member("bytes", bytes)
  }
}

extension BackupReport.Addition {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("part", part)
    json.member("first_position", first)
    json.member("events", events)
    json.member("bytes", bytes)
    json.member("resumed_events", resumed)
  }
}
