import ArgumentParser
import JSON
import Projections
import Reports

struct StationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stations",
    abstract:
      "List stations: what they are, when they were heard, what their connectors said last.",
    discussion: """
      A boot is a BootNotification, but for those that a station sends again until it is accepted. A \
      fault is an error, or the status Faulted, that was not there before on that connector; in 2.x \
      also an event with a technical code or a problem.
      """)

  @Argument(help: "The station to show on a page; without one, stations are listed.")
  var id: String?

  @Option(help: "Only stations of this site. May be repeated.")
  var site: [String] = []

  @Option(help: "How to print it; csv has no connectors.")
  var format = OutputFormat.table

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let names = Set(id.map { [$0] } ?? [])
    let stations = try ledger.models().stations(named: names, atSites: Set(site))
    if let id, stations.isEmpty {
      throw Failure.input("no station \(id)" + (site.isEmpty ? "" : " at the sites named"))
    }
    if stations.isEmpty { Terminal.note("no station matches") }
    let report = StationsReport(stations)
    var json = JSONWriter(format == .json ? .pretty : .compact)
    switch format {
    case .table:
      Terminal.write(
        id == nil ? report.table(columns: TerminalStyle.columnsOfTerminal) : report.page)
    case .csv: Terminal.write(report.csv)
    case .json:
      report.writeJSON(to: &json)
      Terminal.print(json)
    case .ndjson:
      report.writeLines(to: &json)
      Terminal.write(json.bytes)
    }
  }
}
