import Foundation
import Testing

@testable import Sessions

@Suite("Findings")
struct FindingTests {
  @Test("the table for people lists every code with its severity and sentence")
  func documented() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let table = try String(
      contentsOf: root.appendingPathComponent("docs/findings.md"), encoding: .utf8)
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count == FindingCode.allCases.count)
    for code in FindingCode.allCases {
      let start = "| `\(code.name)` | \(code.severity) | \(code.sentence) | "
      #expect(rows.contains { $0.hasPrefix(start) && $0.count > start.count + 10 }, "\(start)")
    }
  }

  @Test("names are snake_case")
  func names() {
    #expect(FindingCode.registerFell.name == "register_fell")
    #expect(FindingCode.closedByNextTransaction.name == "closed_by_next_transaction")
    #expect(Set(FindingCode.allCases.map(\.name)).count == FindingCode.allCases.count)
  }

  @Test("a finding seen often keeps its first positions and counts the rest")
  func bounded() {
    var findings: [Finding] = []
    for position in 1...1_000 { findings.note(.duplicateStop, at: UInt64(position)) }
    #expect(findings.count == 1)
    #expect(findings[0].count == 1_000)
    #expect(findings[0].positions == Array(1...8))
  }
}
