import Bytes
import EventLog
import Formats
import Foundation
import TestSupport
import Testing

@testable import Projections

/// The worked example of CONTRIBUTING.md: that it is the one there, and that it works.
@Suite("Adding a projection")
struct AddingAProjectionTests {
  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("CONTRIBUTING quotes the example as it is compiled here")
  func isQuoted() throws {
    let guide = try text("CONTRIBUTING.md")
    let code = try text("Tests/ExamplesTests/StopReasonRows.swift")
    #expect(guide.contains("```swift\n\(code)```"))
  }

  @Test("the example writes a row for each session that has a stop reason")
  func writesRows() throws {
    let log = "Tests/Fixtures/ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d.csv.gz"
    let reasons = try withTemporaryDirectory { directory in
      // Given the sessions of a recorded log: 39, each stopped by unplugging.
      let ledger = try Ledger.create(at: directory)
      _ = try Importer(ledger).run(path: Self.repository.appending(path: log).path)
      // When the projection writes its rows.
      return try stopReasons(in: ReadModels.open(for: ledger))
    }
    // Then they read back.
    #expect(reasons == ["EVDisconnected": 39])
  }

  /// How often each reason stands in the rows of the example.
  private func stopReasons(in models: ReadModels) throws -> [String: Int] {
    let context = RowContext(facts: try models.facts())
    var reasons: [String: Int] = [:]
    _ = try models.forEachSession(
      matching: SessionFilter(), in: SessionOrder(), limit: nil
    ) { entry in
      var row = ByteWriter()
      StopReasonRows().writeRow(for: entry.session, in: context, into: &row)
      let reason = try row.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes)
        return try reader.string()
      }
      reasons[reason, default: 0] += 1
    }
    return reasons
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
  }
}
