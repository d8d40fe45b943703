import Foundation
import JSON
import OCPP
import Quantities
import Testing

@testable import Sessions

/// Frames that stations really sent, through the real decoder.
@Suite("Recorded traffic")
struct RecordedTrafficTests {
  @Test("a 2.0.1 session stopped while offline ends when the station says, not when it was heard")
  func stoppedOffline() throws {
    let sessions = try foldTrace("ocpp201-inl-octt/tc_e_44_cs.trace.jsonl")
    let session = try #require(sessions.first)
    #expect(sessions.count == 1)
    #expect(session.transactionID == "e80fb8b1-3fa4-4146-aa10-9dfbc72dfa36")
    #expect([session.evse, session.connector] == [1, 1])
    #expect(session.token == "VALID")
    #expect(session.startedAt.rfc3339 == "2024-05-17T09:20:44.000Z")
    #expect(session.endedAt?.rfc3339 == "2024-05-17T09:21:45.000Z")
    #expect(session.stopReason == "Local")
    #expect(session.codes == [.energyUnknown])
  }

  @Test("every session of the trace format's examples that stops is closed by its stop")
  func traces() throws {
    for (name, reasons) in [
      ("normal-session", ["EVDisconnected"]), ("short-session", ["EVDisconnected"]),
      ("failed-auth", []),
    ] as [(String, [String])] {
      let sessions = try foldTrace("ocpp-trace-format/\(name)/trace.jsonl")
      #expect(sessions.compactMap(\.stopReason) == reasons, "\(name)")
      #expect(sessions.allSatisfy { $0.closing == .stop }, "\(name)")
    }
  }

  private func foldTrace(_ path: String) throws -> [Session] {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures")
    let text = try String(contentsOf: fixtures.appendingPathComponent(path), encoding: .utf8)
    var run = StationRun([])
    var decoder = OCPPDecoder()
    let reader = FrameReader()
    for line in text.split(separator: "\n") {
      let record = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let raw = try #require(record["raw"] as? String)
      let receivedAt = try #require(
        (record["timestamp"] as? String).flatMap { Instant(rfc3339: $0) })
      let isFromStation = record["direction"] as? String == "cp-to-csms"
      Array(raw.utf8).withUnsafeBytes { body in
        decoder.decode(body, fromStation: isFromStation, reader: reader) { event, readings in
          run.feed(event, readings, at: receivedAt)
        }
      }
    }
    run.flush()
    return run.sessions
  }
}
