import ArgumentParser
import EventLog
import Foundation
import Projections

/// Which ledger a verb works on.
struct LedgerOption: ParsableArguments {
  @Option(
    name: .customLong("ledger"),
    help: ArgumentHelp(
      "The ledger's directory. Default: $WATTLEDGER_DIR, else ./ledger.", valueName: "dir"))
  var directory: String?

  var path: String {
    directory ?? ProcessInfo.processInfo.environment["WATTLEDGER_DIR"] ?? "ledger"
  }

  /// The ledger, which must be there.
  func open(access: Ledger.Access = .readWrite) throws -> Ledger {
    try requireDirectory()
    return try Ledger.open(at: path, access: access)
  }

  /// Says what to do if the ledger's directory is not there.
  func requireDirectory() throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(
        kind: .ledgerUnavailable,
        message:
          "\(path) is not a ledger: there is no such directory. `wattledger import` makes one, "
          + "--ledger names another")
    }
  }

  /// The ledger, made if there is nothing in its place but perhaps an empty directory.
  func openOrCreate() throws -> Ledger {
    let manager = FileManager.default
    let isFree =
      (try? manager.contentsOfDirectory(atPath: path).isEmpty) ?? !manager.fileExists(atPath: path)
    guard isFree else { return try open() }
    do {
      return try Ledger.create(at: path)
    } catch LedgerError.alreadyExists {
      // Another process has made it in the meantime.
      return try open()
    }
  }
}

extension LedgerOption {
  /// The read models, brought up to the head of the log with a progress line.
  func models() throws -> ReadModels {
    let meter = ProgressMeter(activity: "Folding", unit: "events")
    let models = try ReadModels.open(
      for: open(), progress: { meter.show($0) },
      notice: { notice in
        meter.finish()
        Terminal.note("\(notice)")
      })
    meter.finish()
    for fact in try models.facts().unreadable { Terminal.note("warning: \(fact)") }
    return models
  }
}
