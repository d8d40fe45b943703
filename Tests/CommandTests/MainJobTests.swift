import Foundation
import Testing

@Suite("The main job: history in, a backtest out")
struct MainJobTests {
  /// A simulated fleet at its site under a tariff of 0.49 EUR, imported.
  private func filled() throws -> Workspace {
    let workspace = try Workspace()
    let (trace, site) = try workspace.simulate()
    try workspace.succeed("site", "publish", site)
    try workspace.succeed(
      "tariff", "publish", "\(Repository.root)/Tools/sample/tariff-2025.json", "--site", "sim-1")
    try workspace.succeed("import", trace)
    return workspace
  }

  @Test("Each verb answers in JSON with the promised keys")
  func jsonShapes() throws {
    let workspace = try filled()
    let stats = try workspace.succeed("log", "stats", "--actions", "--format", "json").json
    for key in [
      "events", "first_at", "last_at", "stations", "bytes", "bytes_per_event", "duplicates",
      "quarantined", "actions",
    ] {
      #expect(stats[key] != nil, "log stats: \(key)")
    }
    #expect(stats["stations"] as? Int == 4)

    let session = try #require(try workspace.sessions().first)
    for key in [
      "session_id", "site", "station", "evse", "connector", "transaction_id", "token", "state",
      "started_at", "ended_at", "stop_reason", "energy_wh", "estimated", "cost", "findings",
    ] {
      #expect(session[key] != nil, "sessions: \(key)")
    }
    let cost = try #require(session["cost"] as? [String: Any])
    #expect(cost["currency"] as? String == "EUR" && cost["tariff_id"] as? String == "PUBLIC-2025")
    #expect(cost["excl_vat"] is String && cost["incl_vat"] is String)

    let rebuilt = try workspace.succeed("rebuild", "--workers", "3", "--format", "json").json
    let verified = try workspace.succeed("verify", "--format", "json").json
    let models = try #require(rebuilt["read_models"] as? [[String: Any]])
    #expect(models.count == 4 && models.allSatisfy { $0["ok"] as? Bool == true })
    #expect(rebuilt["read_models"] as? NSArray == verified["read_models"] as? NSArray)
    #expect(verified["ok"] as? Bool == true && verified["first_damaged_position"] is NSNull)
    #expect(verified["events"] as? Int == stats["events"] as? Int)
  }

  @Test("Sessions are filtered, paged, and printed alike in every format")
  func sessionLists() throws {
    let workspace = try filled()
    let all = try workspace.sessions()
    let ids = all.compactMap { $0["session_id"] as? String }
    #expect(ids.count > 10 && Set(ids).count == ids.count)

    var paged: [String] = []
    var cursor: String?
    repeat {
      let words = ["sessions", "--limit", "7", "--format", "json"]
      let page = try workspace.start(words + (cursor.map { ["--cursor", $0] } ?? [])).wait().json
      paged += try #require(page["sessions"] as? [[String: Any]])
        .compactMap { $0["session_id"] as? String }
      cursor = page["next_cursor"] as? String
    } while cursor != nil
    #expect(paged == ids)

    let lines = try workspace.succeed("sessions", "--limit", "0", "--format", "ndjson").lines
    #expect(lines as NSArray == all as NSArray)
    let csv = try workspace.succeed("sessions", "--limit", "0", "--format", "csv").text
    #expect(
      csv.split(separator: "\r\n").count == ids.count + 1
        || csv.split(separator: "\n").count == ids.count + 1)
    #expect(try workspace.succeed("sessions").text.contains(String(ids[0].prefix(12))))

    let station = try #require(all[0]["station"] as? String)
    #expect(
      try workspace.sessions("--station", station).count
        == all.count { $0["station"] as? String == station })
    #expect(try workspace.sessions("--site", "nowhere").isEmpty)
    #expect(
      try workspace.sessions("--open").count == all.count { $0["state"] as? String == "open" })
    let days = try ["2026-03-02", "2026-03-03", "2026-03-04"].map { day in
      let next = day.dropLast() + "\((Int(day.suffix(1)) ?? 0) + 1)"
      return try workspace.sessions("--from", day, "--to", String(next)).count
    }
    #expect(days.allSatisfy { $0 > 0 } && days.reduce(0, +) <= all.count)
  }

  @Test("One session is shown by the first digits of its id, for people and for programs")
  func oneSession() throws {
    let workspace = try filled()
    let id = try #require(try workspace.sessions().first?["session_id"] as? String)
    let detail = try workspace.succeed("sessions", id, "--format", "json").json
    #expect(detail["curve"] is [Any] && detail["session_id"] as? String == id)
    #expect(try workspace.succeed("sessions", String(id.prefix(12))).text.contains(id))
    #expect(try workspace.succeed("sessions", id, "--format", "csv").text.contains(","))
    #expect(try workspace.fail(2, "sessions", "").contains("several sessions"))
  }

  @Test("Events are shown and tailed as they were received")
  func events() throws {
    let workspace = try filled()
    let shown = try workspace.succeed("log", "show", "1", "--count", "5").lines
    #expect(shown.map { $0["position"] as? Int } == [1, 2, 3, 4, 5])
    #expect(shown[0]["kind"] as? String == "site" && shown[1]["kind"] as? String == "tariff")
    let trace = try String(contentsOfFile: workspace.file("fleet.jsonl"), encoding: .utf8)
    let first = try #require(
      try JSONSerialization.jsonObject(with: Data(trace.prefix { $0 != "\n" }.utf8))
        as? [String: Any])
    #expect(shown[2]["body"] as? String == first["raw"] as? String)
    #expect(shown[2]["station"] as? String == first["chargePointId"] as? String)

    let tail = try workspace.succeed("log", "tail", "--lines", "3").lines
    let head = try workspace.events()
    #expect(tail.map { $0["position"] as? Int } == [head - 2, head - 1, head])
    #expect(tail.last?["kind"] as? String == "tick")
  }

  @Test("A backtest adds up, keeps its guard rails, and writes a report that stands alone")
  func backtest() throws {
    let workspace = try filled()
    let candidate = "\(Repository.root)/Tools/sample/tariff-2026.json"
    let report = workspace.file("report.html")
    let json = try workspace.succeed(
      "backtest", "tariff", candidate, "--report", report, "--format", "json", "--workers", "1")
    let found = try #require((try json.json["candidates"] as? [[String: Any]])?.first)
    for key in [
      "tariff_id", "sessions", "unpriced", "currency", "baseline_total", "candidate_total",
      "delta", "delta_percent", "increased", "decreased", "unchanged", "sessions_changed",
    ] {
      #expect(found[key] != nil, "\(key)")
    }
    func amount(_ key: String) -> Decimal {
      Decimal(string: (found[key] as? [String: Any])?["incl_vat"] as? String ?? "") ?? .nan
    }
    #expect(amount("baseline_total") > 0)
    let difference = amount("candidate_total") - amount("baseline_total") - amount("delta")
    #expect(abs(difference) <= Decimal(string: "0.01") ?? 0)

    let html = try String(contentsOfFile: report, encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.contains("</html>"))
    #expect(html.firstMatch(of: /(href|src) *=|url\(|@import/) == nil, "it stands alone")
    let again = try workspace.succeed(
      "backtest", "tariff", candidate, "--report", report, "--format", "json", "--workers", "5")
    #expect(again.output == json.output)
    #expect(try String(contentsOfFile: report, encoding: .utf8) == html)

    for (words, code) in [
      (["--max-revenue-delta", "0%"], 1), (["--max-revenue-delta", "1000%"], 0),
      (["--max-increase-share", "0%"], 1), (["--max-increase-share", "100%"], 0),
      (["--max-increase-share", "much"], 2), (["--from", "soon"], 2), (["--top", "-1"], 2),
      (["--report", "/no/such/place/r.html"], 2),
    ] {
      let ending = try workspace.start(["backtest", "tariff", candidate] + words).wait()
      #expect(ending.code == Int32(code), "\(words): \(ending.errors)")
      #expect(code == 0 || !ending.errors.isEmpty)
    }
    try workspace.fail(2, "backtest", "tariff", workspace.file("nowhere.json"))
    #expect(try workspace.succeed("backtest", "tariff", candidate).text.contains("PUBLIC-2026"))
    #expect(
      try workspace.succeed("backtest", "tariff", candidate, "--format", "csv").text
        .contains("PUBLIC-2026"))
  }

  @Test("Publishing the same again adds nothing, and an overlap is refused")
  func publishing() throws {
    let workspace = try filled()
    let events = try workspace.events()
    let again = try workspace.succeed("site", "publish", workspace.file("site.yaml"))
    #expect(again.text.contains("Nothing added"))
    let new = try workspace.write("new.json", tariff("NEW"))
    let from = ["--site", "sim-1", "--valid-from", "2030-01-01T00:00:00Z"]
    #expect(try workspace.start(["tariff", "publish", new] + from).wait().code == 0)
    let other = try workspace.write("other.json", tariff("OTHER"))
    let refused = try workspace.start(["tariff", "publish", other] + from).wait()
    #expect(refused.code == 2 && refused.errors.contains("tariff NEW (position \(events + 1)"))
    #expect(
      try workspace.fail(2, "tariff", "publish", other).contains("say what the tariff is for"))
    try workspace.fail(2, "tariff", "publish", other, "--connector", "CP-1")
    try workspace.fail(2, "tariff", "publish", other, "--site", "a", "--valid-from", "soon")
    let group = try workspace.write("group.yaml", "group: fleet\ntokens: [A1, B2]\n")
    try workspace.succeed("token", "publish", group)
    #expect(try workspace.events() == events + 2)
  }

  @Test("The same simulation gives the same bytes, plain and compressed, to a file and a pipe")
  func simulation() throws {
    let workspace = try Workspace()
    let words = ["simulate", "--stations", "2", "--days", "1"]
    let plain = try workspace.start(words).wait().output
    for name in ["fleet.jsonl", "fleet.jsonl.gz", "fleet.jsonl.zst"] {
      let file = workspace.file(name)
      #expect(try workspace.start(words + ["--output", file]).wait().code == 0)
      let view = try workspace.succeed("trace", file, "--format", "json")
      #expect(
        try view.output
          == workspace.succeed(
            "trace", "-", "--format", "json",
            input: try workspace.write("plain", plain)
          ).output)
    }
    #expect(try Data(contentsOf: URL(filePath: workspace.file("fleet.jsonl"))) == plain)
    try workspace.succeed("import", "-", input: workspace.file("plain"))
    let again = try workspace.succeed("import", workspace.file("fleet.jsonl.zst"))
    #expect(again.text.contains("nothing added"))
  }
}
