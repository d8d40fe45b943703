import Foundation
import Testing

/// `verify --replay` as a user runs it.
@Suite("verify --replay")
struct VerifyReplayTests {
  private func ledger() throws -> Workspace {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate(stations: 3, days: 2, faults: 400)
    try workspace.succeed("site", "publish", site)
    try workspace.succeed("import", trace)
    try workspace.succeed("sessions")
    return workspace
  }

  @Test("folds twice, with other threads, commits, locale, zone, hash seed and directory")
  func same() throws {
    let workspace = try ledger()

    let json = try workspace.succeed("verify", "--replay", "--format", "json").json

    #expect(json["ok"] as? Bool == true)
    let folds = try #require(json["replays"] as? [[String: Any]])
    #expect(folds.count == 2 && folds.allSatisfy { $0["ok"] as? Bool == true })
    for key in ["workers", "events_at_once", "environment", "directory"] {
      #expect("\(folds[0][key] ?? "")" != "\(folds[1][key] ?? "")", "\(key)")
    }
    let hashing = try folds.map { fold in
      try #require(fold["environment"] as? [String]).contains { $0.hasPrefix("SWIFT_DETERM") }
    }
    #expect(hashing == [true, false])
    let tables = try folds.map { try #require($0["tables"] as? [[String: Any]]) }
    let names = tables[0].compactMap { $0["name"] as? String }
    #expect(names.count > 8 && names.contains("sessions") && names.contains("stations"))
    #expect(
      tables[0].map { $0["digest"] as? String } == tables[1].map { $0["digest"] as? String })
    // Nothing stays behind.
    let models = try FileManager.default.contentsOfDirectory(
      atPath: workspace.file("ledger/models/sessions"))
    #expect(models.count == 1, "\(models)")
    #expect(try workspace.run("verify", "--replay").text.contains("tr_TR.UTF-8"))
    #expect(try workspace.succeed("verify", "--format", "json").json["replays"] == nil)
  }

  @Test("works for a ledger that is named by a relative path, and for one without sessions")
  func relative() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    let script = "cd \(workspace.path) && exec \(Program.path) verify --replay --ledger ledger"
    let ending = try Program(
      ["/bin/bash", "-c", script], in: workspace, environment: ["PATH": "/usr/bin:/bin"],
      input: "/dev/null", output: workspace.file("out"), errors: workspace.file("err")
    ).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(ending.text.contains("fold 2 ("))
  }
}
