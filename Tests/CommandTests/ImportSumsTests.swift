import Foundation
import Testing

/// The sums that an import ends with, against counts of the text.
@Suite("The sums of an import", .timeLimit(.minutes(2)))
struct ImportSumsTests {
  @Test("lines, records, frames, stations and times add up to what stands in the file")
  func sums() throws {
    let workspace = try Workspace()
    let fleet = workspace.file("fleet.jsonl")
    _ = try workspace.succeed("simulate", "--stations", "4", "--days", "2", "-o", fleet)
    var lines = try String(contentsOfFile: fleet, encoding: .utf8).split(separator: "\n")
      .map(String.init)
    let first = lines[0]
    lines.insert("", at: 100)
    lines.insert(first.replacing("\"timestamp\":\"20", with: "\"timestamp\":\"x"), at: 200)
    lines.insert(lines[300], at: 301)
    let file = try workspace.write("log.jsonl", lines.joined(separator: "\n") + "\n")

    let records = lines.count - 1
    let good = lines.filter { !$0.isEmpty && !$0.contains("\"x25-") }
    let sent = good.count { $0.contains("\"cp-to-csms\"") }
    func values(_ key: String) -> [Substring] {
      good.map { $0.split(separator: "\"\(key)\":\"")[1].split(separator: "\"")[0] }
    }
    let times = values("timestamp").sorted()
    let text = try workspace.succeed("import", file).text
    for sum in [
      "lines: \(lines.count) = \(records) that begin a record + 0 of other loggers + 1 others",
      "records: \(records) = \(records - 1) added + 0 already there + 1 rejected",
      "frames: \(records - 1) = \(sent) from stations + \(records - 1 - sent) to stations",
      "stations: \(Set(values("chargePointId")).count), from \(times[0]) to \(times.last ?? "")",
    ] {
      #expect(text.contains("\n  \(sum)\n"), "\(sum)\n\(text)")
    }
    let again = try workspace.succeed("import", file, "--format", "json").json
    let report = try #require((again["files"] as? [[String: Any]])?.first)
    #expect(report["already_there"] as? Int == records - 1 && report["rejected"] as? Int == 1)
    #expect(report["lines"] as? Int == lines.count)
  }
}
