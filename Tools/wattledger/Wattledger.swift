import ArgumentParser

/// The command. Each verb is a file of its own; what they share is in `Support/`.
@main
struct Wattledger: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wattledger",
    abstract: "An event-sourced ledger of EV charging sessions, with replay.",
    discussion: """
      Every charger event is appended to a log; sessions and costs are rebuilt from it, and \
      replay tools run history again under other tariffs.

      Exit codes: 0 success; 1 the check you asked for failed; 2 wrong usage or bad input; \
      3 a damaged or unavailable ledger.
      """,
    version: Version.current,
    subcommands: [
      ImportCommand.self, SessionsCommand.self, TotalsCommand.self, FindingsCommand.self,
      StationsCommand.self, ConnectorsCommand.self, ExportCommand.self,
      CorrectCommand.self, PriceCommand.self, TariffCommand.self, SiteCommand.self,
      TokenCommand.self, BacktestCommand.self, RebuildCommand.self, VerifyCommand.self,
      LogCommand.self, TraceCommand.self, SimulateCommand.self,
    ])

  /// Runs the verb and turns whatever it throws into the exit codes that the help promises.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(because: error)
    }
  }
}

/// The version of this program, recorded in ledgers that it creates.
enum Version {
  static let current = "0.1.0"
}
