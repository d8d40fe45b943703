import Foundation
import Testing

/// `rebuild`, as a user runs it.
@Suite("The command rebuild", .serialized)
struct RebuildCommandTests {
  private let workspace: Workspace

  /// A ledger with some thousand events, and read models of them.
  init() throws {
    workspace = try Workspace()
    var text = ""
    for second in 0..<20_000 { text += heartbeatLine(second, station: "CP-\(second % 50)") + "\n" }
    try workspace.succeed("import", try workspace.write("long.jsonl", text))
    try workspace.succeed("import", Repository.fixture("ocpp201-inl-octt/tc_e_44_cs.trace.jsonl"))
  }

  private func lines(_ errors: String) throws -> [[String: Any]] {
    // The last line of a killed program may be a half.
    try errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  /// Starts a rebuild and stops it in the middle, with some work done.
  private func stoppedRebuild() throws -> (program: Program, position: Int) {
    let program = try workspace.start([
      "rebuild", "--progress", "json", "--events-at-once", "250", "--workers", "1",
    ])
    var position = 0
    try waitUntil("a rebuild has done some work") {
      position = try lines(program.errorsSoFar).compactMap { $0["position"] as? Int }.max() ?? 0
      return position >= 1000
    }
    kill(program.process, SIGSTOP)
    return (program, position)
  }

  @Test("It is killed in the middle; nobody waits for it or builds beside it; the next goes on")
  func killed() throws {
    let sessions = try workspace.sessions()
    let (program, position) = try stoppedRebuild()
    // It stands still, and holds nothing that others need.
    #expect(try workspace.sessions() as NSArray == sessions as NSArray)
    let more = try workspace.write("more.jsonl", heartbeatLine(90_000, station: "CP-NEW"))
    try workspace.succeed("import", more)
    try workspace.succeed("sessions")
    let refusal = try workspace.fail(3, "rebuild")
    #expect(refusal.contains("process \(program.process) (wattledger rebuild --progress json"))
    let plan = try workspace.succeed("rebuild", "--dry-run").text
    #expect(plan.contains("cannot begin now: it is built by process \(program.process)"))

    program.kill9()
    #expect(try program.wait().signal == SIGKILL)
    let waiting = try workspace.succeed("rebuild", "--dry-run", "--format", "json").json
    let plans = try #require(waiting["projections"] as? [[String: Any]])
    let resumesAt = try #require((plans[0]["rebuild"] as? [String: Any])?["resumes_at"] as? Int)
    #expect(resumesAt >= position)

    let end = try workspace.succeed("rebuild", "--format", "json")
    #expect(end.errors.contains("Going on with the build"), "\(end.errors)")
    let built = try #require(try end.json["projections"] as? [[String: Any]])
    #expect(built[0]["resumed_at"] as? Int == resumesAt)
    let models = try #require(try end.json["read_models"] as? [[String: Any]])
    #expect(models.allSatisfy { $0["ok"] as? Bool == true && $0["difference"] == nil })
    #expect(try workspace.sessions() as NSArray == sessions as NSArray)
    #expect(try workspace.isSound())
  }

  @Test("Its progress names each phase, in order, with rate and time left")
  func progress() throws {
    try workspace.succeed("sessions")
    let end = try workspace.succeed("rebuild", "--progress", "json", "--events-at-once", "5000")
    let lines = try lines(end.errors)
    let folding = lines.filter { $0["phase"] as? String == "folding" }
    #expect(folding.first?["position"] as? Int == 0)
    #expect(folding.last?["position"] as? Int == folding.last?["head"] as? Int)
    #expect(folding.last?["seconds_left"] as? Int == 0)
    #expect((folding.last?["events_per_second"] as? Int ?? 0) > 0)
    var phases: [String] = []
    for case let phase as String in lines.compactMap({ $0["phase"] }) where phases.last != phase {
      phases.append(phase)
    }
    #expect(phases.first == "folding" && phases.contains("comparing"))
    #expect(phases.last == "switching")
  }

  @Test("Going back, dropping and planning are one word each")
  func life() throws {
    let dryRun = try workspace.succeed("rebuild", "--dry-run").text
    #expect(dryRun.contains("all: never built") && dryRun.contains("time: unknown"))
    #expect(try workspace.succeed("rebuild", "--needed").text.contains("new"))
    #expect(try workspace.succeed("rebuild", "--needed").text.contains("up to date"))
    #expect(try workspace.fail(3, "rebuild", "--rollback").contains("no generation"))
    #expect(try workspace.succeed("rebuild", "sessions").text.contains("is kept for --rollback"))
    #expect(try workspace.succeed("rebuild", "--dry-run").text.contains("removes "))
    #expect(try workspace.fail(3, "rebuild", "--rollback", "stations").contains("no generation"))
    #expect(try workspace.succeed("rebuild", "--rollback").text.contains("serves again"))
    #expect(try workspace.isSound())
    #expect(try workspace.succeed("rebuild", "--drop-old").text.hasPrefix("Removed "))
    #expect(try workspace.succeed("rebuild", "--drop-old").text.contains("no old read models"))
    #expect(try workspace.fail(2, "rebuild", "bills").contains("There is no projection `bills`"))
    try workspace.fail(2, "rebuild", "--rollback", "--drop-old")
    #expect(try workspace.isSound())
  }
}
