import ArgumentParser
import Formats
import JSON
import Projections
import Quantities
import Replay
import Reports
import Tariffs

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest", abstract: "History under other rules, as a difference.",
    subcommands: [OfTariff.self])

  struct OfTariff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tariff",
      abstract: "Price history with other tariffs and show what would have changed.",
      discussion: """
        All sessions of the range are priced under every candidate in one pass, and compared with \
        what they cost under the tariff in force, or with --baseline billed with what imported CDRs \
        and tables say was billed. A guard rail that is not kept gives exit code 1.
        """)

    @Argument(help: ArgumentHelp("Candidate tariffs, OCPI 2.2.1 JSON.", valueName: "tariff"))
    var candidates: [String]

    @Option(help: "The first start, RFC 3339, or a date: midnight at the site.")
    var from: String?

    @Option(help: "The first start that is no longer in the range.")
    var to: String?

    @Option(help: "Only this site. May be repeated.")
    var site: [String] = []

    @Option(help: "Only this station. May be repeated.")
    var station: [String] = []

    @Option(help: "What candidates are compared with: the tariff in force, or what was billed.")
    var baseline = BacktestBaseline.computed

    @Option(help: ArgumentHelp("Write an HTML report.", valueName: "file"))
    var report: String?

    @Option(help: "How to print it.")
    var format = OutputFormat.table

    @Option(
      help: ArgumentHelp("Fail if revenue moves by more, e.g. 2.5%.", valueName: "percent"))
    var maxRevenueDelta: String?

    @Option(
      help: ArgumentHelp("Fail if more of the sessions cost more, e.g. 30%.", valueName: "percent"))
    var maxIncreaseShare: String?

    @Option(
      parsing: .unconditional, help: "How many of the sessions that changed most are listed.")
    var top = 20

    @Option(parsing: .unconditional, help: "Threads; the result does not depend on it.")
    var workers: Int?

    @OptionGroup var readModels: ModelsOption

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let tariffs = try readCandidates()
      guard top >= 0 else { throw Failure.input("--top must not be negative") }
      let workers = self.workers ?? ReadModels.defaultWorkers
      guard workers > 0 else { throw Failure.input("--workers must be at least 1") }
      let backtest = Backtest(
        tariffs: tariffs, filter: try filter(), baseline: baseline, guardRails: try guardRails(),
        topCount: top)
      if let path = self.report { try WholeFile.check(path) }
      let models = try readModels.open(ledger)
      let result = try backtest.run(over: models, workers: workers)
      let report = BacktestReport(result)
      if let path = self.report { try WholeFile.write(report.html, to: path) }
      try print(report)
      if !result.violations.isEmpty {
        throw Failure.check(
          result.violations.map { "\($0.candidate.tariffID): \($0.check.sentence)" }
            .joined(separator: "; "))
      }
    }

    /// The candidates. Their ids must differ, because the report tells them apart by nothing else.
    private func readCandidates() throws -> [Tariff] {
      var files: [String: String] = [:]
      return try candidates.map { file in
        let read = try TariffFile.read(path: file)
        for note in read.notes { Terminal.note("note: \(file): \(note.message)") }
        if let other = files.updateValue(file, forKey: read.tariff.id) {
          throw Failure.input(
            "\(other) and \(file) have the same id \(read.tariff.id): give each candidate an id "
              + "of its own, so that the report can tell them apart")
        }
        return read.tariff
      }
    }

    private func filter() throws -> SessionFilter {
      var filter = SessionFilter()
      filter.from = try SessionFilter.Bound.read(from, "--from")
      filter.to = try SessionFilter.Bound.read(to, "--to")
      filter.sites = Set(site)
      filter.stations = Set(station)
      return filter
    }

    private func guardRails() throws -> GuardRails {
      GuardRails(
        maxRevenueDelta: try percent(maxRevenueDelta, "--max-revenue-delta"),
        maxIncreaseShare: try percent(maxIncreaseShare, "--max-increase-share"))
    }

    /// In millionths of a percent.
    private func percent(_ text: String?, _ option: String) throws -> Int64? {
      guard let text else { return nil }
      guard let limit = GuardRails.limit(text) else {
        throw Failure.input("\(option) \(text): write a percentage such as 2.5%")
      }
      return limit
    }

    private func print(_ report: BacktestReport) throws {
      switch format {
      case .table:
        Terminal.write(report.summary)
      case .csv:
        Terminal.write(report.csv)
      case .json, .ndjson:
        var json = JSONWriter(format == .json ? .pretty : .compact)
        report.write(to: &json)
        if format == .ndjson { json.endLine() }
        Terminal.print(json)
      }
    }
  }
}

extension BacktestBaseline: ExpressibleByArgument {}

extension SessionFilter.Bound {
  /// Reads an option; nil if it was not given.
  static func read(_ text: String?, _ option: String) throws -> Self? {
    guard let text else { return nil }
    guard let bound = Self(text) else {
      throw Failure.input(
        "\(option) \(text): write a date such as 2026-03-01, or an RFC 3339 time with an offset")
    }
    return bound
  }
}
