import Foundation
import Testing

@Suite("Recorded input of real systems")
struct RealInputTests {
  private static let traces = [
    "connector-fault", "diagnostics-failure", "failed-auth", "heartbeat-irregular",
    "invalid-stop-reason", "normal-session", "short-session", "station-offline",
    "unexpected-stop-reason", "unresponsive-csms",
  ]

  @Test("The view of each published trace is the published one", arguments: traces)
  func traceView(name: String) throws {
    let folder = Repository.fixture("ocpp-trace-format/\(name)")
    let found = try Workspace().succeed("trace", "\(folder)/trace.jsonl", "--format", "json")
    let expected = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: "\(folder)/expected.json")))
    #expect(try found.json as NSDictionary == expected as? NSDictionary)
  }

  @Test("All published traces go into one ledger, and again adds nothing")
  func traceImport() throws {
    let workspace = try Workspace()
    let files = Self.traces.map { Repository.fixture("ocpp-trace-format/\($0)/trace.jsonl") }
    let first = try workspace.start(["import", "--format", "json"] + files).wait().json
    let reports = try #require(first["files"] as? [[String: Any]])
    #expect(reports.count == files.count && reports.allSatisfy { $0["rejected"] as? Int == 0 })
    let events = try workspace.events()
    let again = try workspace.start(["import"] + files).wait()
    #expect(again.code == 0 && again.text.matches(of: /nothing added/).count == files.count)
    #expect(try workspace.events() == events)
    #expect(try workspace.isSound())
  }

  @Test("The CSV log holds 39 sessions of 1,600 Wh each, and importing it twice adds nothing")
  func csvLog() throws {
    let workspace = try Workspace()
    let file = Repository.fixture("ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d.csv.gz")
    try workspace.succeed("import", file, "--rejects", workspace.file("rejects"))
    let sessions = try workspace.sessions()
    #expect(sessions.count == 39)
    #expect(sessions.allSatisfy { $0["energy_wh"] as? Int == 1600 })
    #expect(sessions.allSatisfy { $0["state"] as? String == "closed" })

    let stats = try workspace.succeed("log", "stats", "--format", "json").json
    #expect(stats["duplicates"] as? Int == 0 && stats["quarantined"] as? Int == 0)
    let again = try workspace.succeed("import", file)
    #expect(again.text.contains("nothing added: all"))
    #expect(try workspace.events() == stats["events"] as? Int)
    #expect(try workspace.isSound())
  }

  @Test("The OCPP 2.0.1 log holds one session, which was stopped while the station was offline")
  func ocpp201() throws {
    let workspace = try Workspace()
    try workspace.succeed(
      "import", Repository.fixture("ocpp201-inl-octt/tc_e_44_cs.trace.jsonl"))
    let session = try #require(try workspace.sessions().first)
    #expect(try workspace.sessions().count == 1)
    #expect(session["state"] as? String == "closed" && session["estimated"] as? Bool == false)
    let id = try #require(session["session_id"] as? String)
    let detail = try workspace.succeed("sessions", id, "--format", "json").json
    #expect(detail["session_id"] as? String == id)
    #expect(detail["curve"] is [Any] && detail["states"] is [Any])
    #expect(try workspace.isSound())
  }
}
