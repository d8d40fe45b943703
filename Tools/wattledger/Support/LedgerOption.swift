import ArgumentParser
import EventLog
import Foundation

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
    try Ledger.open(at: path, access: access)
  }

  /// The ledger, made if the directory is not there yet.
  func openOrCreate() throws -> Ledger {
    if FileManager.default.fileExists(atPath: path) { return try open() }
    return try Ledger.create(at: path)
  }
}
