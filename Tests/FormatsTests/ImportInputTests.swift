import EventLog
import Testing

@testable import Formats

/// What is taken for recorded history, and what is refused.
@Suite("Files to import")
struct ImportInputTests {
  let directory: TemporaryDirectory
  let ledger: Ledger

  init() throws {
    directory = try TemporaryDirectory()
    ledger = try Ledger.create(at: directory.file("ledger"))
  }

  private func run(_ lines: [String]) throws -> ImportReport {
    let path = try directory.write("trace.jsonl", lines.joined(separator: "\n"))
    return try Importer(ledger).run(path: path)
  }

  @Test("a trace is imported whatever its first lines are; the bad ones are set aside")
  func badBeginning() throws {
    let report = try run([
      "# recorded on a Monday", "{\"broken\":", Sample.line("a"), Sample.line("b", second: 1),
    ])
    #expect(report.format == .trace && report.added == 2 && report.rejected == 2)
    #expect(!report.isAllRejected)
  }

  @Test("a file of which nothing can be stored says so")
  func nothingStored() throws {
    let report = try run([#"{"chargePointId":"CS-1"}"#, "{}"])
    #expect(report.isAllRejected && report.firstRejection?.hasPrefix("line 1: ") == true)
    #expect(try !run([]).isAllRejected)
  }

  @Test(
    "what begins in no known layout is refused with their names, and nothing is written",
    arguments: [
      "{\n  \"id\": \"T\",\n  \"elements\": [\n    {\"type\": \"ENERGY\"}\n  ]\n}\n",
      #"{"id":"T","currency":"EUR","elements":[]}"#, "[1, 2]", "just words\n", "\"",
    ])
  func foreign(text: String) throws {
    let path = try directory.write("tariff.json", text)
    let error = #expect(throws: ImportError.self) { try ImportInput(path: path) }
    #expect(
      error?.description.hasPrefix("\(path) is no recorded history in a known layout: ") == true,
      "\(error?.description ?? "")")
    #expect(error?.description.hasSuffix(ImportFormat.names) == true)
    // With the layout given the lines are read for what they are.
    let report = try Importer(ledger, options: ImportOptions(format: .trace)).run(path: path)
    #expect(report.isAllRejected)
  }

  @Test("a first line longer than what is looked at has the benefit of the doubt")
  func longFirstLine() throws {
    let line = Sample.line("a").replacing("{}", with: String(repeating: " ", count: 80_000) + "{}")
    #expect(try run([line]).added == 1)
  }
}
