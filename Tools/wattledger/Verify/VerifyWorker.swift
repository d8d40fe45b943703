import EventLog
import Foundation
import JSON
import LMDB
import Projections

/// The side of `verify` that reads. Each finding is a line of JSON on standard output; the last line
/// is `{"done":true}`.
struct VerifyWorker {
  let ledgerPath: String
  private let progress = ProgressLines()

  init(ledgerPath: String) { self.ledgerPath = ledgerPath }

  func run(_ part: VerifyPart, as child: VerifyChildOptions) {
    do {
      if let directory = child.currentDirectory,
        !FileManager.default.changeCurrentDirectoryPath(directory)
      {
        throw Failure.input("cannot go to \(directory)")
      }
      switch part {
      case .log: try checkLog()
      case .models: try checkModels()
      case .replay: try replay(child.settings, through: child.through)
      }
      emit { $0.member("done", true) }
    } catch {
      emit { $0.member("failure", "\(error)") }
    }
  }

  private func checkLog() throws {
    let found = try Ledger.verifyLog(at: ledgerPath, progress: progress.show)
    emit { $0.member("events", found.events) }
    if let reason = found.firstDamage { emit { $0.member("reason", reason.description) } }
    for range in found.damagedPositions.ranges {
      emit { json in
        json.member("first", range.lowerBound)
        json.member("last", range.upperBound)
      }
    }
    for table in found.damagedTables {
      emit { json in
        json.member("table", table.table)
        json.member("flaw", table.flaw.rawValue)
        json.member("text", table.description)
      }
    }
    for leftOver in found.leftOvers { emit { $0.member("left_over", leftOver) } }
    emit(found.pages, of: Self.logDirectory + "/data.mdb")
    for segment in found.damagedSegments { emit(segment.pages, of: segment.name + "/data.mdb") }
    for directory in databaseDirectories(under: "") where directory != Self.logDirectory {
      try checkPages(of: directory)
    }
  }

  private func checkModels() throws {
    let directories = Self.derivedDirectories.flatMap { databaseDirectories(under: $0) }
    var isSound = true
    // What is being built or compared belongs to another process, and changes.
    let isOfOthers = /models\/[^\/]*\/(building|verify)-.*/
    for directory in directories where directory.wholeMatch(of: isOfOthers) == nil {
      isSound = try checkPages(of: directory) && isSound
    }
    // liblmdb is not let near damaged pages; the models can be made anew.
    guard isSound else { return }
    let ledger = try Ledger.open(at: ledgerPath)
    let found = try ReadModels.verifyAll(for: ledger) {
      progress.show($0.position, $0.head)
    }
    for comparison in found.models {
      let line = ReadModelLine(comparison)
      emit { json in json.object("model") { line.write(to: &$0) } }
    }
    for table in found.differingTables { emit { $0.member("differing", table) } }
  }

  private func replay(_ settings: FoldSettings, through position: UInt64?) throws {
    let found = try ReadModels.replay(
      of: Ledger.open(at: ledgerPath), settings, through: position
    ) {
      progress.show($0.position, $0.head)
    }
    emit { json in json.object("fold") { found.write(to: &$0) } }
  }

  private static let logDirectory = "log"

  /// What can be made anew from the log.
  static let derivedDirectories = [Ledger.modelsDirectory, "index"]

  /// The directories at or below `parent` that hold a database; if it is empty, all of the ledger
  /// but those that are derived, and the segments, which belong to the log.
  private func databaseDirectories(under parent: String) -> [String] {
    let manager = FileManager.default
    let base = parent.isEmpty ? ledgerPath : "\(ledgerPath)/\(parent)"
    let names = (try? manager.contentsOfDirectory(atPath: base)) ?? []
    return names.sorted().flatMap { name -> [String] in
      let path = parent.isEmpty ? name : "\(parent)/\(name)"
      if manager.fileExists(atPath: "\(ledgerPath)/\(path)/data.mdb") { return [path] }
      let isDeeper =
        parent == Ledger.modelsDirectory
        || parent.isEmpty && !Self.derivedDirectories.contains(name)
          && name != Ledger.segmentsDirectory
      return isDeeper ? databaseDirectories(under: path) : []
    }
  }

  @discardableResult
  private func checkPages(of directory: String) throws -> Bool {
    var nobody = NoVisitor()
    let report: PageReport
    do {
      report = try PageWalker.walk(
        environmentIn: "\(ledgerPath)/\(directory)", visitor: &nobody)
    } catch {
      // Another process has replaced it since the directories were listed.
      if error.code == .noSuchFile { return true }
      throw error
    }
    emit(report, of: "\(directory)/data.mdb")
    return report.isSound
  }

  private func emit(_ report: PageReport, of file: String) {
    for damage in report.damages {
      emit { json in
        json.member("file", file)
        json.member("page", damage.page)
        json.member("database", damage.database)
        json.member("flaw", damage.flaw.rawValue)
        json.member("text", damage.description)
      }
    }
    if report.furtherDamages > 0 {
      emit { json in
        json.member("file", file)
        json.member("more", report.furtherDamages)
      }
    }
  }

  private func emit(_ write: (inout JSONWriter) -> Void) {
    var json = JSONWriter()
    json.object { write(&$0) }
    Terminal.print(json)
  }
}

/// Writes how far a check has come, at most ten times a second.
private final class ProgressLines {
  private var lastShown: UInt64 = 0

  func show(_ done: UInt64, _ total: UInt64) {
    let now = DispatchTime.now().uptimeNanoseconds
    guard now - lastShown > 100_000_000 else { return }
    lastShown = now
    Terminal.print(#"{"done_events":\#(done),"total_events":\#(total)}"#)
  }
}
