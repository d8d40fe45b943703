import Foundation
import Testing

/// Whole sessions, from the file to the backtest.
@Suite("Sessions without frames, imported")
struct SessionImportTests {
  private static let tariff = #"""
    {"id":"DC","currency":"CHF","last_updated":"2022-01-01T00:00:00Z","country_code":"CH",
    "party_id":"EPF","elements":[{"price_components":[
    {"type":"ENERGY","price":0.55,"vat":7.7,"step_size":1},
    {"type":"FLAT","price":1.00,"vat":7.7,"step_size":1}]}]}
    """#

  /// 200 real sessions; the sums are those of a few lines of another language over the file, see
  /// `PROVENANCE.md` there.
  @Test("a real table is imported, priced and backtested, and its sums are those of the file")
  func table() throws {
    let workspace = try Workspace()
    let file = Repository.fixture("sessions-epfl-dcfc/sessions.csv")
    let map = try workspace.write(
      "map.yaml",
      """
      columns: {id: Session, connector: CCS, start: Arrival, end: Departure, energy: Energy (Wh)}
      connectors: {CCS1: 1, CCS2: 2}
      energy_unit: Wh
      time_zone: Europe/Zurich
      """)
    let arguments = ["import", "--columns", map, "--station", "DCFC", "--format", "json", file]
    let first = try #require(
      try workspace.start(arguments).wait().json["files"] as? [[String: Any]])
    #expect(first[0]["added"] as? Int == 200 && first[0]["format"] as? String == "session-table")
    let again = try #require(
      try workspace.start(arguments).wait().json["files"] as? [[String: Any]])
    #expect(again[0]["added"] as? Int == 0 && again[0]["already_there"] as? Int == 200)

    try workspace.succeed("site", "publish", workspace.write("site.yaml", site("DCFC")))
    try workspace.succeed(
      "tariff", "publish",
      workspace.write(
        "tariff.json", #"{"tariff":\#(Self.tariff),"assignments":[{"site":"hall"}]}"#))
    let sessions = try workspace.sessions()
    #expect(sessions.count == 200)
    #expect(sessions.reduce(0) { $0 + ($1["energy_mwh"] as? Int ?? 0) } == 2_327_842_575)
    #expect(sessions.allSatisfy { $0["grain"] as? String == "total" })
    #expect(sessions.count { $0["connector"] as? Int == 1 } == 122)
    #expect(sessions.first?["started_at"] as? String == "2022-04-12T17:27:00.000Z")

    let candidate = try workspace.write(
      "candidate.json", Self.tariff.replacing("0.55", with: "0.60"))
    let backtest = try workspace.succeed("backtest", "tariff", candidate, "--format", "json").json
    let result = try #require((backtest["candidates"] as? [[String: Any]])?.first)
    let before = try #require(result["baseline_total"] as? [String: String])
    let after = try #require(result["candidate_total"] as? [String: String])
    #expect(before == ["excl_vat": "1480.31", "incl_vat": "1594.30"])
    #expect(after == ["excl_vat": "1596.71", "incl_vat": "1719.65"])
    try workspace.succeed("verify")
  }

  private func site(_ stations: String...) -> String {
    let list = stations.map { "  - {id: \($0), connectors: [{connector: 1}, {connector: 2}]}" }
    return "id: hall\ntime_zone: Europe/Zurich\nstations:\n" + list.joined(separator: "\n")
  }

  private static func ocpi(
    _ id: String, _ more: String, energy: String = "20", updated: String = "10:10:00"
  ) -> String {
    #"""
    {"country_code":"CH","party_id":"EPF","id":"\#(id)","evse_uid":"E-1","connector_id":"1",
    "cdr_location":{"id":"L","evse_uid":"E-1","connector_id":"1"},"currency":"CHF",
    "start_date_time":"2026-01-12T08:00:00Z",\#(more),
    "charging_periods":[{"start_date_time":"2026-01-12T08:00:00Z",
    "dimensions":[{"type":"ENERGY","volume":\#(energy)}]}],
    "last_updated":"2026-01-12T\#(updated)Z"}
    """#
  }

  @Test("a Session, its CDR, the credit for it and the CDR after that are one session")
  func ocpi() throws {
    let workspace = try Workspace()
    let end = #""end_date_time":"2026-01-12T10:00:00Z""#
    let total = #""session_id":"S","total_energy":20,"total_cost":{"excl_vat":12,"incl_vat":12.92}"#
    let steps = [
      Self.ocpi("S", #""kwh":3,"status":"ACTIVE""#, energy: "3", updated: "08:30:00"),
      Self.ocpi("C-1", "\(end),\(total)"),
      Self.ocpi(
        "C-1-X", #"\#(end),\#(total),"credit":true,"credit_reference_id":"C-1""#,
        updated: "11:00:00"),
      Self.ocpi("C-2", "\(end),\(total)", energy: "20.0004", updated: "12:00:00"),
    ]
    var seen: [[String: Any]] = []
    try workspace.succeed("site", "publish", workspace.write("site.yaml", site("E-1")))
    for (index, step) in steps.enumerated() {
      let file = try workspace.write("\(index).json", #"{"data":[\#(step)],"status_code":1000}"#)
      try workspace.succeed("import", file)
      let sessions = try workspace.sessions()
      #expect(sessions.count == 1)
      seen += sessions
    }
    #expect(Set(seen.compactMap { $0["session_id"] as? String }).count == 1)
    #expect(seen.map { $0["state"] as? String } == ["open", "closed", "closed", "closed"])
    #expect(seen.map { $0["estimated"] as? Bool } == [false, false, false, false])
    #expect(seen.map { $0["void"] as? Bool } == [false, false, true, false])
    #expect(seen[2]["unpriced_reason"] as? String == "void")
    #expect(seen[3]["energy_mwh"] as? Int == 20_000_400)
    let billed = try #require(seen[1]["billed"] as? [String: String])
    #expect(billed == ["currency": "CHF", "excl_vat": "12.00", "incl_vat": "12.92"])

    let all = try workspace.write("all.json", "[" + steps.reversed().joined(separator: ",") + "]")
    #expect(try workspace.succeed("import", all).text.contains("nothing added"))
    let other = try Workspace()
    try other.succeed("site", "publish", other.write("site.yaml", site("E-1")))
    try other.succeed("import", try other.write("all.json", "[\(steps.joined(separator: ","))]"))
    #expect(
      try other.sessions().map { $0["session_id"] as? String } == [
        seen[0]["session_id"] as? String
      ])
  }

  @Test("trace has nothing to show of a file of sessions, and a table needs its map")
  func refused() throws {
    let workspace = try Workspace()
    let file = try workspace.write("s.json", Self.ocpi("S", #""kwh":3,"status":"ACTIVE""#))
    #expect(try workspace.fail(2, "trace", file).contains("whole sessions"))
    let table = try workspace.write("t.csv", "start,end\n")
    #expect(
      try workspace.fail(2, "import", "--from", "session-table", table).contains("--columns"))
  }
}
