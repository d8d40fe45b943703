import Foundation

/// The inputs, made from the seed of the simulator and a few lines of our own.
struct Inputs {
  private let root: String

  /// Writes all inputs into the root of `workplace`.
  static func write(for workplace: Workplace) throws {
    let inputs = Inputs(root: workplace.root)
    try inputs.write("tariff.json", tariff(price: "0.49"))
    try inputs.write("tariff-2.json", tariff(price: "0.59"))
    try inputs.write("large.jsonl", largeFrames())
    var simulate: Command = [
      "simulate", "--seed", "7", "--stations", "4", "--connectors", "1", "--days", "1",
      "--sessions-per-day", "3", "--meter-interval", "1800", "--fault-rate", "100",
    ]
    simulate.words += [
      "--site", workplace.root + "/site.yaml", "--output", workplace.root + "/fleet.jsonl",
    ]
    try workplace.succeed(simulate)
    let lines = try inputs.frames(of: "fleet.jsonl")
    try inputs.split(lines, into: 2, half)
    try inputs.split(lines, into: partCount, part)
    try inputs.split(named(lines), into: 2, feed)
    for number in 0..<2 {
      let some = named(lines).dropLast(number * shortFeedLines).suffix(shortFeedLines)
      try inputs.write(shortFeed(number), some.joined(separator: "\n") + "\n")
    }
    try inputs.write(
      heartbeats, heartbeats(0..<heartbeatCount).joined(separator: "\n") + "\n")
  }

  /// The fleet's trace is recorded in so many imports.
  static let partCount = 12

  static func part(_ number: Int) -> String { "part-\(number).jsonl" }
  static func half(_ number: Int) -> String { "half-\(number).jsonl" }
  /// Half of the lines, each with an event id.
  static func feed(_ number: Int) -> String { "feed-\(number).jsonl" }
  /// A few of the second half, others for each number.
  static func shortFeed(_ number: Int) -> String { "feed-short-\(number).jsonl" }
  private static let shortFeedLines = 9

  /// Small events, enough for two segments.
  static let heartbeats = "heartbeats.jsonl"
  /// A segment has 4,096 events or more, and as many stay behind the last.
  private static let heartbeatCount = 3 * 4096

  /// The smallest frames there are, of three stations, each with another message id.
  static func heartbeats(_ numbers: Range<Int>) -> [String] {
    numbers.map { number in
      let time = String(
        format: "%02d:%02d:%02d", number / 3600 % 24, number / 60 % 60, number % 60)
      return #"{"schemaVersion":"1.1","timestamp":"2025-10-01T\#(time).000Z","#
        + #""ocppVersion":"1.6","transport":"json","chargePointId":"BEAT-\#(number % 3)","#
        + #""direction":"cp-to-csms","messageType":"CALL","messageId":"H\#(number)","#
        + #""action":"Heartbeat","raw":"[2,\"H\#(number)\",\"Heartbeat\",{}]"}"#
    }
  }

  /// Adds an event id to each line, from its number.
  static func named(_ lines: [String]) -> [String] {
    lines.enumerated().map { number, line in
      let digits = String(number + 1, radix: 16)
      let id = String(repeating: "0", count: 32 - digits.count) + digits
      return line.dropLast() + #","eventId":"\#(id)"}"#
    }
  }

  /// Without heartbeats and their answers, which are most of the trace and all alike.
  private func frames(of name: String) throws -> [String] {
    try String(contentsOfFile: root + "/" + name, encoding: .utf8).split(separator: "\n")
      .filter { !$0.contains("Heartbeat") && !$0.contains(#"{\"currentTime\":"#) }.map(String.init)
  }

  private func split(_ lines: [String], into count: Int, _ name: (Int) -> String) throws {
    for number in 0..<count {
      let range = (lines.count * number / count)..<(lines.count * (number + 1) / count)
      try write(name(number), lines[range].joined(separator: "\n") + "\n")
    }
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(toFile: root + "/" + name, atomically: false, encoding: .utf8)
  }

  private static func tariff(price: String) -> String {
    """
    {"country_code":"DE","party_id":"WAT","id":"T-\(price)","currency":"EUR","elements":[
    {"price_components":[{"type":"ENERGY","price":\(price),"vat":19.0,"step_size":1}]}],
    "last_updated":"2025-01-01T00:00:00Z"}
    """
  }

  /// Frames that LMDB stores in pages of their own.
  private static func largeFrames() -> String {
    (0..<6).map { number in
      let data = String(repeating: "\(number)", count: 1500 * (number + 1))
      let raw = #"[2,\"L\#(number)\",\"DataTransfer\",{\"vendorId\":\"W\",\"data\":\"\#(data)\"}]"#
      return #"{"schemaVersion":"1.1","timestamp":"2025-10-01T00:00:0\#(number).000Z","#
        + #""ocppVersion":"1.6","transport":"json","chargePointId":"LARGE","#
        + #""direction":"cp-to-csms","messageType":"CALL","messageId":"L\#(number)","#
        + #""action":"DataTransfer","raw":"\#(raw)"}"#
    }.joined(separator: "\n") + "\n"
  }
}
