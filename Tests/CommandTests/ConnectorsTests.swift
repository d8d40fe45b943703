import Foundation
import Testing

/// A line of a trace, `minute` minutes after midnight of 1 March 2026.
private func line(_ minute: Int, _ direction: String, _ frame: String) -> String {
  #"{"ocppVersion":"1.6","chargePointId":"CP-1","direction":"\#(direction)","timestamp":"\#(time(minute))","#
    + #""raw":\#(frame.debugDescription)}"#
}

private func time(_ minute: Int) -> String {
  let digits = { (number: Int) in (number < 10 ? "0" : "") + "\(number)" }
  return "2026-03-01T\(digits(minute / 60)):\(digits(minute % 60)):00Z"
}

/// A 1.6 session of half an hour: a start, its answer and a stop, at three positions.
private func visit(_ id: Int, connector: Int, at minute: Int, from: Int, to: Int) -> [String] {
  let start =
    #"{"connectorId":\#(connector),"idTag":"T","meterStart":\#(from),"timestamp":"\#(time(minute))"}"#
  let stop =
    #"{"transactionId":\#(id),"meterStop":\#(to),"timestamp":"\#(time(minute + 30))"}"#
  let answer = #"{"transactionId":\#(id),"idTagInfo":{"status":"Accepted"}}"#
  return [
    line(minute, "cp-to-csms", #"[2,"a\#(id)","StartTransaction",\#(start)]"#),
    line(minute, "csms-to-cp", #"[3,"a\#(id)",\#(answer)]"#),
    line(minute + 30, "cp-to-csms", #"[2,"b\#(id)","StopTransaction",\#(stop)]"#),
  ]
}

/// A ledger with two connectors of one station.
///
/// Connector 1 charges 4,000 Wh, 700 Wh are missing, 3,300 Wh; then its meter, at 9,100 Wh, makes room
/// for one at 50 Wh, and the next session begins at 80 Wh: 100 Wh before the exchange and 30 Wh after
/// it are missing. Connector 2 charges 1,000 Wh twice without a gap.
private func makeLedger(_ workspace: Workspace) throws {
  let lines =
    visit(1, connector: 1, at: 0, from: 1_000, to: 5_000)
    + visit(2, connector: 1, at: 60, from: 5_700, to: 9_000)
    + visit(3, connector: 2, at: 100, from: 70_000, to: 71_000)
    + visit(4, connector: 1, at: 180, from: 80, to: 1_080)
    + visit(5, connector: 2, at: 240, from: 71_000, to: 72_000)
  try workspace.succeed(
    "import", try workspace.write("t.jsonl", lines.joined(separator: "\n")))
}

private func exchangeMeter(_ workspace: Workspace) throws {
  try workspace.succeed(
    "correct", "meter", "CP-1", "--connector", "1", "--at", time(120), "--register-before", "9.1",
    "--register-after", "0.05", "--reason", "worn out", "--author", "Ada")
}

@Suite("wattledger connectors")
struct ConnectorsTests {
  private func connectors(_ workspace: Workspace) throws -> [[String: Any]] {
    try #require(
      try workspace.succeed("connectors", "--format", "json").json["connectors"]
        as? [[String: Any]])
  }

  private func findings(_ workspace: Workspace) throws -> [String] {
    try workspace.sessions().flatMap { session in
      (session["findings"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }
  }

  @Test("the energy between sessions is missing, with the registers and records on both sides")
  func missing() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    let found = try connectors(workspace)
    try #require(found.count == 2)
    #expect(found.map { $0["connectors"] as? [Int] } == [[1], [2]])
    #expect(found.map { $0["sessions"] as? Int } == [3, 2])
    #expect(found.map { $0["energy_mwh"] as? Int } == [8_300_000, 2_000_000])
    #expect(found.map { $0["missing_mwh"] as? Int } == [700_000, 0])
    // Nobody has said yet that the meter was exchanged.
    #expect(found.map { $0["register_changes"] as? Int } == [1, 0])
    #expect(found[0]["register_rise_mwh"] is NSNull)
    #expect(found[1]["register_rise_mwh"] as? Int == 2_000_000)
    let gaps = try #require(found[0]["gaps"] as? [[String: Any]])
    #expect(gaps.count == 1 && gaps[0]["energy_mwh"] as? Int == 700_000)
    let ends = ["from", "to"].map { gaps[0][$0] as? [String: Any] }
    #expect(ends.map { $0?["register_mwh"] as? Int } == [5_000_000, 5_700_000])
    // The first stop and the second start.
    #expect(ends.map { $0?["position"] as? Int } == [3, 4])
    #expect(
      ends.map { $0?["at"] as? String } == ["2026-03-01T00:30:00.000Z", "2026-03-01T01:00:00.000Z"])
  }

  @Test("a meter exchanged by hand is no change: what flowed beside the exchange is missing")
  func exchange() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    #expect(try findings(workspace).contains("register_changed_between_sessions"))
    try exchangeMeter(workspace)
    let first = try #require(try connectors(workspace).first)
    #expect(first["exchanges"] as? Int == 1 && first["register_changes"] as? Int == 0)
    // 700 Wh, and 100 Wh + 30 Wh across the exchange.
    #expect(first["missing_mwh"] as? Int == 830_000 && first["gap_count"] as? Int == 2)
    // 1,000 to 9,100 Wh on the old meter, 50 to 1,080 Wh on the new one: all is accounted for.
    #expect(first["register_rise_mwh"] as? Int == 8_100_000 + 1_030_000)
    #expect(first["energy_mwh"] as? Int == 9_130_000 - 830_000)
    let codes = try findings(workspace)
    #expect(!codes.contains("register_changed_between_sessions"))
    #expect(codes.filter { $0 == "energy_between_sessions" }.count == 2)
    #expect(try workspace.isSound())
  }

  @Test("every format has the figures, and filters leave out the rest")
  func formats() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    try exchangeMeter(workspace)
    let table = try workspace.succeed("connectors").text
    #expect(table.contains("Gaps between sessions") && table.contains("830"))
    let csv = try workspace.succeed("connectors", "--format", "csv").text
    #expect(
      csv.contains(
        ",CP-1,,2,2,2000000,70000000,2026-03-01T01:40:00.000Z,72000000,"
          + "2026-03-01T04:30:00.000Z,2000000,0,0,0,0\r\n"), "\(csv)")
    let lines = try workspace.succeed("connectors", "--format", "ndjson").lines
    #expect(lines.count == 2)
    for words in [["--station", "CP-9"], ["--site", "depot"]] {
      let none = try workspace.start(["connectors", "--format", "json"] + words).wait()
      let found = try none.json["connectors"] as? [Any]
      #expect(none.code == 0 && found?.isEmpty == true)
    }
    let all = try workspace.succeed("connectors", "--station", "CP-1", "--format", "csv").text
    #expect(all == csv)
  }
}
