import Foundation
import Testing

@Suite("wattledger export")
struct ExportTests {
  /// A ledger of a small fleet for two days.
  private func makeLedger(_ workspace: Workspace) throws {
    try workspace.succeed(
      "simulate", "--seed", "3", "--stations", "4", "--days", "2", "--meter-interval", "300",
      "--output", workspace.file("fleet.jsonl"))
    try workspace.succeed("import", workspace.file("fleet.jsonl"))
  }

  private func position(_ workspace: Workspace, _ target: String) throws -> Int {
    let done = try workspace.succeed("export", "--to", target, "--summary", "json").json
    #expect(try #require(done["rows"] as? Int) > 100)
    return try #require(done["position"] as? Int)
  }

  @Test("of a ledger that has grown takes the place of the earlier file")
  func again() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    let first = try position(workspace, workspace.file("x.sqlite"))
    let before = try Data(contentsOf: URL(filePath: workspace.file("x.sqlite")))
    try workspace.succeed(
      "simulate", "--seed", "4", "--stations", "4", "--days", "1", "--start", "2026-02-01",
      "--output", workspace.file("more.jsonl"))
    try workspace.succeed("import", workspace.file("more.jsonl"))
    #expect(try position(workspace, workspace.file("x.sqlite")) > first)
    #expect(try Data(contentsOf: URL(filePath: workspace.file("x.sqlite"))) != before)
  }

  @Test(
    "to a full disk says so, and leaves the earlier file and nothing else",
    arguments: [
      ["--format", "sqlite"], ["--format", "csv"],
    ])
  func fullDisk(format: [String]) throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    let target = workspace.file("out")
    let first = try workspace.start(["export", "--to", target] + format).wait()
    try #require(first.code == 0, "\(first.errors)")
    let before = try contents(of: target)
    let ending = try workspace.start(["export", "--to", target] + format, limit: 40).wait()
    #expect(ending.code == 2, "\(ending.errors)")
    #expect(ending.errors.contains(target), "\(ending.errors)")
    // SQLite keeps the reason to itself.
    let reasons = ["File too large", "disk I/O error"]
    #expect(reasons.contains { ending.errors.contains($0) }, "\(ending.errors)")
    #expect(try contents(of: target) == before)
    #expect(!FileManager.default.fileExists(atPath: target + ".part"))
  }

  /// The files of a target and their bytes.
  private func contents(of target: String) throws -> [String: Data] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
    guard !names.isEmpty else { return ["": try Data(contentsOf: URL(filePath: target))] }
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(filePath: "\(target)/\($0)")))
      })
  }

  @Test("that was killed leaves what the next one takes away")
  func killed() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    let target = workspace.file("x.sqlite")
    let part = target + ".part"
    let program = try workspace.start(["export", "--to", target])
    try waitUntil("the export does not begin") {
      !program.isRunning || FileManager.default.fileExists(atPath: part)
    }
    program.kill9()
    _ = try program.wait()
    _ = try position(workspace, target)
    #expect(!FileManager.default.fileExists(atPath: part))
  }

  @Test("refuses what is no place for it, with the exit code for wrong usage")
  func refusals() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    let notes = try workspace.write("notes.txt", "mine")
    #expect(try workspace.fail(2, "export", "--to", notes).contains("is no export of Wattledger"))
    #expect(
      try workspace.fail(2, "export", "--to", workspace.file("no/where.sqlite"))
        .contains("No such file or directory"))
    #expect(
      try workspace.fail(2, "export", "--to", workspace.ledger, "--format", "csv")
        .contains("is no export of Wattledger"))
    try workspace.fail(2, "export")
    try workspace.fail(2, "export", "--to", "x", "--neutralize-formulas")
    try workspace.fail(2, "export", "--to", "x", "--from", "yesterday")
    try workspace.fail(3, "export", "--to", workspace.file("x"), "--ledger", "/nowhere")
  }
}
