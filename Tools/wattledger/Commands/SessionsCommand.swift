import ArgumentParser
import JSON
import Projections
import Reports
import Sessions

struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "List sessions, or show one with its cost, curve, states and findings.")

  @Argument(
    help:
      "A session id, or its first digits; without one, sessions are listed."
  )
  var id: String?

  @OptionGroup(title: "Which sessions") var selection: SessionSelection

  @Option(
    parsing: .unconditional,
    help:
      "What to sort by: started, ended, energy, cost, duration; with - before it the greatest first."
  )
  var sort = SessionOrder()

  @Flag(help: "The greatest first.")
  var descending = false

  @Option(parsing: .unconditional, help: "How many at most; 0 means all.")
  var limit = 50

  @Option(help: "Go on where an earlier list ended: its next_cursor.")
  var cursor: String?

  @Option(
    help: ArgumentHelp(
      "One session as the log told it then: a position, or a time by which it was recorded.",
      valueName: "time|position"))
  var asOf: String?

  @Option(help: "How to print it; csv of one session is its curve.")
  var format = OutputFormat.table

  @OptionGroup var readModels: ModelsOption

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    guard let id else {
      guard asOf == nil else { throw Failure.input("--as-of is for one session: name it") }
      return try list()
    }
    let models = try readModels.open(ledger)
    let detail = try models.detail(of: try entry(id, in: models))
    var json = JSONWriter(format == .ndjson ? .compact : .pretty)
    switch format {
    case .json, .ndjson:
      detail.write(to: &json)
      if format == .ndjson { json.endLine() }
      Terminal.print(json)
    case .table:
      Terminal.write(SessionPage(detail, .ofStandardOutput()).text)
    case .csv:
      Terminal.write(detail.entry.curveCSV)
    }
  }

  /// The session as it is told now, or as of another time, with what was told of it when.
  private func entry(_ id: String, in models: ReadModels) throws -> SessionEntry {
    if let asOf {
      return try AsOf(asOf, in: models.ledger).session(id, of: models, stations: selection.station)
    }
    guard var entry = try models.session(models.onlySessionID(id)) else {
      throw Failure.input("the ledger has no session \(id)")
    }
    entry.timeline = try models.timeline(of: entry.session)
    entry.asOfPosition = models.asOfPosition
    return entry
  }

  func validate() throws {
    guard asOf == nil || readModels.directory == nil else {
      throw ValidationError("--models are as of their own time: leave --as-of away")
    }
  }

  private func list() throws {
    let filter = try selection.filter()
    guard limit >= 0 else { throw Failure.input("--limit must not be negative") }
    let order = SessionOrder(sort.field, isDescending: descending || sort.isDescending)
    let start = try start(of: filter, in: order)
    let models = try readModels.open(ledger)
    let limit = limit > 0 ? limit : nil
    let report = SessionsReport { use in
      var isEmpty = true
      let next = try models.forEachSession(
        matching: filter, in: order, after: start, limit: limit
      ) { entry in
        isEmpty = false
        try use(entry)
      }
      if isEmpty { Terminal.note("no session matches") }
      return next
    } to: {
      Terminal.write($0)
    }
    try print(report)
  }

  /// The place that `--cursor` names.
  private func start(of filter: SessionFilter, in order: SessionOrder) throws -> SessionCursor? {
    guard let cursor else { return nil }
    guard let place = SessionCursor(cursor) else {
      throw Failure.input("--cursor \(cursor): this is no cursor of an earlier list")
    }
    guard place.isOf(filter, in: order) else {
      throw Failure.input(
        "--cursor \(cursor): this is a place in another list. Repeat its filters and its --sort")
    }
    return place
  }

  private func print(_ report: SessionsReport) throws {
    switch format {
    case .table:
      if let next = try report.writeTable(columns: TerminalStyle.columnsOfTerminal) {
        Terminal.note("more: --cursor \(next.text)")
      }
    case .csv: try report.writeCSV()
    case .json: try report.writeJSON()
    case .ndjson: try report.writeNDJSON()
    }
  }
}

extension SessionOrder: ExpressibleByArgument {
  /// Reads `energy`, or `-energy` for the greatest first.
  public init?(argument: String) {
    let isDescending = argument.hasPrefix("-")
    let name = isDescending ? String(argument.dropFirst()) : argument
    guard let field = Field.allCases.first(where: { "\($0)" == name }) else { return nil }
    self.init(field, isDescending: isDescending)
  }

  public var defaultValueDescription: String { "\(field)" }
}
