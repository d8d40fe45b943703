import Projections
import Quantities
import Testing

@testable import Reports

@Suite("The table of stations")
struct StationsReportTests {
  @Test("fits into a narrow terminal, and names what it has left out")
  func narrow() {
    var record = StationRecord()
    record.vendor = "A vendor with a long name"
    record.model = "Model of the year"
    record.lastHeardAt = .init(millisecondsSinceEpoch: 1_772_323_200_000)
    let report = StationsReport([
      StationEntry(name: "CITY-0001", siteID: "depot", record: record)
    ])
    #expect(report.table(columns: nil).contains("A vendor with a long name"))
    for columns in [60, 80] {
      let lines = report.table(columns: columns).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns }, "\(columns): \(lines)")
      #expect(lines.contains { $0.contains("CITY-0001") })
      #expect(lines.contains { $0.hasPrefix("No room for: ") && $0.contains("vendor") })
    }
  }
}
