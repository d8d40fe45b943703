import ArgumentParser
import Projections
import Reports

struct ConnectorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connectors",
    abstract: "Set the registers of connectors beside their sessions: what energy is missing.",
    discussion: """
      A lifetime register should go on from session to session. Where it does not, energy flowed \
      that no session shows: a lost start and stop, or the station's own use. A change is a register \
      that fell or jumped without a reason; an exchange is one of `correct meter`.
      """)

  @Option(help: "Only sessions at this site. May be repeated.")
  var site: [String] = []

  @Option(help: "Only this station. May be repeated.")
  var station: [String] = []

  @Option(help: "How to print it; csv has no gaps.")
  var format = OutputFormat.table

  @OptionGroup var models: ModelsOption

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    var filter = SessionFilter()
    filter.sites = Set(site)
    filter.stations = Set(station)
    let accounts = try models.open(ledger).connectorAccounts(matching: filter)
    if accounts.isEmpty { Terminal.note("no session matches") }
    format.print(ConnectorsReport(accounts))
  }
}
