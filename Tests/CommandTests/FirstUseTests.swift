import Foundation
import TestSupport
import Testing

/// What somebody meets who uses the command for the first time, and makes mistakes.
@Suite("First use")
struct FirstUseTests {
  private let parking = #"{"type":"PARKING_TIME","price":2.40,"step_size":1}"#

  @Test("A file that is no history is refused before a ledger is made")
  func foreignFile() throws {
    let use = try FirstUse()
    try use.write("tariff.json", tariff("T").replacing(",", with: ",\n"))
    let end = try use.run("import", "tariff.json")
    #expect(end.code == 2)
    #expect(end.errors.contains("tariff.json is neither a trace nor a CSV log"), "\(end.errors)")
    #expect(try use.names() == ["tariff.json"])
  }

  @Test("An import of which nothing could be stored fails with the reason, after the other files")
  func nothingStored() throws {
    let use = try FirstUse()
    try use.write("bad.jsonl", #"{"chargePointId":"CP-1","raw":"[]"}"#)
    try use.write("good.jsonl", frame)
    let end = try use.run("import", "bad.jsonl", "good.jsonl")
    #expect(end.code == 2)
    #expect(end.errors.contains("bad.jsonl: no record could be stored: line 1: "), "\(end.errors)")
    #expect(end.output.contains("1 rejected") && end.output.contains("good.jsonl: 1 events added"))
    let part = try use.run("import", "bad.jsonl", "--format", "json")
    #expect(part.code == 2 && part.output.contains(#""rejected": 1"#), "\(part.output)")
  }

  @Test("Publishing says what was published")
  func publishing() throws {
    let use = try FirstUse()
    try use.write(
      "site.yaml",
      "id: a\ntime_zone: UTC\nstations:\n  - id: CP-1\n    connectors:\n      - { connector: 1 }\n"
        + "      - { connector: 2 }\n")
    #expect(
      try use.run("site", "publish", "site.yaml").output
        == "Published site a at position 1: 1 station, 2 connectors.\n")
    try use.write("t.json", tariff("T"))
    #expect(
      try use.run(
        "tariff", "publish", "t.json", "--site", "a", "--station", "CP-9", "--valid-from",
        "2026-01-01T00:00:00Z"
      ).output
        == "Published tariff T at position 2: for site a, station CP-9; "
        + "valid from 2026-01-01T00:00:00.000Z.\n")
    #expect(
      try use.run("tariff", "publish", "t.json", "--site", "a").output
        .contains("valid from the start"))
  }

  @Test("A report that cannot be written is refused before the ledger is read")
  func report() throws {
    let use = try FirstUse()
    try use.write("t.json", tariff("T"))
    let end = try use.run("backtest", "tariff", "t.json", "--report", "nowhere/x.html")
    #expect(end.code == 2)
    #expect(end.errors.contains("cannot create nowhere/x.html: No such file"), "\(end.errors)")
  }

  @Test("Two candidates with one id are refused, with the same content or not")
  func sameCandidate() throws {
    let use = try FirstUse()
    try use.write("a.json", tariff("T"))
    try use.write("b.json", tariff("T", parking))
    for other in ["a.json", "b.json"] {
      let end = try use.run("backtest", "tariff", "a.json", other)
      #expect(end.code == 2 && end.errors.contains("have the same id T"), "\(end.errors)")
    }
  }

  @Test(
    "A number out of range is refused with the option's name",
    arguments: [
      (["--stations=-1"], "--stations must be 1 to 100000, not -1"),
      (["--stations", "-1"], "--stations must be 1 to 100000, not -1"),
      (["--fault-rate", "2000"], "--fault-rate must be 0 to 1000, not 2000"),
      (["--sessions-per-day", "-0.5"], "--sessions-per-day must be 0 to 96, not -0.5"),
    ])
  func outOfRange(words: [String], message: String) throws {
    let end = try FirstUse().run(["simulate"] + words)
    #expect(end.code == 2 && end.errors == "wattledger: \(message)\n", "\(end.errors)")
  }

  @Test("A list without a session says that none matches")
  func noSession() throws {
    let use = try FirstUse()
    try use.write("good.jsonl", frame)
    #expect(try use.run("import", "good.jsonl").code == 0)
    let end = try use.run("sessions")
    #expect(end.code == 0 && end.errors == "no session matches\n")
    #expect(end.output.contains("cur."))
  }

  @Test("What is odd in a tariff is a note, and what is wrong an error")
  func check() throws {
    let use = try FirstUse()
    try use.write("odd.json", tariff("T", #"{"type":"ENERGY","price":1,"step_size":1,"pirce":2}"#))
    let odd = try use.run("tariff", "check", "odd.json")
    #expect(odd.code == 0 && odd.output.contains("note: "), "\(odd.output)")
    try use.write("wrong.json", tariff("T", #"{"type":"ENERGY","price":"x","step_size":1}"#))
    #expect(try use.run("tariff", "check", "wrong.json").code == 2)
  }

  private let frame =
    #"{"timestamp":"2026-03-02T08:00:00Z","chargePointId":"CP-1","direction":"cp-to-csms","#
    + #""raw":"[2,\"1\",\"Heartbeat\",{}]"}"#

  private func tariff(
    _ id: String, _ component: String = #"{"type":"ENERGY","price":0.5,"step_size":1}"#
  ) -> String {
    #"{"id":"\#(id)","currency":"EUR","country_code":"DE","party_id":"ABC","#
      + #""elements":[{"price_components":[\#(component)]}],"#
      + #""last_updated":"2025-01-01T00:00:00Z"}"#
  }
}

/// The command in an empty directory, with its ledger in `ledger`.
private final class FirstUse {
  private let directory: URL

  init() throws { directory = URL(filePath: try makeTemporaryDirectory()) }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: directory.appending(path: name))
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path)
  }

  func run(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
    try run(words)
  }

  func run(_ words: [String]) throws -> (code: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0])
      .deletingLastPathComponent().appending(path: "wattledger")
    process.arguments = words
    process.currentDirectoryURL = directory
    process.environment = [:]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Messages are shorter than a pipe holds, so that one can be read after the other.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let noted = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: printed, as: UTF8.self),
      String(decoding: noted, as: UTF8.self)
    )
  }
}
