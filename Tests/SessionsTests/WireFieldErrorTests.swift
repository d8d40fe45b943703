import ChargerEvents
import OCPP
import Quantities
import Testing

@testable import Sessions

/// A frame as text, and when it was received, in seconds after 2026-03-01T08:00:00Z.
private struct Wire {
  var receivedAt: Int64
  var isFromStation: Bool
  var text: String

  static func station(_ receivedAt: Int64, _ text: String) -> Wire {
    Wire(receivedAt: receivedAt, isFromStation: true, text: text)
  }

  static func backEnd(_ receivedAt: Int64, _ text: String) -> Wire {
    Wire(receivedAt: receivedAt, isFromStation: false, text: text)
  }
}

/// Frames through the decoder into sessions. The text of each test is its own.
@Suite("What goes wrong in the field, frame by frame")
struct WireFieldErrorTests {
  private func fold(_ frames: [Wire]) -> StationRun {
    var run = StationRun([])
    var decoder = OCPPDecoder()
    let reader = FrameReader()
    for frame in frames {
      Array(frame.text.utf8).withUnsafeBytes { body in
        decoder.decode(body, fromStation: frame.isFromStation, reader: reader) { event, readings in
          run.feed(event, readings, at: time(frame.receivedAt))
        }
      }
    }
    run.flush()
    return run
  }

  private func start(
    _ id: String, at text: String, meter: Int = 1_000, token: String = "CARD"
  ) -> String {
    #"[2,"\#(id)","StartTransaction",{"connectorId":1,"idTag":"\#(token)","meterStart":\#(meter),"#
      + #""timestamp":"\#(text)"}]"#
  }

  private func stop(_ id: String, transaction: Int, at text: String, meter: Int) -> String {
    #"[2,"\#(id)","StopTransaction",{"transactionId":\#(transaction),"meterStop":\#(meter),"#
      + #""timestamp":"\#(text)"}]"#
  }

  private func accepted(_ id: String, transaction: Int, status: String = "Accepted") -> String {
    #"[3,"\#(id)",{"transactionId":\#(transaction),"idTagInfo":{"status":"\#(status)"}}]"#
  }

  private func event(_ number: Int, _ type: String, at text: String, _ rest: String = "") -> String
  {
    #"[2,"e\#(number)","TransactionEvent",{"eventType":"\#(type)","timestamp":"\#(text)","#
      + #""triggerReason":"Trigger","seqNo":\#(number),"transactionInfo":{"transactionId":"A"}"#
      + rest + "}]"
  }

  @Test("a start sent again with another message id and answered ConcurrentTx is one session")
  func concurrentTx() throws {
    let run = fold([
      .station(0, start("1", at: "2026-03-01T08:00:00Z")),
      .station(20, start("2", at: "2026-03-01T08:00:00Z")),
      .backEnd(21, accepted("1", transaction: 7)),
      .backEnd(22, accepted("2", transaction: 8, status: "ConcurrentTx")),
      .station(3_600, stop("3", transaction: 7, at: "2026-03-01T09:00:00Z", meter: 9_000)),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1 && session.energy == wattHours(8_000))
    #expect(session.codes == [.duplicateStart])
  }

  @Test("a start made offline, then meter values with id 0 and a stop with -1, is one session")
  func offlineStart() throws {
    let run = fold([
      .station(5_000, start("1", at: "2026-03-01T08:00:00Z")),
      .station(
        5_001,
        #"[2,"2","MeterValues",{"connectorId":1,"transactionId":0,"meterValue":[{"timestamp":"#
          + #""2026-03-01T08:30:00Z","sampledValue":[{"value":"5000"}]}]}]"#),
      .station(5_002, stop("3", transaction: -1, at: "2026-03-01T09:00:00Z", meter: 9_000)),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1 && session.readings.count == 1)
    #expect(session.startedAt == time(0) && session.endedAt == time(3_600))
    #expect(session.energy == wattHours(8_000))
    #expect(session.codes == [.startUnanswered])
  }

  @Test("a message id used for every call swallows nothing")
  func oneMessageID() throws {
    let run = fold([
      .station(0, start("1", at: "2026-03-01T08:00:00Z")),
      .backEnd(1, accepted("1", transaction: 7)),
      .station(600, stop("1", transaction: 7, at: "2026-03-01T08:10:00Z", meter: 2_000)),
      .backEnd(601, #"[3,"1",{}]"#),
      .station(700, start("1", at: "2026-03-01T08:11:40Z", meter: 2_000)),
      .backEnd(701, accepted("1", transaction: 8)),
      .station(900, stop("1", transaction: 8, at: "2026-03-01T08:15:00Z", meter: 2_500)),
    ])
    #expect(run.sessions.map(\.transactionID) == ["7", "8"])
    #expect(run.sessions.map(\.energy) == [wattHours(1_000), wattHours(500)])
    #expect(run.sessions.allSatisfy { $0.codes == [] })
  }

  @Test("a token longer than the schema allows is kept whole")
  func longToken() throws {
    let token = "0f0e0d0c-0b0a-4988-8766-554433221100-tail"
    let run = fold([
      .station(0, start("1", at: "2026-03-01T08:00:00Z", token: token)),
      .station(1, start("2", at: "2026-03-01T08:00:00Z", token: token)),
    ])
    #expect(run.sessions.map(\.token) == [token])
    #expect(run.sessions.first?.codes == [.duplicateStart])
  }

  @Test(
    "a time with a short hour or an offset without a colon is read",
    arguments: ["2026-03-01T8:00:00Z", "2026-03-01T09:00:00+0100", "2026-03-01T08:00:00+0000"])
  func oddTimes(text: String) throws {
    let run = fold([.station(10, start("1", at: text))])
    #expect(run.sessions.first?.startedAt == time(0))
    #expect(run.sessions.first?.codes == [])
  }

  @Test("a clock that says 1970 gives way to the time of receipt, in both dialects")
  func clockOf1970() throws {
    let plain = fold([
      .station(0, start("1", at: "1970-01-01T00:00:07Z")),
      .backEnd(1, accepted("1", transaction: 7)),
      .station(3_600, stop("2", transaction: 7, at: "1970-01-01T01:00:07Z", meter: 9_000)),
    ])
    let numbered = fold([
      .station(0, event(0, "Started", at: "1970-01-01T00:00:07Z")),
      .station(3_600, event(1, "Ended", at: "1970-01-01T01:00:07Z")),
    ])
    for run in [plain, numbered] {
      #expect(run.sessions.map(\.startedAt) == [time(0)])
      #expect(run.sessions.map(\.endedAt) == [time(3_600)])
      #expect(run.sessions.first?.has(.clockNotCredible) == true)
    }
  }

  @Test("offline events without a connector, in any order, do not revive an ended session")
  func offlineEvents() throws {
    let meter =
      #","offline":true,"meterValue":[{"timestamp":"2026-03-01T08:20:00Z","#
      + #""sampledValue":[{"value":3000}]}]"#
    let run = fold([
      .station(0, event(0, "Started", at: "2026-03-01T08:00:00Z", #","evse":{"id":3}"#)),
      .station(5_000, event(3, "Ended", at: "2026-03-01T09:00:00Z")),
      .station(5_001, event(2, "Updated", at: "2026-03-01T08:20:00Z", meter)),
      .station(5_002, event(1, "Updated", at: "2026-03-01T08:10:00Z")),
    ])
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1 && session.state == .closed)
    #expect(session.evse == 3 && session.connector == nil)
    #expect(session.endedAt == time(3_600))
    #expect(session.messages.map(\.sequence) == [0, 1, 2, 3])
    #expect(session.codes == [.noEnergy])
  }

  @Test("a status repeated with the time of its report changes no state")
  func reportTime() throws {
    let status = { (at: String) in
      #"[2,"s\#(at)","StatusNotification",{"connectorId":1,"errorCode":"NoError","#
        + #""status":"SuspendedEV","timestamp":"2026-03-01T\#(at)Z"}]"#
    }
    let run = fold([
      .station(0, start("1", at: "2026-03-01T08:00:00Z")),
      .backEnd(1, accepted("1", transaction: 7)),
      .station(600, status("08:10:00")), .station(1_200, status("08:20:00")),
      .station(1_800, stop("2", transaction: 7, at: "2026-03-01T08:30:00Z", meter: 2_000)),
    ])
    let states = try #require(run.sessions.first).states
    #expect(states.filter { $0.state == .suspendedEV }.map(\.at) == [time(600)])
  }
}
