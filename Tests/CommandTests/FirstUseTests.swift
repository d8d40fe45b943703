import Foundation
import Testing

/// What somebody meets who uses the command for the first time, and makes mistakes.
@Suite("First use")
struct FirstUseTests {
  private let parking = #"{"type":"PARKING_TIME","price":2.40,"step_size":1}"#

  @Test("A file that is no history is refused before a ledger is made")
  func foreignFile() throws {
    let workspace = try Workspace()
    let file = try workspace.write("tariff.json", tariff("T").replacing(",", with: ",\n"))
    let end = try workspace.run("import", file)
    #expect(end.code == 2)
    #expect(end.errors.contains("\(file) is no recorded history"), "\(end.errors)")
    #expect(!FileManager.default.fileExists(atPath: workspace.ledger))
    #expect(!FileManager.default.fileExists(atPath: file + ".rejects.jsonl"))
  }

  @Test("An import of which nothing could be stored fails with the reason, after the other files")
  func nothingStored() throws {
    let workspace = try Workspace()
    let bad = try workspace.write("bad.jsonl", #"{"chargePointId":"CP-1","raw":"[]"}"#)
    let good = try workspace.write("good.jsonl", heartbeatLine(0))
    let end = try workspace.run("import", bad, good)
    #expect(end.code == 2)
    #expect(end.errors.contains("bad.jsonl: no record could be stored: line 1: "), "\(end.errors)")
    #expect(end.text.contains("1 rejected") && end.text.contains("good.jsonl: 1 events added"))
    let part = try workspace.run("import", bad, "--format", "json")
    #expect(part.code == 2 && part.text.contains(#""rejected": 1"#), "\(part.text)")
  }

  @Test("Publishing says what was published")
  func publishing() throws {
    let workspace = try Workspace()
    let site = try workspace.write(
      "site.yaml",
      "id: a\ntime_zone: UTC\nstations:\n  - id: CP-1\n    connectors:\n      - { connector: 1 }\n"
        + "      - { connector: 2 }\n")
    #expect(
      try workspace.run("site", "publish", site).text
        == "Published site a at position 1: 1 station, 2 connectors.\n")
    let file = try workspace.write("t.json", tariff("T"))
    #expect(
      try workspace.run(
        "tariff", "publish", file, "--site", "a", "--station", "CP-9", "--valid-from",
        "2026-01-01T00:00:00Z"
      ).text
        == "Published tariff T at position 2: for site a, station CP-9; "
        + "valid from 2026-01-01T00:00:00.000Z.\n")
    #expect(
      try workspace.run("tariff", "publish", file, "--site", "a").text
        .contains("valid from the start"))
  }

  @Test("A report that cannot be written is refused before the ledger is read")
  func report() throws {
    let workspace = try Workspace()
    let file = try workspace.write("t.json", tariff("T"))
    let report = workspace.file("nowhere/x.html")
    let end = try workspace.run("backtest", "tariff", file, "--report", report)
    #expect(end.code == 2)
    #expect(end.errors.contains("cannot create \(report): No such file"), "\(end.errors)")
  }

  @Test("Two candidates with one id are refused, with the same content or not")
  func sameCandidate() throws {
    let workspace = try Workspace()
    let first = try workspace.write("a.json", tariff("T"))
    let other = try workspace.write("b.json", tariff("T", parking))
    for second in [first, other] {
      let end = try workspace.run("backtest", "tariff", first, second)
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
    let end = try Workspace().start(["simulate"] + words).wait()
    #expect(end.code == 2 && end.errors == "wattledger: \(message)\n", "\(end.errors)")
  }

  @Test("A list without a session says that none matches")
  func noSession() throws {
    let workspace = try Workspace()
    let good = try workspace.write("good.jsonl", heartbeatLine(0))
    #expect(try workspace.run("import", good).code == 0)
    let end = try workspace.run("sessions")
    #expect(end.code == 0 && end.errors == "no session matches\n")
    #expect(end.text.contains("cur."))
  }

  @Test("What is odd in a tariff is a note, and what is wrong an error")
  func check() throws {
    let workspace = try Workspace()
    let odd = try workspace.write(
      "odd.json", tariff("T", #"{"type":"ENERGY","price":1,"step_size":1,"pirce":2}"#))
    let checked = try workspace.run("tariff", "check", odd)
    #expect(checked.code == 0 && checked.text.contains("note: "), "\(checked.text)")
    let wrong = try workspace.write(
      "wrong.json", tariff("T", #"{"type":"ENERGY","price":"x","step_size":1}"#))
    #expect(try workspace.run("tariff", "check", wrong).code == 2)
  }
}
