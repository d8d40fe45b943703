import Foundation
import Testing

/// A line of a trace, `minute` minutes after midnight of 1 March 2026.
private func line(_ minute: Int, _ station: String, _ frame: String) -> String {
  let digits = { (number: Int) in (number < 10 ? "0" : "") + "\(number)" }
  let time = "2026-03-01T\(digits(minute / 60)):\(digits(minute % 60)):00Z"
  return
    #"{"ocppVersion":"1.6","chargePointId":"\#(station)","direction":"cp-to-csms","timestamp":"\#(time)","#
    + #""raw":\#(frame.debugDescription)}"#
}

/// A station that started and then lost a connector, and one that is only alive.
private let lines = [
  line(
    0, "CP-1",
    #"[2,"a","BootNotification",{"chargePointVendor":"Volt","chargePointModel":"One"}]"#),
  line(
    1, "CP-1",
    #"[2,"b","StatusNotification",{"connectorId":1,"status":"Faulted","errorCode":"GroundFailure"}]"#
  ),
  line(2, "CP-2", #"[2,"c","Heartbeat",{}]"#),
]

@Suite("wattledger stations")
struct StationsCommandTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.succeed(
      "import", try workspace.write("t.jsonl", lines.joined(separator: "\n")))
    return workspace
  }

  @Test("lists stations, with what they are and what their connectors said last")
  func list() throws {
    let workspace = try workspace()
    let table = try workspace.succeed("stations").text
    #expect(table.contains(/CP-1 +Volt +One .* 1 Faulted GroundFailure +1 +GroundFailure/))
    let json = try workspace.succeed("stations", "--format", "json").json
    let stations = try #require(json["stations"] as? [[String: Any]])
    #expect(stations.map { $0["station"] as? String } == ["CP-1", "CP-2"])
    #expect(stations.map { $0["faults"] as? Int } == [1, 0])
    #expect(try workspace.succeed("stations", "--format", "ndjson").lines.count == 2)
    #expect(try workspace.succeed("stations", "--format", "csv").text.hasPrefix("site,station,"))
  }

  @Test("shows one station on a page; one that is not there is bad input")
  func page() throws {
    let workspace = try workspace()
    let page = try workspace.succeed("stations", "CP-1").text
    #expect(page.contains("Volt") && page.contains(/1 +Faulted +2026-03-01T00:01:00/))
    #expect(page.contains("Last fault") && !page.contains("CP-2"))
    let none = try workspace.start(["stations", "CP-9"]).wait()
    #expect(none.code == 2 && none.errors.contains("no station CP-9"))
  }

  @Test("a site that nobody published has no stations, and the list says so")
  func site() throws {
    let none = try workspace().start(["stations", "--site", "depot", "--format", "json"]).wait()
    #expect(none.code == 0 && none.errors.contains("no station matches"))
    #expect((try none.json["stations"] as? [Any])?.isEmpty == true)
  }
}
