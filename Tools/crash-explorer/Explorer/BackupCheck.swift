import EventLog
import Glibc
import JSON

/// What is demanded of a backup after a crash while it was written.
struct BackupCheck {
  /// The word for the backup's directory in a command.
  static let place = "@backup"

  /// The events that the program has said are in the backup.
  var promised: UInt64

  /// The backup is whole up to what was promised, can be gone on with, and gives the same ledger.
  func run(on root: String) throws {
    let directory = root + "/backup"
    if promised > 0 {
      let found = try Backup(at: directory).check().events
      guard found >= promised else {
        throw Problem("\(promised) events were backed up, and \(found) are in the backup")
      }
    }
    let ledger = try Ledger.open(at: root + "/ledger")
    let report = try ledger.backUp(to: directory)
    let events = try EventFingerprint.all(in: ledger)
    guard report.contents.events == UInt64(events.count) else {
      throw Problem("of \(events.count) events \(report.contents.events) were backed up")
    }
    try Backup(at: directory).restore(to: root + "/restored")
    guard try EventFingerprint.all(inLedger: root + "/restored") == events else {
      throw Problem("the restored ledger has other events")
    }
  }

  /// How many events a program's output says are backed up; nil if it is not of `log backup`.
  static func promise(in output: UnsafeRawBufferPointer) -> UInt64? {
    guard let report = try? JSONParser().parse(output), report["ledger_uuid"] != nil else {
      return nil
    }
    return report["events"]?.int64.map { UInt64($0) }
  }
}
