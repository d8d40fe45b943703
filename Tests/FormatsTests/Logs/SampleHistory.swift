import EventLog
import Formats
import Quantities
import TestSupport

/// A frame of a history that tests write in many layouts.
struct SampleFrame: Equatable {
  var station: String
  /// On a whole second: some layouts have no finer times.
  var at: Instant
  var direction: Direction
  var body: String
}

/// Histories of one station, each answer in the second of its call.
enum SampleHistory {
  static let station = "CP-7"
  static let zone = "Europe/Berlin"

  private static func frame(_ second: Int, _ direction: Direction, _ body: String) -> SampleFrame {
    SampleFrame(
      station: station, at: Sample.start.advanced(byMilliseconds: Int64(second) * 1000),
      direction: direction, body: body)
  }

  /// One OCPP 1.6 session of 1,600 Wh, started by the back end.
  static let session: [SampleFrame] = [
    frame(0, .fromStation, #"[2,"1","BootNotification",{"chargePointVendor":"V"}]"#),
    frame(0, .toStation, #"[3,"1",{"status":"Accepted","interval":300}]"#),
    frame(9, .toStation, #"[2,"b-1","RemoteStartTransaction",{"idTag":"T1","connectorId":1}]"#),
    frame(9, .fromStation, #"[3,"b-1",{"status":"Accepted"}]"#),
    frame(
      10, .fromStation,
      #"[2, "2", "StartTransaction", {"connectorId":1,"idTag":"T1","meterStart":100,"#
        + #""timestamp":"2024-01-15T10:00:10Z"}]"#),
    frame(10, .toStation, #"[3,"2",{"transactionId":4711,"idTagInfo":{"status":"Accepted"}}]"#),
    frame(
      900, .fromStation,
      #"[2,"3","MeterValues",{"connectorId":1,"transactionId":4711,"meterValue":[{"timestamp":"#
        + #""2024-01-15T10:15:00Z","sampledValue":[{"value":"900"}]}]}]"#),
    frame(900, .toStation, #"[3,"3",{}]"#),
    frame(
      1800, .fromStation,
      #"[2,"4","StopTransaction",{"transactionId":4711,"meterStop":1700,"#
        + #""timestamp":"2024-01-15T10:30:00Z","reason":"Local"}]"#),
    frame(1800, .toStation, #"[3,"4",{"idTagInfo":{"status":"Accepted"}}]"#),
  ]

  /// Calls and answers with texts that look like the layouts themselves.
  static func random(count: Int, _ random: inout SplitMix64) -> [SampleFrame] {
    let pieces = [
      "a", "ü", "€", #"\""#, #"\\"#, #"\u00e9"#, " ", ": send [", "] | [3,", "}", "]", "[", ",1]",
      "Received:", "[chargeBoxId=", " : [2,", "[ocpp  ] TRACE", #"\t"#, "'", "<", ">",
    ]
    func text(_ random: inout SplitMix64) -> String {
      (0..<Int.random(in: 0...6, using: &random)).map { _ in
        pieces[Int.random(in: 0..<pieces.count, using: &random)]
      }.joined()
    }
    var second = 0
    return (0..<count).flatMap { number -> [SampleFrame] in
      second += Int.random(in: 0...90_000, using: &random)
      let isCall = Bool.random(using: &random)
      let action = isCall ? "Heartbeat" : "ChangeConfiguration"
      let gap = Bool.random(using: &random) ? " " : ""
      return [
        frame(
          second, isCall ? .fromStation : .toStation,
          #"[2,\#(gap)"\#(number)",\#(gap)"\#(action)",{"x":"\#(text(&random))"}]"#),
        frame(
          second, isCall ? .toStation : .fromStation,
          #"[3,\#(gap)"\#(number)",{"y":["\#(text(&random))"]}]"#),
      ]
    }
  }
}
