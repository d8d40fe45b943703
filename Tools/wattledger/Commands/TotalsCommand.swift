import ArgumentParser
import JSON
import Projections
import Reports

struct TotalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "totals",
    abstract: "Add up sessions by day, week or month, site, station, tariff and currency.",
    discussion: """
      Amounts of two currencies are never added. Costs are sums of exact amounts; sums of the amounts \
      that bills show, each rounded by itself, stand beside them where they differ. Sessions that were \
      declared void count for nothing.
      """)

  @Option(
    help: ArgumentHelp(
      "What to add up by, in this order: day, week or month, site, station, tariff, currency.",
      valueName: "keys"))
  var by = TotalsKeys()

  @OptionGroup(title: "Which sessions") var selection: SessionSelection

  @Option(help: "How to print it; csv and ndjson have no sum over all.")
  var format = OutputFormat.table

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let filter = try selection.filter()
    let totals = try ledger.models().totals(matching: filter, by: by.keys)
    if totals.totals.isEmpty { Terminal.note("no session matches") }
    format.print(TotalsReport(totals))
  }
}

/// Keys with commas between them: `day,site`.
struct TotalsKeys: ExpressibleByArgument {
  var keys: [TotalsKey] = []

  init() {}

  init?(argument: String) {
    for name in argument.split(separator: ",") {
      guard let key = TotalsKey(rawValue: String(name)), !keys.contains(key) else { return nil }
      keys.append(key)
    }
    guard !keys.isEmpty, keys.filter(\.isPeriod).count <= 1 else { return nil }
  }

  var defaultValueDescription: String { "none" }
}
