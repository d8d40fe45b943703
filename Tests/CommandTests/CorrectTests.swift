import Foundation
import Testing

@Suite("wattledger correct")
struct CorrectTests {
  /// A ledger with the sessions of a simulated fleet, and one of them that is over.
  private func closedSession(_ workspace: Workspace) throws -> (id: String, energy: Int) {
    let files = try workspace.simulate()
    try workspace.succeed("site", "publish", files.site)
    try workspace.succeed("import", files.trace)
    let closed = try #require(
      try workspace.sessions().first {
        $0["state"] as? String == "closed" && $0["energy_mwh"] as? Int ?? 0 > 0
      })
    return (
      try #require(closed["session_id"] as? String), try #require(closed["energy_mwh"] as? Int)
    )
  }

  private let who = ["--reason", "the card was a colleague's", "--author", "Ada"]

  @Test("a trial appends nothing; a fact shows in the session and its history, and can be undone")
  func token() throws {
    let workspace = try Workspace()
    let session = try closedSession(workspace)
    let before = try workspace.events()
    let words = ["correct", "token", session.id, "CARD", "--format", "json"] + who
    let trial = try workspace.start(words + ["--dry-run"]).wait()
    let tried = try trial.json
    #expect(trial.code == 0 && tried["position"] is NSNull)
    #expect(try workspace.events() == before)

    let done = try workspace.start(words).wait().json
    let position = try #require(done["position"] as? Int)
    #expect(position == before + 1)
    let shown = try workspace.succeed("sessions", session.id, "--format", "json").json
    #expect(shown["token"] as? String == "CARD")
    let step = try #require((shown["history"] as? [[String: Any]])?.last)
    #expect((step["correction"] as? [String: Any])?["author"] as? String == "Ada")
    let past = try workspace.succeed(
      "sessions", session.id, "--as-of", "\(before)", "--format", "json"
    ).json
    #expect(past["as_of"] as? Int == before && past["token"] as? String != "CARD")

    let undo = try workspace.start(["correct", "undo", "\(position)"] + who).wait()
    #expect(undo.code == 0, "\(undo.errors)")
    let after = try workspace.succeed("sessions", session.id, "--format", "json").json
    #expect(after["token"] as? String != "CARD")
    #expect(try workspace.isSound())
  }

  @Test("what does not fit, or has no author, is wrong usage and appends nothing")
  func refusals() throws {
    let workspace = try Workspace()
    let session = try closedSession(workspace)
    let before = try workspace.events()
    try workspace.fail(2, "correct", "void", session.id, "--reason", "a test")
    try workspace.fail(2, "correct", "void", session.id, "--reason", " ", "--author", "Ada")
    try workspace.fail(2, "correct", "void", "ffff", "--reason", "a test", "--author", "Ada")
    try workspace.fail(
      2, "correct", "split", session.id, "--at", "1999-01-01T00:00:00Z", "--reason", "a test",
      "--author", "Ada")
    try workspace.fail(2, "correct", "undo", "1", "--reason", "a test", "--author", "Ada")
    try workspace.fail(2, "sessions", session.id, "--as-of", "yesterday")
    #expect(try workspace.events() == before)
  }
}
