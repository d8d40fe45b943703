import Foundation
import Testing

private let frameCount = 40_000

private func longTrace(in workspace: Workspace) throws -> String {
  let lines = (0..<frameCount).map { heartbeatLine($0, station: "CP-\($0 % 50)") }
  return try workspace.write("long.jsonl", lines.joined(separator: "\n") + "\n")
}

extension Workspace {
  fileprivate var backup: String { file("backup") }

  /// The size of the part that is being written; 0 if there is none.
  fileprivate func partialBytes() -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: backup)) ?? []
    guard let name = names.first(where: { $0.hasSuffix(".partial") }) else { return 0 }
    let attributes = try? FileManager.default.attributesOfItem(atPath: backup + "/" + name)
    return attributes?[.size] as? Int ?? 0
  }

  fileprivate func backUp() throws -> [String: Any] {
    try succeed("log", "backup", backup, "--format", "json").json
  }

  /// The digests of read models that are made anew.
  fileprivate func digests(of ledger: String) throws -> [String] {
    let ending = try succeed("rebuild", "--ledger", ledger, "--format", "json")
    let models = try #require(try ending.json["read_models"] as? [[String: Any]])
    return try models.map { try #require($0["digest"] as? String) }
  }
}

@Suite("Backups", .serialized)
struct BackupCommandTests {
  @Test("Taken while an import runs, and restored, they give the same read models")
  func underLoad() throws {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate()
    try workspace.succeed("site", "publish", site)
    let watcher = try Watcher(workspace.ledger)
    let program = try workspace.start(["import", trace, try longTrace(in: workspace)])
    try watcher.waitForEvents(2000)
    let during = try workspace.backUp()
    #expect(try program.wait().code == 0)
    let after = try workspace.backUp()

    let events = try #require(after["events"] as? Int)
    #expect(try UInt64(events) == watcher.head())
    #expect(try #require(during["events"] as? Int) >= 2000)
    let added = try #require(after["added"] as? [String: Any])
    #expect(added["events"] as? Int == events - (during["events"] as? Int ?? 0))
    #expect(try workspace.backUp()["added"] is NSNull)

    let restored = workspace.file("restored")
    let summary = try workspace.succeed(
      "log", "restore", workspace.backup, "--ledger", restored, "--format", "json"
    ).json
    #expect(summary["tree_root"] as? String == after["tree_root"] as? String)
    let digests = try workspace.digests(of: workspace.ledger)
    #expect(try !digests.isEmpty && workspace.digests(of: restored) == digests)
    try workspace.succeed("verify", "--ledger", restored)
  }

  @Test("Killed again and again, they are gone on with, and whole in the end")
  func killed() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try longTrace(in: workspace))
    var kept = 0
    for bytes in [100, 120_000, 400_000] {
      let program = try workspace.start(["log", "backup", workspace.backup])
      try waitUntil("the backup grows") { workspace.partialBytes() > bytes }
      program.kill9()
      #expect(try program.wait().signal == SIGKILL)
      #expect(workspace.partialBytes() >= kept)
      kept = workspace.partialBytes()
      // What is not whole is no backup.
      let message = try workspace.fail(2, "log", "backup", workspace.backup, "--check")
      #expect(message.contains("no backup"))
    }
    let summary = try workspace.backUp()
    let added = try #require(summary["added"] as? [String: Any])
    #expect(try #require(added["resumed_events"] as? Int) > 4096)
    #expect(summary["events"] as? Int == frameCount + 1)
    try workspace.succeed("log", "backup", workspace.backup, "--check")
  }

  @Test("A full disk is a clear error, leaves earlier parts as they were, and the next run goes on")
  func fullDisk() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    _ = try workspace.backUp()
    try workspace.succeed("import", try longTrace(in: workspace))
    let stopped = try workspace.start(["log", "backup", workspace.backup], limit: 256).wait()
    #expect(stopped.code == 3 && stopped.errors.contains("cannot write"), "\(stopped.errors)")
    #expect(stopped.errors.contains("goes on where this one stopped"))
    let check = try workspace.succeed("log", "backup", workspace.backup, "--check")
    #expect(check.text.contains("every byte is sound"))
    let added = try #require(try workspace.backUp()["added"] as? [String: Any])
    #expect(try #require(added["resumed_events"] as? Int) > 0)
    try workspace.succeed("log", "backup", workspace.backup, "--check")
  }

  @Test("A restore that is killed leaves no ledger, and the next one makes it and tidies up")
  func killedRestore() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try longTrace(in: workspace))
    _ = try workspace.backUp()
    let restored = workspace.file("restored")
    func halfMade() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: workspace.path)
        .filter { $0.hasPrefix(".restored") }
    }
    let program = try workspace.start(
      ["log", "restore", workspace.backup, "--ledger", restored])
    try waitUntil("the restore begins") { try !halfMade().isEmpty }
    program.kill9()
    #expect(try program.wait().signal == SIGKILL)
    #expect(try !FileManager.default.fileExists(atPath: restored) && halfMade().count == 1)

    try workspace.succeed(
      "log", "restore", workspace.backup, "--ledger", restored, "--through", "30000")
    #expect(try halfMade().isEmpty)
    workspace.ledger = restored
    #expect(try workspace.events() == 30_000)
    #expect(try workspace.isSound())
  }

  @Test("What cannot be done is said, with the exit code for its kind")
  func refusals() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    try workspace.fail(2, "log", "backup", workspace.file("ledger/models"))
    try workspace.fail(2, "log", "backup", workspace.path)
    try workspace.fail(2, "log", "backup", workspace.file("t.jsonl"))
    try workspace.fail(2, "log", "backup", workspace.backup, "--check")
    try workspace.fail(2, "log", "restore", workspace.backup, "--ledger", workspace.file("new"))
    _ = try workspace.backUp()
    try workspace.fail(
      2, "log", "restore", workspace.backup, "--ledger", workspace.file("new"), "--through", "9")
    try workspace.fail(
      2, "log", "restore", workspace.backup, "--ledger", workspace.file("new"), "--through", "0")
    #expect(
      try workspace.fail(3, "log", "restore", workspace.backup).contains("exists already"))

    let part = workspace.file("backup/00000000000000000001-00000000000000000002.wattledger-dump")
    var bytes = try Data(contentsOf: URL(filePath: part))
    bytes[200] ^= 1
    try bytes.write(to: URL(filePath: part))
    let message = try workspace.fail(3, "log", "backup", workspace.backup, "--check")
    #expect(message.contains("frame") && message.contains("behind position 0"), "\(message)")
    try workspace.fail(3, "log", "restore", workspace.backup, "--ledger", workspace.file("new"))
    #expect(!FileManager.default.fileExists(atPath: workspace.file("new")))
  }
}
