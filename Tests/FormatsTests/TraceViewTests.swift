import Foundation
import JSON
import OCPP
import Testing

@testable import Formats

@Suite struct TraceViewTests {
  @Test(
    "the view of each recorded trace equals the expected one",
    arguments: [
      "connector-fault", "diagnostics-failure", "failed-auth", "heartbeat-irregular",
      "invalid-stop-reason", "normal-session", "short-session", "station-offline",
      "unexpected-stop-reason", "unresponsive-csms",
    ])
  func expected(name: String) throws {
    let folder = "ocpp-trace-format/\(name)"
    let found = try view(ofFile: Fixtures.path("\(folder)/trace.jsonl"))
    let expected = try object(try Fixtures.bytes("\(folder)/expected.json"))
    #expect(try object(found) == expected)
  }

  @Test("the OCPP 2.0.1 log has its calls answered")
  func ocpp201() throws {
    let source = try RecordedHistory.open(
      path: Fixtures.path("ocpp201-inl-octt/tc_e_44_cs.trace.jsonl"))
    let view = try TraceView(source)
    #expect(view.records.count == 30)
    #expect(view.records.allSatisfy { $0.action != nil })
    #expect(view.count(of: .call) == 15 && view.orphanResponses == [])
  }

  @Test("several stations, reused ids, errors, other message types and broken frames")
  func hardCases() throws {
    let directory = try TemporaryDirectory()
    let lines = [
      ("A", "cp-to-csms", #"[2,"1","Heartbeat",{}]"#),
      ("B", "cp-to-csms", #"[2,"1","Authorize",{}]"#),
      ("A", "cp-to-csms", #"[2,"1","StatusNotification",{}]"#),
      ("A", "csms-to-cp", #"[3,"1",{}]"#),
      ("A", "csms-to-cp", #"[4,"1","GenericError","",{}]"#),
      ("A", "csms-to-cp", #"[3,"1",{}]"#),
      ("B", "cp-to-csms", #"[3,"1",{}]"#),
      ("B", "cp-to-csms", #"[6,"2","NotifyPeriodicEventStream",{}]"#),
      ("B", "cp-to-csms", "[2,\"3"),
    ].map { station, direction, frame in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("timestamp", "2024-01-15T10:00:00Z")
        writer.member("chargePointId", station)
        writer.member("direction", direction)
        writer.member("raw", frame)
      }
      return writer.string
    }
    let path = try directory.write("t.jsonl", (lines + ["{}"]).joined(separator: "\n"))
    let expected = """
      {"schemaVersion":"1.1",
       "counts":{"records":9,"calls":3,"callResults":3,"callErrors":1,"sends":1,"noFrames":1},
       "records":[
         {"index":0,"messageType":"CALL","messageId":"1","action":"Heartbeat"},
         {"index":1,"messageType":"CALL","messageId":"1","action":"Authorize"},
         {"index":2,"messageType":"CALL","messageId":"1","action":"StatusNotification"},
         {"index":3,"messageType":"CALLRESULT","messageId":"1","action":"StatusNotification",
          "correlatesWith":2},
         {"index":4,"messageType":"CALLERROR","messageId":"1","action":"Heartbeat",
          "correlatesWith":0},
         {"index":5,"messageType":"CALLRESULT","messageId":"1"},
         {"index":6,"messageType":"CALLRESULT","messageId":"1"},
         {"index":7,"messageType":"SEND","messageId":"2","action":"NotifyPeriodicEventStream"},
         {"index":8}],
       "unansweredCalls":[1],"orphanResponses":[5,6],
       "rejected":[{"line":10,"reason":\
      "no station is named; give the name with --station if it is the same for all"}]}
      """
    #expect(try object(view(ofFile: path)) == object(Array(expected.utf8)))
  }

  @Test("writing a view twice gives the same bytes")
  func deterministic() throws {
    let path = Fixtures.path("ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d.csv.gz")
    #expect(try view(ofFile: path) == view(ofFile: path))
  }

  private func view(ofFile path: String) throws -> [UInt8] {
    var writer = JSONWriter(.pretty)
    func read(_ source: some RecordSource) throws -> TraceView { try TraceView(source) }
    try read(try RecordedHistory.open(path: path)).write(to: &writer)
    return writer.bytes
  }

  private func object(_ json: [UInt8]) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: Data(json)) as? NSDictionary)
  }
}
