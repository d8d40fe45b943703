import SessionRecords
import Testing

@testable import Formats

@Suite("The layouts in the documentation")
struct DocumentedLayoutTests {
  /// The names and the example lines of the table in `docs/importing.md`.
  private func rows() throws -> [(name: Substring, line: String)] {
    let page = String(decoding: try Fixtures.bytes("../../docs/importing.md"), as: UTF8.self)
    return page.split(separator: "\n").compactMap { row -> (Substring, String)? in
      let cells = row.split(separator: "`")
      guard row.hasPrefix("| `"), !row.hasPrefix("| `--"), row.hasSuffix("` |"), cells.count >= 5
      else { return nil }
      let line = cells[cells.count - 2].replacing("⇥", with: "\t").replacing("\\|", with: "|")
      return (cells[1], String(line))
    }
  }

  @Test("every layout has a line, and that line is of it")
  func lines() throws {
    let directory = try TemporaryDirectory()
    let rows = try rows()
    #expect(rows.map { String($0.name) } == ImportFormat.allCases.map(\.rawValue))
    for (name, line) in rows {
      // A table is told by its header, which the line does not show.
      let lines = name == "csv" ? ["timestamp,id,action,msg", line] : [line]
      var options = try LayoutWriter.options()
      if name == "session-table" {
        let columns: [SessionTableMap.Field: [TableColumn]] = [
          .start: [.named("start")], .end: [.named("end")], .energy: [.named("energy")],
        ]
        options.sessionTable = SessionTableMap(columns: columns)
      }
      let log = try directory.read(lines, options)
      #expect(log.format.rawValue == name)
      #expect(!log.items.isEmpty && log.skipped == 0, "\(name)")
      #expect(log.items.allSatisfy { $0.rejection == nil }, "\(name): \(log.summary)")
    }
  }
}
