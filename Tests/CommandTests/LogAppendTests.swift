import Foundation
import Testing

/// A line of a trace under an event id.
private func line(_ second: Int, id: Int? = nil, station: String = "CP-1") -> String {
  let id = (id ?? second).description
  let digits = String(repeating: "0", count: 32 - id.count) + id
  return heartbeatLine(second, station: station).dropLast() + #","eventId":"\#(digits)"}"#
}

/// Enough lines to be interrupted among them, of many stations, all different.
private func manyLines(_ count: Int = 20_000) -> [String] {
  (0..<count).map { line($0, station: "CP-\($0 % 50)") }
}

/// Positions by number of the line, from what the program printed. A line that it did not print to
/// its end counts for nothing.
private func positions(in output: Data) throws -> [Int: UInt64] {
  let whole = output.prefix(through: output.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
  return try whole.split(separator: UInt8(ascii: "\n")).reduce(into: [:]) { positions, text in
    let answer = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    let number = try #require(answer["line"] as? Int)
    positions[number] = try #require(answer["position"] as? UInt64)
  }
}

/// Requires the event of each acknowledged line, with its bytes, at its position.
private func expect(
  _ lines: [String], at positions: [Int: UInt64], _ watcher: Watcher
) throws {
  for (number, position) in positions {
    let object = try JSONSerialization.jsonObject(with: Data(lines[number - 1].utf8))
    let frame = try #require((object as? [String: Any])?["raw"] as? String)
    #expect(try watcher.body(at: position) == frame, "line \(number)")
  }
}

@Suite("log append")
struct LogAppendTests {
  @Test("acknowledges every line, in order, with the position where the log has it")
  func acknowledgements() throws {
    let workspace = try Workspace()
    let lines = manyLines(3000)
    let file = try workspace.write("lines.jsonl", lines.joined(separator: "\n"))
    let ending = try workspace.succeed("log", "append", input: file)
    let answers = try ending.lines
    #expect(answers.map { $0["line"] as? Int } == Array(1...3000))
    #expect(answers.map { $0["position"] as? Int } == Array(1...3000))
    try expect(lines, at: positions(in: ending.output), Watcher(workspace.ledger))
    #expect(try workspace.isSound())
  }

  @Test("gives a line under a known event id its first position, and appends it again without one")
  func repetition() throws {
    let workspace = try Workspace()
    let file = try workspace.write("lines.jsonl", [line(1), line(2)].joined(separator: "\n"))
    let uuid = line(1).replacing(
      "00000000000000000000000000000001", with: "00000000-0000-0000-0000-000000000001")
    let mixed = try workspace.write(
      "mixed.jsonl", [heartbeatLine(1), line(2), line(3), uuid].joined(separator: "\n"))
    try workspace.succeed("log", "append", input: file)
    let again = try workspace.succeed("log", "append", input: mixed)
    #expect(try again.lines.map { $0["position"] as? Int } == [3, 2, 4, 1])
    #expect(try workspace.events() == 4)
  }

  @Test("answers a line that cannot be stored with the reason, and goes on")
  func badLines() throws {
    let workspace = try Workspace()
    let lines = [
      line(1), "no JSON", "", line(2).replacing("CP-1", with: ""),
      heartbeatLine(3).dropLast() + #","eventId":"12"}"#, line(4),
    ]
    let file = try workspace.write("lines.jsonl", lines.joined(separator: "\n"))
    let answers = try workspace.succeed("log", "append", input: file).lines
    #expect(answers.map { $0["line"] as? Int } == [1, 2, 4, 5, 6])
    #expect(answers.map { $0["position"] as? Int } == [1, nil, nil, nil, 2])
    let errors = answers.map { $0["error"] as? String ?? "" }
    #expect(errors[1].contains("not JSON") && errors[2].contains("no station"), "\(errors)")
    #expect(errors[3].contains("32 hexadecimal digits"), "\(errors)")
  }

  @Test("loses nothing acknowledged when it is killed, and adds nothing twice when more is resent")
  func killed() throws {
    let workspace = try Workspace()
    let watcher = try ledgerWithSite(in: workspace)
    let lines = manyLines()
    let file = try workspace.write("lines.jsonl", lines.joined(separator: "\n"))
    var last = 0
    for events in [2, 700, 9000] as [UInt64] {
      let program = try workspace.start(["log", "append"], input: file)
      try watcher.waitForEvents(events)
      program.kill9()
      let acknowledged = try positions(in: try program.wait().output)
      try expect(lines, at: acknowledged, watcher)
      #expect(acknowledged.count < lines.count)
      last = max(last, acknowledged.count)
      #expect(try watcher.head() > UInt64(last))
    }
    // Now as a feeder would: only what was not acknowledged.
    let rest = try workspace.write("rest.jsonl", lines[last...].joined(separator: "\n"))
    try workspace.succeed("log", "append", input: rest)
    let frames = try watcher.frames()
    #expect(frames.count == lines.count && frames.values.allSatisfy { $0 == 1 })
    #expect(try workspace.isSound())
  }

  @Test(
    "answers while its input is open, and ends in order on a signal", arguments: [SIGTERM, SIGINT])
  func stopped(signal: Int32) throws {
    let workspace = try Workspace()
    let pipe = workspace.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    // Opened both ways, it neither waits for the program nor ends for it.
    let feed = open(pipe, O_RDWR)
    defer { close(feed) }
    let program = try workspace.start(["log", "append"], input: pipe)
    for second in 1...3 {
      let text = line(second) + "\n"
      try #require(write(feed, text, text.utf8.count) == text.utf8.count)
      try waitUntil("line \(second) is answered") {
        try positions(in: FileManager.default.contents(atPath: program.outputPath) ?? Data())
          .count == second
      }
    }
    kill(program.process, signal)
    let ending = try program.wait()
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.signal ?? 0) \(ending.errors)")
    #expect(try workspace.events() == 3)
  }

  @Test("says so when nobody reads its answers", arguments: ["/dev/full", "|"])
  func unreadAnswers(output: String) throws {
    let workspace = try Workspace()
    let file = try workspace.write("lines.jsonl", manyLines(5000).joined(separator: "\n"))
    let ending: Ending
    if output == "|" {
      let script = #""\#(Program.path)" log append | head -n 1; exit ${PIPESTATUS[0]}"#
      ending = try Program(
        ["/bin/bash", "-c", script], in: workspace,
        environment: ["PATH": "/usr/bin:/bin", "WATTLEDGER_DIR": workspace.ledger], input: file,
        output: workspace.file("head"), errors: workspace.file("head-errors")
      ).wait()
    } else {
      ending = try workspace.start(["log", "append"], input: file, output: output).wait()
    }
    #expect(ending.code == 2, "signal \(ending.signal ?? 0)")
    #expect(ending.errors.contains("cannot write to standard output"), "\(ending.errors)")
    #expect(try workspace.isSound())
  }

  @Test("takes only numbers of lines that make sense", arguments: ["0", "-1", "1000000", "many"])
  func inFlight(number: String) throws {
    let workspace = try Workspace()
    let message = try workspace.fail(2, "log", "append", "--in-flight", number)
    #expect(message.contains("in-flight"))
  }

  @Test("gives the same log however many lines are under way", arguments: ["1", "7", "8192"])
  func inFlightDoesNotShow(number: String) throws {
    let workspace = try Workspace()
    let lines = manyLines(200)
    let file = try workspace.write("lines.jsonl", lines.joined(separator: "\n"))
    let ending = try workspace.succeed("log", "append", "--in-flight", number, input: file)
    #expect(try ending.lines.map { $0["position"] as? Int } == Array(1...200))
    try expect(lines, at: positions(in: ending.output), Watcher(workspace.ledger))
  }
}

@Suite("log append onto a full disk", .serialized)
struct LogAppendFullDiskTests {
  private let lines = manyLines()

  @Test(
    "says so, leaves the log readable, and goes on once there is room",
    .enabled(if: FullDiskTests.canMount, "only root can mount a small disk"))
  func fullDisk() throws {
    // Given a disk of 8 MB, all but 1.5 taken by something else.
    let workspace = try Workspace()
    let disk = workspace.file("disk")
    workspace.ledger = disk + "/ledger"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try #require(mount("none", disk, "tmpfs", 0, "size=8m") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let watcher = try ledgerWithSite(in: workspace)
    let ballast = disk + "/ballast"
    try Data(count: 13 << 19).write(to: URL(filePath: ballast))

    // When more is fed than fits.
    let file = try workspace.write("lines.jsonl", lines.joined(separator: "\n"))
    let stopped = try workspace.start(["log", "append"], input: file).wait()

    // Then it fails, and what it acknowledged is there and can be read.
    #expect(stopped.errors.contains("No space left on device"), "\(stopped.errors)")
    let last = try requireStopped(stopped, workspace, watcher)
    try workspace.fail(3, "log", "append", input: file)
    let shown = try workspace.succeed("log", "show", "1", "--count", "100000").lines
    #expect(shown.count > last)

    // And with the room that the other file leaves, the rest is taken.
    try FileManager.default.removeItem(atPath: ballast)
    try requireRest(behind: last, workspace, watcher)
  }

  @Test("is stopped in the same way by a limit on the size of a file")
  func fileLimit() throws {
    let workspace = try Workspace()
    let watcher = try ledgerWithSite(in: workspace)
    let file = try workspace.write("lines.jsonl", lines.joined(separator: "\n"))
    let stopped = try workspace.start(["log", "append"], input: file, limit: 1 << 10).wait()
    #expect(stopped.errors.contains("a file reached its limit"), "\(stopped.errors)")
    let last = try requireStopped(stopped, workspace, watcher)
    try requireRest(behind: last, workspace, watcher)
  }

  /// Returns the last line that was acknowledged.
  private func requireStopped(
    _ ending: Ending, _ workspace: Workspace, _ watcher: Watcher
  ) throws -> Int {
    #expect(ending.code == 3, "signal \(ending.signal ?? 0): \(ending.errors)")
    let acknowledged = try positions(in: ending.output)
    let last = acknowledged.count
    #expect(acknowledged.keys.max() == last && last > 1000 && last < lines.count)
    #expect(ending.errors.contains("Lines up to \(last) were answered"), "\(ending.errors)")
    try expect(lines, at: acknowledged, watcher)
    #expect(try watcher.head() > UInt64(last))
    return last
  }

  /// Feeds what was not acknowledged, and requires every frame once.
  private func requireRest(
    behind last: Int, _ workspace: Workspace, _ watcher: Watcher
  ) throws {
    let rest = try workspace.write("rest.jsonl", lines[last...].joined(separator: "\n"))
    try workspace.succeed("log", "append", input: rest)
    let frames = try watcher.frames()
    #expect(frames.count == lines.count && frames.values.allSatisfy { $0 == 1 })
    #expect(try workspace.isSound())
  }
}
