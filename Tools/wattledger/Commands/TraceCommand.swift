import ArgumentParser
import Formats
import JSON
import OCPP
import Reports

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "What a recorded trace says, before anything is imported.",
    discussion: """
      The consumer view of the Open OCPP Trace Format: counts by message type, each record with its \
      action and the call that it answers, calls without an answer and answers without a call; as a \
      table also the calls by action and version.
      """)

  @Argument(help: "A trace or another log that `import` reads; `-` is standard input.")
  var file: String

  @OptionGroup var history: HistoryOptions

  @Option(help: "How to print it.")
  var format = OutputFormat.table

  func run() throws {
    let source = try RecordedHistory.open(path: file, options: history.importOptions())
    guard !source.format.hasWholeSessions else {
      throw Failure.input("\(file) holds whole sessions, not frames; import it")
    }
    let view = try TraceView(source)
    switch format {
    case .json, .ndjson:
      var json = JSONWriter(format == .json ? .pretty : .compact)
      view.write(to: &json)
      if format == .ndjson { json.endLine() }
      Terminal.print(json)
    case .table, .csv:
      try printRecords(of: view)
    }
    for rejection in view.rejections {
      Terminal.note("\(file): line \(rejection.line): \(rejection.reason)")
    }
  }

  private func printRecords(of view: TraceView) throws {
    let rows = view.records.enumerated().map { index, record in
      [
        "\(index)", record.messageType?.name ?? "?", record.messageID ?? "",
        record.action ?? "", record.correlatesWith.map { "\($0)" } ?? "",
      ]
    }
    if format == .csv {
      var csv = CSVWriter(
        header: ["index", "message_type", "message_id", "action", "correlates_with"])
      for row in rows { csv.append(row) }
      Terminal.write(csv.text)
      return
    }
    var table = Table([
      .right("index"), .left("type"), .left("message id"), .left("action"), .right("answers"),
    ])
    for row in rows { table.append(row) }
    Terminal.write(table.text)
    Terminal.print(
      "\(view.records.count) records, \(view.unansweredCalls.count) calls without an answer, "
        + "\(view.orphanResponses.count) answers without a call\n")
    Terminal.write(view.actions.entries.byFrequency.table)
  }
}
