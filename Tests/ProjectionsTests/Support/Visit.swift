import JSON
import Quantities

/// A frame of a trace.
struct TraceFrame {
  var station: String
  var at: Instant
  var isFromStation: Bool
  var text: String
}

/// A car at a station that speaks OCPP 1.6: what both sides say, from plugging in to leaving.
struct Visit {
  var station = "CP-1"
  var connector = 1
  var token = "TAG-1"
  var transaction = 1
  var start: Instant
  var minutes = 60
  var wattHours = 10_000
  /// When the stop is received; nil is at the end of the visit.
  var stopReceivedAt: Instant?
  var isStopLost = false

  /// When the car leaves.
  var end: Instant { start.after(minutes: minutes) }

  var frames: [TraceFrame] {
    isStopLost ? startFrames + meterFrames : startFrames + meterFrames + stopFrames
  }

  var startFrames: [TraceFrame] {
    exchange(
      "a\(transaction)", "StartTransaction", at: start, receivedAt: start,
      #""connectorId":\#(connector),"idTag":"\#(token)","meterStart":1000"#,
      answer: #"{"transactionId":\#(transaction),"idTagInfo":{"status":"Accepted"}}"#)
  }

  /// One reading in the middle.
  var meterFrames: [TraceFrame] {
    let middle = start.after(minutes: minutes / 2)
    let values =
      #"[{"timestamp":"\#(middle.rfc3339)","sampledValue":[{"value":"\#(1000 + wattHours / 2)"}]}]"#
    return exchange(
      "m\(transaction)", "MeterValues", at: nil, receivedAt: middle,
      #""connectorId":\#(connector),"transactionId":\#(transaction),"meterValue":\#(values)"#,
      answer: "{}")
  }

  var stopFrames: [TraceFrame] {
    exchange(
      "z\(transaction)", "StopTransaction", at: end, receivedAt: stopReceivedAt ?? end,
      #""transactionId":\#(transaction),"meterStop":\#(1000 + wattHours)"#, answer: "{}")
  }

  private func exchange(
    _ id: String, _ action: String, at: Instant?, receivedAt: Instant, _ members: String,
    answer: String
  ) -> [TraceFrame] {
    let time = at.map { #","timestamp":"\#($0.rfc3339)""# } ?? ""
    return [
      TraceFrame(
        station: station, at: receivedAt, isFromStation: true,
        text: #"[2,"\#(id)","\#(action)",{\#(members)\#(time)}]"#),
      TraceFrame(
        station: station, at: receivedAt, isFromStation: false, text: #"[3,"\#(id)",\#(answer)]"#),
    ]
  }
}

/// A heartbeat, to let time pass.
func heartbeat(_ station: String = "CP-1", at: Instant) -> TraceFrame {
  TraceFrame(station: station, at: at, isFromStation: true, text: #"[2,"h","Heartbeat",{}]"#)
}

/// The frames as a trace, in order of their times.
func trace(of frames: [TraceFrame]) -> [UInt8] {
  let ordered = frames.enumerated().sorted {
    ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
  }
  return ordered.flatMap { _, frame in
    var json = JSONWriter()
    json.object { json in
      json.member("timestamp", frame.at.rfc3339)
      json.member("ocppVersion", "1.6")
      json.member("chargePointId", frame.station)
      json.member("direction", frame.isFromStation ? "cp-to-csms" : "csms-to-cp")
      json.member("raw", frame.text)
    }
    json.endLine()
    return json.bytes
  }
}
