import Foundation
import TestSupport
import Testing

/// `verify` as a user runs it, on ledgers whose files were changed behind its back.
@Suite("verify")
struct VerifyTests {
  private func ledger() throws -> Workspace {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate(stations: 2, days: 1)
    try workspace.succeed("site", "publish", site)
    try workspace.succeed("import", trace)
    try workspace.succeed("sessions")
    return workspace
  }

  private func contents(_ workspace: Workspace, _ file: String) throws -> Data {
    try Data(contentsOf: URL(filePath: workspace.file("ledger/\(file)")))
  }

  @Test("names every damaged position, and says what to do")
  func damagedRecords() throws {
    let workspace = try Workspace()
    let lines = (0..<2000).map { heartbeatLine($0) }.joined(separator: "\n")
    try workspace.succeed("import", try workspace.write("t.jsonl", lines))
    var bytes = try contents(workspace, "log/data.mdb")
    for second in ["300", "301", "1500"] {
      let frame = try #require(bytes.range(of: Data(#"[2,"\#(second)","Heartbeat""#.utf8)))
      bytes[frame.upperBound - 2] ^= 1
    }
    try workspace.write("ledger/log/data.mdb", bytes)

    let ending = try workspace.run("verify", "--format", "json")
    #expect(ending.code == 3)
    let json = try ending.json
    #expect(json["ok"] as? Bool == false && json["events"] as? Int == 2001)
    #expect(json["first_damaged_position"] as? Int == 301)
    let ranges = try #require(json["damaged_positions"] as? [[String: Int]])
    #expect(ranges == [["first": 301, "last": 302], ["first": 1501, "last": 1501]])
    #expect(json["damaged_position_count"] as? Int == 3)
    #expect((json["read_models"] as? [Any])?.isEmpty == true)
    #expect(ending.errors.contains("position 301 is damaged: its checksum is wrong"))
    #expect(ending.errors.contains("301-302, 1501") && ending.errors.contains("Restore"))
    #expect(try workspace.run("verify").text.contains("damaged positions: 301-302, 1501"))
  }

  @Test("names a damaged page and the events that it hides, where liblmdb would stop the program")
  func damagedPage() throws {
    let workspace = try Workspace()
    let lines = (0..<2000).map { heartbeatLine($0) }.joined(separator: "\n")
    try workspace.succeed("import", try workspace.write("t.jsonl", lines))
    var bytes = try contents(workspace, "log/data.mdb")
    let frame = try #require(bytes.range(of: Data(#"[2,"777","Heartbeat""#.utf8)))
    let page = frame.lowerBound / 4096
    // All offsets of the page, so that nothing on it can be found.
    bytes.replaceSubrange(
      page * 4096 + 10..<page * 4096 + 100, with: Data(repeating: 0xFF, count: 90))
    try workspace.write("ledger/log/data.mdb", bytes)

    let ending = try workspace.run("verify", "--format", "json")
    #expect(ending.code == 3)
    let damaged = try #require(try ending.json["damaged_pages"] as? [[String: Any]])
    #expect(damaged.count == 1 && damaged[0]["page"] as? Int == page)
    #expect(damaged[0]["file"] as? String == "log/data.mdb")
    #expect(damaged[0]["database"] as? String == "events")
    let ranges = try #require(try ending.json["damaged_positions"] as? [[String: Int]])
    let first = try #require(ranges.first?["first"])
    let last = try #require(ranges.first?["last"])
    #expect(ranges.count == 1 && first <= 778 && last >= 778 && last - first < 60)
  }

  @Test("tells a changed name, a changed ledger.json and a lost table from damaged events")
  func damagedTables() throws {
    func verify(_ change: (inout Data) throws -> Void, _ file: String = "log/data.mdb") throws
      -> [[String: String]]
    {
      let workspace = try Workspace()
      let trace = try workspace.write("t.jsonl", heartbeatLine(0, station: "CP-CHANGED"))
      try workspace.succeed("import", trace)
      var bytes = try contents(workspace, file)
      try change(&bytes)
      try workspace.write("ledger/\(file)", bytes)
      let ending = try workspace.run("verify", "--format", "json")
      #expect(ending.code == 3, "\(ending.errors)")
      return try #require(try ending.json["damaged_tables"] as? [[String: String]])
    }
    // All copies of the name but one are in pages that are free, or none is.
    let named = try verify { bytes in
      let name = try #require(bytes.range(of: Data("CP-CHANGED".utf8), options: .backwards))
      bytes[name.lowerBound] ^= 1
    }
    #expect(named.contains { $0["flaw"] == "not_as_counterpart" })
    let file = try verify({ $0[$0.count - 6] ^= 1 }, "ledger.json")
    #expect(file == [["table": "ledger.json", "flaw": "wrong_checksum"]])
    let lost = try verify { bytes in
      var place = bytes.startIndex
      while let name = bytes.range(of: Data("station_ids".utf8), in: place..<bytes.endIndex) {
        bytes[name.lowerBound] = UInt8(ascii: "r")
        place = name.upperBound
      }
    }
    #expect(lost.contains(["table": "station_ids", "flaw": "missing"]))
  }

  @Test("makes read models that are missing, and reports damaged ones with exit code 1")
  func models() throws {
    let workspace = try ledger()
    try FileManager.default.removeItem(atPath: workspace.file("ledger/models"))
    #expect(try workspace.isSound())

    let models = try FileManager.default.contentsOfDirectory(
      atPath: workspace.file("ledger/models/sessions"))
    let generation = try #require(models.first { $0.hasPrefix("v") })
    let path = "models/sessions/\(generation)/data.mdb"
    var bytes = try contents(workspace, path)
    bytes.replaceSubrange(8192..<bytes.count, with: Data(count: bytes.count - 8192))
    try workspace.write("ledger/\(path)", bytes)
    let ending = try workspace.run("verify", "--format", "json")
    #expect(ending.code == 1, "\(ending.errors)")
    #expect(ending.errors.contains("Delete models and index"))
    #expect(try ending.json["first_damaged_position"] is NSNull)
    #expect((try ending.json["damaged_pages"] as? [Any])?.isEmpty == false)

    try FileManager.default.removeItem(atPath: workspace.file("ledger/models"))
    #expect(try workspace.isSound())
  }

  @Test("reports a check that is killed as damage, with how far it had come")
  func killedCheck() throws {
    let workspace = try Workspace()
    let lines = (0..<60_000).map { heartbeatLine($0) }.joined(separator: "\n")
    try workspace.succeed("import", try workspace.write("t.jsonl", lines))
    let ending = try killing("log", in: workspace)
    #expect(ending.code == 3 && ending.signal == nil)
    #expect(ending.errors.contains("was ended by signal 11"), "\(ending.errors)")
    #expect((try ending.json["broken_checks"] as? [String])?.count == 1)
    #expect(try workspace.isSound())
  }

  @Test("reports a fold that is killed as damage of the read models, and not of the log")
  func killedFold() throws {
    let workspace = try Workspace()
    let lines = (0..<60_000).map { heartbeatLine($0) }.joined(separator: "\n")
    try workspace.succeed("import", try workspace.write("t.jsonl", lines))
    let ending = try killing("models", in: workspace)
    #expect(ending.code == 1 && ending.signal == nil)
    #expect(try ending.json["ok"] as? Bool == false)
    #expect(ending.errors.contains("the log is not"), "\(ending.errors)")
    #expect((try ending.json["broken_checks"] as? [String])?.count == 1)
    #expect(try workspace.isSound())
  }

  /// Runs `verify`, and ends its process for a part by a signal.
  private func killing(_ part: String, in workspace: Workspace) throws -> Ending {
    let program = try workspace.start(["verify", "--format", "json"])
    let children = "/proc/\(program.process)/task/\(program.process)/children"
    try waitUntil("no child checks the \(part)") {
      let list = (try? String(contentsOfFile: children, encoding: .utf8)) ?? ""
      guard let child = pid_t(list.split(separator: " ").first ?? ""),
        let words = FileManager.default.contents(atPath: "/proc/\(child)/cmdline"),
        words.split(separator: 0).contains(Data(part.utf8))
      else { return false }
      return kill(child, SIGSEGV) == 0
    }
    return try program.wait()
  }

  @Test(
    "gives the same sessions, whatever byte was changed, if it reports nothing",
    arguments: ["log", "models"])
  func changedBytes(directory: String) throws {
    let workspace = try ledger()
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: workspace.file("ledger/\(directory)"))
    let data = try #require(names.first { $0.hasSuffix("data.mdb") })
    let file = "\(directory)/\(data)"
    let sessions = try workspace.succeed("sessions", "--format", "json", "--limit", "0").output
    let sound = workspace.file("sound")
    try FileManager.default.copyItem(atPath: workspace.ledger, toPath: sound)
    let bytes = try contents(workspace, file)
    var random = SplitMix64(seed: 3)
    var reported = 0
    for _ in 0..<64 {
      var changed = bytes
      let offset = Int.random(in: 0..<bytes.count, using: &random)
      changed[offset] ^= UInt8.random(in: 1...255, using: &random)
      try workspace.write("ledger/\(file)", changed)
      let ending = try workspace.run("verify", "--format", "json")
      let codes: [Int32?] = file.hasPrefix("log") ? [0, 3] : [0, 1]
      #expect(codes.contains(ending.code), "byte \(offset): \(ending.errors)")
      if ending.code == 0 {
        let now = try workspace.succeed("sessions", "--format", "json", "--limit", "0").output
        #expect(now == sessions, "byte \(offset)")
      } else {
        reported += 1
      }
      // What was read may have been made anew.
      try FileManager.default.removeItem(atPath: workspace.ledger)
      try FileManager.default.copyItem(atPath: sound, toPath: workspace.ledger)
    }
    #expect(reported > 2)
    #expect(try workspace.isSound())
  }
}
