import Foundation
import Testing

@Suite("wattledger totals")
struct TotalsTests {
  /// Three days of a small fleet at a site.
  private func makeLedger(_ workspace: Workspace) throws {
    let (site, trace) = (workspace.file("site.yaml"), workspace.file("fleet.jsonl"))
    try workspace.succeed(
      "simulate", "--seed", "7", "--stations", "3", "--days", "3", "--meter-interval", "900",
      "--site", site, "--output", trace)
    try workspace.succeed("site", "publish", site)
    try workspace.succeed("import", trace)
  }

  @Test("every format has the same sums, and together they are those of the list")
  func formats() throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    let sessions = try #require(
      try workspace.succeed("sessions", "--limit", "0", "--format", "json").json["sessions"]
        as? [[String: Any]])
    let energy = sessions.reduce(0) { $0 + ($1["energy_mwh"] as? Int ?? 0) }
    let json = try workspace.succeed("totals", "--by", "day,station", "--format", "json").json
    let totals = try #require(json["totals"] as? [[String: Any]])
    let overall = try #require(json["overall"] as? [[String: Any]])
    #expect(totals.count > 3 && overall.count == 1)
    for sums in [totals, overall] {
      #expect(sums.reduce(0) { $0 + ($1["sessions"] as? Int ?? 0) } == sessions.count)
      #expect(sums.reduce(0) { $0 + ($1["energy_mwh"] as? Int ?? 0) } == energy)
    }
    let lines = try workspace.succeed("totals", "--by", "day,station", "--format", "ndjson").lines
    #expect(lines.map { $0["station"] as? String } == totals.map { $0["station"] as? String })
    let csv = try workspace.succeed("totals", "--by", "day,station", "--format", "csv").text
    #expect(csv.hasPrefix("day,station,currency,sessions,") && csv.contains("\r\n2"))
    let table = try workspace.succeed("totals", "--by", "day,station").text
    #expect(table.contains("\nall ") && table.hasPrefix("day "))
  }

  @Test(
    "keys that are none, come twice or are two periods are wrong usage",
    arguments: ["colour", "day,day", "day,week", ""])
  func keys(by: String) throws {
    let workspace = try Workspace()
    try makeLedger(workspace)
    #expect(try workspace.start(["totals", "--by", by]).wait().code == 2)
  }
}
