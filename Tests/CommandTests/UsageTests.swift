import Foundation
import Testing

/// Every verb, as a user writes it.
private let verbs = [
  ["import"], ["sessions"], ["findings"], ["stations"], ["connectors"], ["price"], ["tariff"],
  ["tariff", "publish"],
  ["tariff", "check"],
  ["site"], ["site", "publish"], ["token"], ["token", "publish"], ["backtest"],
  ["backtest", "tariff"], ["rebuild"], ["verify"], ["log"], ["log", "stats"], ["log", "show"],
  ["log", "tail"], ["log", "backup"], ["log", "restore"], ["trace"], ["simulate"],
]

@Suite("Usage")
struct UsageTests {
  @Test("Each verb explains itself", arguments: verbs)
  func help(verb: [String]) throws {
    let ending = try Workspace().start(verb + ["--help"]).wait()
    #expect(ending.code == 0 && ending.errors.isEmpty)
    #expect(ending.text.contains("USAGE: wattledger \(verb.joined(separator: " "))"))
    #expect(ending.text.contains("OVERVIEW: "))
  }

  @Test("A wrong flag is wrong usage, and changes nothing", arguments: verbs)
  func wrongFlag(verb: [String]) throws {
    let workspace = try Workspace()
    let ending = try workspace.start(verb + ["--no-such-flag"]).wait()
    #expect(ending.code == 2 && ending.output.isEmpty)
    #expect(ending.errors.contains("Usage: wattledger \(verb.joined(separator: " "))"))
    #expect(!FileManager.default.fileExists(atPath: workspace.ledger))
  }

  @Test("The program says its version and its exit codes")
  func version() throws {
    let workspace = try Workspace()
    #expect(try workspace.succeed("--version").text.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    #expect(try workspace.succeed("--help").text.contains("Exit codes: 0 success"))
  }

  @Test(
    "What reads a ledger says with exit code 3 that there is none",
    arguments: [
      ["sessions"], ["sessions", "abc"], ["rebuild"], ["verify"], ["log", "stats"],
      ["log", "show", "1"], ["log", "tail"], ["log", "backup", "/no/such/place"],
    ])
  func missingLedger(words: [String]) throws {
    let workspace = try Workspace()
    let missing = try workspace.start(words).wait()
    #expect(missing.code == 3 && missing.output.isEmpty)
    #expect(missing.errors.contains("is not a ledger"), "\(missing.errors)")
    #expect(!FileManager.default.fileExists(atPath: workspace.ledger))

    try FileManager.default.createDirectory(
      atPath: workspace.ledger, withIntermediateDirectories: false)
    try workspace.write("ledger/letter.txt", "Dear Sir")
    #expect(try workspace.start(words).wait().code == 3)
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.ledger)
    #expect(names == ["letter.txt"])
  }

  @Test("What writes a ledger does not use a directory with other things in it")
  func foreignDirectory() throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.ledger, withIntermediateDirectories: false)
    try workspace.write("ledger/letter.txt", "Dear Sir")
    let trace = try workspace.write("t.jsonl", heartbeatLine(0))
    #expect(try workspace.fail(3, "import", trace).contains("is not a ledger"))
    let site = try workspace.write("s.yaml", "id: a\ntime_zone: UTC\nstations: []\n")
    try workspace.fail(3, "site", "publish", site)
  }

  @Test("An empty directory becomes a ledger")
  func emptyDirectory() throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.ledger, withIntermediateDirectories: false)
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    #expect(try workspace.events() == 2)
  }

  @Test("A ledger file that is broken or newer is refused with exit code 3")
  func brokenLedgerFile() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    let file = try String(contentsOfFile: workspace.file("ledger/ledger.json"), encoding: .utf8)
    let newer = file.replacing(#/("format_version": ?)[0-9]+/#) { "\($0.1)99" }
    #expect(newer != file, "\(file)")
    for text in ["", "{", "\u{0}", newer] {
      try workspace.write("ledger/ledger.json", text)
      try workspace.fail(3, "log", "stats")
      try workspace.fail(3, "verify")
    }
  }

  @Test("A log file that is damaged is refused with exit code 3, never with a crash")
  func damagedLogFile() throws {
    let workspace = try Workspace()
    let lines = (0..<2000).map { heartbeatLine($0) }.joined(separator: "\n")
    try workspace.succeed("import", try workspace.write("t.jsonl", lines))
    let path = workspace.file("ledger/log/data.mdb")
    let bytes = try Data(contentsOf: URL(filePath: path))

    try Data(repeating: 0x5A, count: bytes.count).write(to: URL(filePath: path))
    try workspace.fail(3, "verify")
    try Data("not LMDB".utf8).write(to: URL(filePath: path))
    try workspace.fail(3, "log", "stats")

    // One letter of a frame, which only the checksum can tell.
    var changed = bytes
    let frame = try #require(changed.range(of: Data(#"[2,"777","Heartbeat""#.utf8)))
    changed[frame.lowerBound + 4] = UInt8(ascii: "9")
    try changed.write(to: URL(filePath: path))
    let verified = try workspace.run("verify", "--format", "json")
    #expect(verified.code == 3)
    #expect(try verified.json["ok"] as? Bool == false)
    #expect(try verified.json["first_damaged_position"] as? Int == 778)
    #expect(verified.errors.contains("position 778"))
  }

  @Test(
    "Options that make no sense are wrong usage",
    arguments: [
      ["sessions", "--limit", "-1"], ["sessions", "--cursor", "?"], ["sessions", "--from", "soon"],
      ["sessions", "--format", "xml"], ["rebuild", "--workers", "0"], ["log", "show", "0"],
      ["log", "show", "1", "--count", "0"], ["log", "show", "999"], ["sessions", "ffff"],
      ["import", "--time-zone", "Moon/Base", "x"], ["import"], ["nonsense"],
      ["simulate", "--start", "yesterday"], ["simulate", "--stations", "0"],
      ["simulate", "--days", "99999999"], ["simulate", "--sessions-per-day", "nan"],
      ["simulate", "--site", "/no/such/place/s.yaml"], ["simulate", "--output", "/no/such/place"],
    ])
  func senseless(words: [String]) throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    let ending = try workspace.start(words).wait()
    #expect(ending.code == 2, "signal \(ending.signal ?? 0): \(ending.errors)")
    #expect(!ending.errors.isEmpty && !ending.errors.contains("Fatal error"))
  }

  @Test("A full disk or a reader that left ends the output with a message or a signal, no crash")
  func standardOutput() throws {
    let workspace = try Workspace()
    let full = try workspace.start(["simulate", "--help"], output: "/dev/full").wait()
    #expect(full.signal == nil, "\(full.errors)")
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    for words in [["log", "tail"], ["sessions"], ["log", "stats"]] {
      let ending = try workspace.start(words, output: "/dev/full").wait()
      #expect(ending.code == 2 && ending.errors.contains("No space left"), "\(ending.errors)")
    }
    let trace = try workspace.start(["simulate", "--days", "1"], output: "/dev/full").wait()
    #expect(trace.code == 2 && trace.errors.contains("No space left"), "\(trace.errors)")

    // `head` leaves after a line; the program is then ended by SIGPIPE as others are.
    let script = #"set -o pipefail; "\#(Program.path)" simulate --days 30 | head -n 1"#
    let piped = try Program(
      ["/bin/bash", "-c", script], in: workspace, environment: ["PATH": "/usr/bin:/bin"],
      input: "/dev/null",
      output: workspace.file("head"), errors: workspace.file("head-errors")
    ).wait()
    #expect(piped.code == 128 + SIGPIPE && piped.errors.isEmpty, "\(piped.errors)")
    #expect(try piped.lines.count == 1)
  }
}
