import Foundation
import Testing

/// A trace that takes long enough to import to be interrupted, with frames that are all different.
private let frameCount = 70_000

private func longTrace(in workspace: Workspace) throws -> String {
  var text = ""
  for second in 0..<frameCount {
    text += heartbeatLine(second, station: "CP-\(second % 50)")
    text += "\n"
  }
  return try workspace.write("long.jsonl", text)
}

/// A ledger with one event.
func ledgerWithSite(in workspace: Workspace) throws -> Watcher {
  let site = try workspace.write("site.yaml", "id: depot\ntime_zone: Europe/Berlin\n")
  try workspace.succeed("site", "publish", site)
  return try Watcher(workspace.ledger)
}

private func expectEachFrameOnce(_ watcher: Watcher) throws {
  let frames = try watcher.frames()
  #expect(frames.count == frameCount && frames.values.allSatisfy { $0 == 1 })
}

@Suite("A program that is killed", .serialized)
struct CrashTests {
  @Test("An import killed again and again is finished by the same import, exactly")
  func killedImport() throws {
    let workspace = try Workspace()
    let watcher = try ledgerWithSite(in: workspace)
    let trace = try longTrace(in: workspace)
    var acknowledged: UInt64 = 1
    for events in [2, 20_000, 50_000] as [UInt64] {
      let program = try workspace.start(["import", trace])
      try watcher.waitForEvents(events)
      program.kill9()
      #expect(try program.wait().signal == SIGKILL)
      let head = try watcher.head()
      #expect(head >= max(acknowledged, events) && head < frameCount)
      acknowledged = head
      #expect(try workspace.isSound())
    }
    #expect(try workspace.succeed("import", trace).text.contains("were there already"))
    try expectEachFrameOnce(watcher)
    #expect(try workspace.isSound())
    #expect(try workspace.succeed("import", trace).text.contains("nothing added"))
  }

  @Test("A rebuild that is killed leaves the read models as they were, and the next leaves nothing")
  func killedRebuild() throws {
    let workspace = try Workspace()
    _ = try ledgerWithSite(in: workspace)
    try workspace.succeed("import", try longTrace(in: workspace))
    try workspace.succeed("import", Repository.fixture("ocpp201-inl-octt/tc_e_44_cs.trace.jsonl"))
    let sessions = try workspace.sessions()
    #expect(sessions.count == 1)
    let models = workspace.file("ledger/models/sessions")
    func isBuilding() throws -> Bool {
      try FileManager.default.contentsOfDirectory(atPath: models)
        .contains { $0.hasPrefix("building-") }
    }
    let program = try workspace.start(["rebuild"])
    try waitUntil("a rebuild begins") { try isBuilding() }
    program.kill9()
    #expect(try program.wait().signal == SIGKILL)
    #expect(try isBuilding())
    #expect(try workspace.sessions() as NSArray == sessions as NSArray)
    try workspace.succeed("rebuild")
    #expect(try !isBuilding())
    #expect(try workspace.sessions() as NSArray == sessions as NSArray)
    #expect(try workspace.isSound())
  }
}

@Suite("A full disk", .serialized)
struct FullDiskTests {
  /// Whether this user may mount a file system of its own.
  static let canMount: Bool = {
    guard getuid() == 0, let workspace = try? Workspace() else { return false }
    guard mount("none", workspace.path, "tmpfs", 0, "size=64k") == 0 else { return false }
    return umount2(workspace.path, Int32(MNT_DETACH)) == 0
  }()

  @Test(
    "An import onto a full disk says so, keeps what it acknowledged, and goes on when there is room",
    .enabled(if: canMount, "only root can mount a small disk; the limit of a file is tested"))
  func fullDisk() throws {
    let workspace = try Workspace()
    let trace = try longTrace(in: workspace)
    let disk = workspace.file("disk")
    workspace.ledger = disk + "/ledger"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try #require(mount("none", disk, "tmpfs", 0, "size=4m") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let watcher = try ledgerWithSite(in: workspace)

    let message = try workspace.fail(3, "import", trace)
    #expect(message.contains("No space left on device") && message.contains("are safe"))
    let acknowledged = try watcher.frames()
    #expect(acknowledged.count > 4000 && acknowledged.values.allSatisfy { $0 == 1 })
    #expect(message.contains("\(acknowledged.count) records were added"))
    // There is no room for read models either: another clear error.
    try workspace.fail(3, "sessions")

    try #require(mount("none", disk, "tmpfs", UInt(MS_REMOUNT), "size=256m") == 0)
    try workspace.succeed("import", trace)
    try expectEachFrameOnce(watcher)
    #expect(try workspace.isSound())
  }

  @Test("A log that may not grow any further is an error, and the import goes on when it may")
  func fileLimit() throws {
    let workspace = try Workspace()
    let watcher = try ledgerWithSite(in: workspace)
    let trace = try longTrace(in: workspace)
    let stopped = try workspace.start(["import", trace], limit: 3 << 10).wait()
    #expect(stopped.code == 3, "signal \(stopped.signal ?? 0): \(stopped.errors)")
    #expect(
      stopped.errors.contains("a file reached its limit") && stopped.errors.contains("are safe"))
    let acknowledged = try watcher.frames()
    #expect(acknowledged.count > 4000 && acknowledged.count < frameCount)
    #expect(stopped.errors.contains("\(acknowledged.count) records were added"))
    #expect(try workspace.isSound())
    try workspace.succeed("import", trace)
    try expectEachFrameOnce(watcher)
    #expect(try workspace.isSound())
  }
}

@Suite("Several processes at once", .serialized)
struct ConcurrencyTests {
  @Test("Those that ask at once wait for one that folds, and all get the same answer")
  func readers() throws {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate()
    try workspace.succeed("site", "publish", site)
    try workspace.succeed("import", trace)
    let words = ["sessions", "--limit", "0", "--format", "json"]
    let programs = try (0..<4).map { try workspace.start($0 == 2 ? ["rebuild"] : words) }
    let endings = try programs.map { try $0.wait() }
    #expect(endings.allSatisfy { $0.code == 0 }, "\(endings.map(\.errors))")
    let answers = Set([endings[0], endings[1], endings[3]].map(\.output))
    #expect(answers.count == 1 && (answers.first?.count ?? 0) > 1000)
    #expect(try workspace.isSound())
  }

  @Test("Two that need a new ledger at once get the same one")
  func creators() throws {
    let workspace = try Workspace()
    let site = try workspace.write("site.yaml", "id: depot\ntime_zone: Europe/Berlin\n")
    let programs = try (0..<4).map { _ in try workspace.start(["site", "publish", site]) }
    let endings = try programs.map { try $0.wait() }
    #expect(endings.allSatisfy { $0.code == 0 }, "\(endings.map(\.errors))")
    #expect(endings.count { $0.text.contains("Published site depot") } == 1)
    #expect(try workspace.events() == 1)
  }

  @Test("Publishing while an import runs does not wait for its end and loses nothing")
  func publishing() throws {
    let workspace = try Workspace()
    let watcher = try ledgerWithSite(in: workspace)
    let program = try workspace.start(["import", try longTrace(in: workspace)])
    try watcher.waitForEvents(5000)
    let file = try workspace.write("tariff.json", tariff("T"))
    let published = try workspace.succeed("tariff", "publish", file, "--site", "depot").text
    #expect(try program.wait().code == 0)
    let position = try #require(published.firstMatch(of: /position (\d+)/).flatMap { Int($0.1) })
    #expect(position > 5000 && position < frameCount)
    try expectEachFrameOnce(watcher)
    #expect(try workspace.isSound())
  }

  @Test("A second import into the same ledger is refused while one runs")
  func secondImport() throws {
    let workspace = try Workspace()
    _ = try ledgerWithSite(in: workspace)
    // What an import holds as long as it runs.
    let lock = open(workspace.ledger + "/import.lock", O_RDWR | O_CREAT, 0o600)
    try #require(flock(lock, LOCK_EX) == 0)
    let other = try workspace.write("other.jsonl", heartbeatLine(0, station: "OTHER"))
    #expect(try workspace.fail(3, "import", other).contains("another import"))
    close(lock)
    try workspace.succeed("import", other)
  }

  @Test("Following the log shows what another process imports")
  func follow() throws {
    let workspace = try Workspace()
    _ = try ledgerWithSite(in: workspace)
    let program = try workspace.start(["log", "tail", "--follow", "--lines", "1"])
    func shown() -> Int {
      let output = FileManager.default.contents(atPath: program.outputPath) ?? Data()
      return output.count { $0 == UInt8(ascii: "\n") }
    }
    try waitUntil("the site is shown") { shown() == 1 }
    let lines = (0..<100).map { heartbeatLine($0) }.joined(separator: "\n")
    try workspace.succeed("import", try workspace.write("t.jsonl", lines))
    try waitUntil("100 frames and the tick are shown") { shown() == 102 }
    #expect(program.isRunning)
    program.kill9()
    let ending = try program.wait()
    #expect(try ending.lines.compactMap { $0["position"] as? Int } == Array(1...102))
  }
}
