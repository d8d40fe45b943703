import Bytes
import EventLog
import Formats
import Foundation
import TestSupport
import Testing

@testable import Projections

/// The worked examples of CONTRIBUTING.md: that they are those there, and that they work.
@Suite("Adding a projection")
struct AddingAProjectionTests {
  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A log of two stations over two weeks, from eight o'clock to eight o'clock.
  private static let log = "Tests/Fixtures/ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d.csv.gz"

  @Test(
    "CONTRIBUTING quotes the examples as they are compiled here",
    arguments: ["BusyDays", "StopReasonRows"])
  func isQuoted(example: String) throws {
    let guide = try text("CONTRIBUTING.md")
    let code = try text("Tests/ExamplesTests/\(example).swift")
    #expect(guide.contains("```swift\n\(code)```"))
  }

  @Test("the projection counts the frames of each day, on any number of workers")
  func countsFrames() throws {
    try withTemporaryDirectory { directory in
      // Given a recorded log.
      let ledger = try Ledger.create(at: directory + "/ledger")
      _ = try Importer(ledger).run(path: Self.repository.appending(path: Self.log).path)
      // When the projection is registered, and built with one worker and with three.
      var built: [[UInt64: UInt64]] = []
      for workers in [1, 3] {
        let path = directory + "/\(workers)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let generation = try RegisteredProjection(BusyDays()).open(path, true)
        try generation.catchUp(ledger, through: nil, workers: workers) { _ in }
        built.append(try frames(in: generation, of: ledger))
      }
      // Then there is a row for each day, and together they are all frames of the log.
      let frames = try ledger.read { $0.head } - 1
      #expect(built[0].count == 15 && built[0].values.reduce(0, +) == frames)
      #expect(built[0] == built[1])
    }
  }

  /// The rows of the example.
  private func frames(
    in generation: any ModelGeneration, of ledger: Ledger
  ) throws -> [UInt64: UInt64] {
    var found: [UInt64: UInt64] = [:]
    try BusyDays().forEachRow(in: generation, of: ledger) { row in
      var reader = ByteReader(row.value)
      let day = row.key.loadUnaligned(as: UInt64.self).bigEndian
      found[day] = try reader.varint()
      return true
    }
    return found
  }

  @Test("the table has a row for each session that has a stop reason")
  func writesRows() throws {
    let reasons = try withTemporaryDirectory { directory in
      // Given the sessions of a recorded log: 39, each stopped by unplugging.
      let ledger = try Ledger.create(at: directory)
      _ = try Importer(ledger).run(path: Self.repository.appending(path: Self.log).path)
      // When the table writes its rows.
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
