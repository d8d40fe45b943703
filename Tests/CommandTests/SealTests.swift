import Foundation
import Testing

@Suite("Sealing old events")
struct SealTests {
  /// A simulated fleet of some 10,000 frames, imported.
  private func filled() throws -> (workspace: Workspace, trace: String) {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate(stations: 16, days: 5)
    try workspace.succeed("site", "publish", site)
    try workspace.succeed("import", trace)
    return (workspace, trace)
  }

  @Test("Sealing changes size and nothing else: events, sessions, models and imports stay the same")
  func same() throws {
    let (workspace, trace) = try filled()
    let events = try workspace.events()
    let shown = try workspace.succeed("log", "show", "1", "--count", "100000").text
    let sessions = try workspace.sessions()
    let models = try workspace.succeed("rebuild", "--format", "json").json["read_models"]

    let sealed = try workspace.succeed("log", "seal", "--keep-hot", "0", "--format", "json").json

    let count = try #require(sealed["sealed_now"] as? Int)
    #expect(count >= 4096 && count.isMultiple(of: 4096) && count <= events - 4096)
    let size = try #require(sealed["sealed_bytes_per_event"] as? Double)
    #expect((20...90).contains(size))
    #expect(try #require(sealed["bytes_after"] as? Int) < #require(sealed["bytes_before"] as? Int))
    let stats = try workspace.succeed("log", "stats", "--format", "json").json
    #expect(stats["sealed_events"] as? Int == count && stats["events"] as? Int == events)
    #expect(stats["bytes"] as? Int == sealed["bytes_after"] as? Int)
    #expect(try workspace.succeed("log", "show", "1", "--count", "100000").text == shown)
    #expect(try workspace.sessions() as NSArray == sessions as NSArray)
    let rebuilt = try workspace.succeed("rebuild", "--format", "json").json["read_models"]
    #expect(rebuilt as? NSArray == models as? NSArray)
    #expect(try workspace.isSound())
    try workspace.succeed("import", trace)
    #expect(try workspace.events() == events)
  }

  @Test("What is too new is left alone, and sealing again does nothing")
  func nothingToSeal() throws {
    let (workspace, _) = try filled()
    for words in [["--older-than", "1d"], ["--keep-hot", "1000000"], []] {
      let ending = try workspace.start(["log", "seal", "--format", "json"] + words).wait()
      #expect(try ending.json["sealed_now"] as? Int == 0, "\(words)")
    }
    #expect(
      try workspace.succeed("log", "seal", "--older-than", "0m", "--format", "json")
        .json["sealed_now"] as? Int ?? 0 > 0)
    let text = try workspace.succeed("log", "seal", "--older-than", "0m").text
    #expect(text.contains("sealed now"))
  }

  @Test("verify names sealed events that are lost, and tells what sealing left from damage")
  func verify() throws {
    let (workspace, _) = try filled()
    let count = try #require(
      workspace.succeed("log", "seal", "--keep-hot", "0", "--format", "json").json["sealed_now"]
        as? Int)
    try FileManager.default.createDirectory(
      atPath: workspace.ledger + "/segments/.building-00000000000000004097",
      withIntermediateDirectories: true)
    let sound = try workspace.succeed("verify", "--format", "json").json
    #expect(sound["ok"] as? Bool == true)
    #expect(sound["left_overs"] as? [String] == ["segments/.building-00000000000000004097"])

    let file = URL(filePath: workspace.ledger + "/segments/00000000000000000001/data.mdb")
    var bytes = try Data(contentsOf: file)
    // Nothing is left of the second half.
    let half = bytes.count / 2 & ~4095
    bytes.replaceSubrange(half..., with: Data(repeating: 0xFF, count: bytes.count - half))
    try bytes.write(to: file)
    let ending = try workspace.run("verify", "--format", "json")
    #expect(ending.code == 3 && ending.errors.contains("Restore"), "\(ending.errors)")
    let json = try ending.json
    let ranges = try #require(json["damaged_positions"] as? [[String: Int]])
    #expect(ranges.last?["last"] == count && json["events"] as? Int ?? 0 > count)
    let pages = try #require(json["damaged_pages"] as? [[String: Any]])
    #expect(!pages.isEmpty)
    #expect(pages.allSatisfy { $0["file"] as? String == "segments/00000000000000000001/data.mdb" })
  }

  @Test("Wrong usage is told apart from a damaged segment")
  func failures() throws {
    let (workspace, _) = try filled()
    try workspace.fail(2, "log", "seal", "--older-than", "soon")
    try workspace.fail(2, "log", "seal", "--older-than", "1d", "--keep-hot", "5000")
    try workspace.succeed("log", "seal", "--keep-hot", "0")
    try FileManager.default.removeItem(
      atPath: workspace.ledger + "/segments/00000000000000000001")
    let message = try workspace.fail(3, "log", "show", "5")
    #expect(message.contains("position 5") && message.contains("segment"))
  }
}
