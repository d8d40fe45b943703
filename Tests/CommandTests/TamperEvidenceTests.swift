import Foundation
import Testing

@Suite("Tamper evidence")
struct TamperEvidenceTests {
  /// A workspace with a ledger of three events and a key, whose public half is returned.
  private func signedLedger() throws -> (Workspace, vkey: String) {
    let workspace = try Workspace()
    try importHeartbeats(workspace, 0..<3)
    let made = try workspace.succeed(
      "log", "keygen", "example.com/log", "--key", workspace.file("key"))
    return (workspace, made.text.trimmingCharacters(in: .newlines))
  }

  private func importHeartbeats(_ workspace: Workspace, _ numbers: Range<Int>) throws {
    let text = numbers.map { heartbeatLine($0) + "\n" }.joined()
    try workspace.succeed("import", try workspace.write("t.jsonl", text))
  }

  @Test("An event is proved to somebody who has only the proof and the public key")
  func proveEvent() throws {
    let (workspace, vkey) = try signedLedger()
    let proof = try workspace.succeed("log", "prove", "2", "--key", workspace.file("key")).text
    try workspace.write("2.tlog-proof", proof)
    let event = try workspace.succeed("log", "show", "2").text
    try FileManager.default.removeItem(atPath: workspace.ledger)
    let shown = try workspace.succeed(
      "log", "check-proof", workspace.file("2.tlog-proof"), "--vkey", vkey
    ).text
    #expect(shown == event)

    try workspace.write("changed", proof.replacing("index 1", with: "index 0"))
    #expect(
      try workspace.fail(1, "log", "check-proof", workspace.file("changed"), "--vkey", vkey)
        .contains("another root"))
    let other = try workspace.succeed(
      "log", "keygen", "example.com/log", "--key", workspace.file("other")
    ).text
    #expect(
      try workspace.fail(
        1, "log", "check-proof", workspace.file("2.tlog-proof"), "--vkey",
        other.trimmingCharacters(in: .newlines)
      ).contains("not signed by the key"))
  }

  @Test("An event can be handed over beside its proof")
  func eventApart() throws {
    let (workspace, vkey) = try signedLedger()
    let proof = try workspace.succeed(
      "log", "prove", "1", "--key", workspace.file("key"), "--event", workspace.file("event")
    ).text
    #expect(!proof.contains("extra"))
    try workspace.write("proof", proof)
    try workspace.fail(2, "log", "check-proof", workspace.file("proof"), "--vkey", vkey)
    try workspace.succeed(
      "log", "check-proof", workspace.file("proof"), "--vkey", vkey, "--event",
      workspace.file("event"))
  }

  @Test("A log that has grown proves it to the holder of an old checkpoint")
  func proveGrowth() throws {
    let (workspace, vkey) = try signedLedger()
    let old = try workspace.succeed("log", "checkpoint", "--key", workspace.file("key")).text
    try workspace.write("old", old)
    try importHeartbeats(workspace, 3..<40)
    let proof = try workspace.succeed(
      "log", "prove", "--from", workspace.file("old"), "--key", workspace.file("key")
    ).text
    try workspace.write("proof", proof)
    let said = try workspace.succeed(
      "log", "check-proof", workspace.file("proof"), "--vkey", vkey, "--from", workspace.file("old")
    )
    #expect(said.errors.contains("has only grown"))
    // Positions that the old checkpoint has can still be proved under it.
    try workspace.succeed("log", "prove", "1", "--checkpoint", workspace.file("old"))
    try workspace.fail(2, "log", "prove", "40", "--checkpoint", workspace.file("old"))
  }

  @Test("A ledger restored from an older backup is not signed again, nor is a forked one")
  func restored() throws {
    let (workspace, _) = try signedLedger()
    try FileManager.default.copyItem(
      atPath: workspace.ledger, toPath: workspace.file("backup"))
    try importHeartbeats(workspace, 3..<9)
    let signed = try workspace.succeed("log", "checkpoint", "--key", workspace.file("key")).text
    try FileManager.default.removeItem(atPath: workspace.ledger)
    try FileManager.default.moveItem(
      atPath: workspace.file("backup"), toPath: workspace.ledger)

    let smaller = try workspace.fail(1, "log", "checkpoint", "--key", workspace.file("key"))
    #expect(smaller.contains("shrunk") && smaller.contains("log keygen"))
    // As long as before, but with other events.
    try importHeartbeats(workspace, 20..<40)
    #expect(
      try workspace.fail(1, "log", "checkpoint", "--key", workspace.file("key")).contains(
        "another root"))
    #expect(
      try workspace.fail(1, "log", "prove", "1", "--key", workspace.file("key")).contains(
        "another root"))
    let last = try String(contentsOfFile: workspace.file("key.last-checkpoint"), encoding: .utf8)
    #expect(last == signed)
    try workspace.succeed("log", "keygen", "example.com/log2", "--key", workspace.file("key2"))
    try workspace.succeed("log", "checkpoint", "--key", workspace.file("key2"))
  }

  @Test("A key is only its owner's, never overwritten, and never inside a ledger")
  func keys() throws {
    let (workspace, _) = try signedLedger()
    let attributes = try FileManager.default.attributesOfItem(atPath: workspace.file("key"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    try workspace.fail(2, "log", "keygen", "example.com/log", "--key", workspace.file("key"))
    #expect(
      try workspace.fail(2, "log", "keygen", "a", "--key", workspace.ledger + "/models/key")
        .contains("inside the ledger"))
    try workspace.fail(2, "log", "keygen", "two words", "--key", workspace.file("key3"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: workspace.file("key"))
    #expect(
      try workspace.fail(2, "log", "checkpoint", "--key", workspace.file("key")).contains(
        "chmod 600"))
  }
}
