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
    #expect(!models.contains { $0.hasPrefix("verify-") }, "\(models)")
    #expect(models.count { $0.hasPrefix("v") } == 1)
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

  @Test("names the table and the first key where what serves is not what every fold gives")
  func differs() throws {
    let workspace = try ledger()
    let token = try #require(try workspace.sessions().compactMap { $0["token"] as? String }.first)
    let folder = workspace.file("ledger/models/sessions")
    let generation = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix("v") })
    let file = "ledger/models/sessions/\(generation)/data.mdb"
    var bytes = try Data(contentsOf: URL(filePath: workspace.file(file)))
    var place = bytes.startIndex
    while let found = bytes.range(of: Data(token.utf8), in: place..<bytes.endIndex) {
      bytes[found.lowerBound] ^= 1
      place = found.upperBound
    }
    try workspace.write(file, bytes)

    let ending = try workspace.run("verify", "--replay", "--format", "json")

    #expect(ending.code == 1, "\(ending.errors)")
    let folds = try #require(try ending.json["replays"] as? [[String: Any]])
    #expect(folds.map { $0["ok"] as? Bool } == [false, false])
    let differences = try folds.map { try #require($0["differences"] as? [[String: Any]]) }
    #expect(differences[0] as NSArray == differences[1] as NSArray)
    #expect(folds.allSatisfy { ($0["unlike_first"] as? [Any])?.isEmpty == true })
    let first = try #require(differences[0].first { $0["table"] as? String == "sessions" })
    #expect(first["flaw"] as? String == "changed")
    let key = String(try #require(first["session_position"] as? Int), radix: 16)
    #expect((first["key"] as? String)?.hasSuffix(key) == true)
    let text = try workspace.run("verify", "--replay").text
    #expect(text.contains("DIFFERS") && text.contains("in sessions, the row of key"))
  }
}
