import ChargerEvents
import OCPP
import Quantities
import Testing

@testable import Sessions

/// What a station and its back end sent, as OCPP-J text: through the decoder, then the fold.
struct FrameScript {
  private var run = StationRun([])
  private var decoder = OCPPDecoder()
  private let reader = FrameReader()

  /// Feeds one frame. Times are seconds after 2026-03-01T08:00:00Z.
  mutating func feed(_ frame: String, at seconds: Int64, fromStation: Bool = true) {
    var (decoder, run) = (decoder, run)
    Array(frame.utf8).withUnsafeBytes { body in
      decoder.decode(body, fromStation: fromStation, reader: reader) { event, readings in
        run.feed(event, readings, at: time(seconds))
      }
    }
    (self.decoder, self.run) = (decoder, run)
  }

  /// The sessions so far, in order of their start.
  var sessions: [Session] {
    var run = run
    run.flush()
    return run.sessions
  }
}

/// An OCPP 1.6 transaction of an hour: the start, a MeterValues frame for each entry of `samples`
/// (seconds, the JSON of its sampledValue), and the stop.
func transaction16(
  start: String, stop: String, _ samples: [(at: Int64, sampledValue: String)]
) throws -> Session {
  var script = FrameScript()
  script.feed(
    #"[2,"1","StartTransaction",{"connectorId":1,"idTag":"TAG","meterStart":"#
      + #"\#(start),"timestamp":"\#(time(0).rfc3339)"}]"#, at: 0)
  script.feed(
    #"[3,"1",{"idTagInfo":{"status":"Accepted"},"transactionId":77}]"#, at: 1,
    fromStation: false)
  for (index, sample) in samples.enumerated() {
    script.feed(
      #"[2,"m\#(index)","MeterValues",{"connectorId":1,"transactionId":77,"meterValue":["#
        + #"{"timestamp":"\#(time(sample.at).rfc3339)","sampledValue":\#(sample.sampledValue)}]}]"#,
      at: sample.at)
  }
  script.feed(
    #"[2,"9","StopTransaction",{"transactionId":77,"meterStop":"#
      + #"\#(stop),"timestamp":"\#(time(3_600).rfc3339)"}]"#, at: 3_600)
  return try #require(script.sessions.first)
}

/// An OCPP 2.0.1 transaction on EVSE 1: an event for each entry (seconds, the JSON of its
/// sampledValue), the first of which starts it and the last of which ends it.
func transaction201(_ samples: [(at: Int64, sampledValue: String)]) throws -> Session {
  var script = FrameScript()
  for (index, sample) in samples.enumerated() {
    let kind = index == 0 ? "Started" : index == samples.count - 1 ? "Ended" : "Updated"
    script.feed(
      #"[2,"e\#(index)","TransactionEvent",{"eventType":"\#(kind)","seqNo":\#(index),"#
        + #""timestamp":"\#(time(sample.at).rfc3339)","triggerReason":"MeterValuePeriodic","#
        + #""evse":{"id":1,"connectorId":1},"transactionInfo":{"transactionId":"T-1"},"#
        + #""meterValue":[{"timestamp":"\#(time(sample.at).rfc3339)","#
        + #""sampledValue":\#(sample.sampledValue)}]}]"#,
      at: sample.at)
  }
  return try #require(script.sessions.first)
}
