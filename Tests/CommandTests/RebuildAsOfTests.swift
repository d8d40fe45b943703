import Foundation
import Testing

/// `rebuild --as-of`, and the verbs that read what it built.
@Suite("rebuild --as-of")
struct RebuildAsOfTests {
  @Test("gives what a ledger gives that was restored to that position; other verbs read it")
  func restored() throws {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate(stations: 3, days: 2, faults: 300)
    try workspace.succeed("import", trace)
    try workspace.succeed("site", "publish", site)
    let past = workspace.file("past")
    let built = try workspace.succeed(
      "rebuild", "--as-of", "700", "--into", past, "--format", "json"
    ).json
    #expect((built["as_of"] as? [String: Any])?["position"] as? Int == 700)

    try workspace.succeed("log", "backup", workspace.file("copy"))
    let short = workspace.file("short")
    try workspace.succeed(
      "log", "restore", workspace.file("copy"), "--ledger", short, "--through", "700")
    let expected = try workspace.succeed("rebuild", "--ledger", short, "--format", "json").json
    func digests(_ json: [String: Any]) throws -> [String] {
      try #require(json["read_models"] as? [[String: Any]]).map { "\($0["digest"] ?? "")" }
    }
    #expect(try digests(built) == digests(expected))

    let then = try workspace.sessions("--models", past)
    let truncated = try workspace.start(
      ["sessions", "--ledger", short, "--format", "json", "--limit", "0"]
    ).wait().json
    #expect(then as NSArray == truncated["sessions"] as? NSArray && then.count > 3)
    #expect(try workspace.sessions().count > then.count)
    let id = try #require(then.first?["session_id"] as? String)
    let one = try workspace.succeed("sessions", id, "--models", past, "--format", "json").json
    let asked = try workspace.succeed("sessions", id, "--as-of", "700", "--format", "json").json
    #expect(one["as_of"] as? Int == 700 && one as NSDictionary == asked as NSDictionary)
    #expect(try workspace.run("findings", "--models", past).code == 0)
    #expect(try workspace.run("connectors", "--models", past).errors.contains("position 700"))
  }

  @Test("overwrites nothing, and says what is wrong with its options")
  func refusals() throws {
    let workspace = try Workspace()
    try workspace.succeed("import", try workspace.write("t.jsonl", heartbeatLine(0)))
    let past = workspace.file("past")
    try workspace.succeed("rebuild", "--as-of", "1", "--into", past)

    let again = try workspace.fail(2, "rebuild", "--as-of", "1", "--into", past)
    #expect(again.contains("is not empty"))
    try workspace.fail(2, "rebuild", "--as-of", "1")
    try workspace.fail(2, "rebuild", "--as-of", "2026", "--into", past + "2")
    try workspace.fail(2, "rebuild", "--as-of", "2001-01-01T00:00:00Z", "--into", past + "2")
    try workspace.fail(2, "sessions", "--models", workspace.ledger)
    let named = try workspace.fail(2, "rebuild", "--as-of", "1", "--into", past + "2", "sessions")
    #expect(named.contains("name none"))
    #expect(!FileManager.default.fileExists(atPath: past + "2"))
  }
}
