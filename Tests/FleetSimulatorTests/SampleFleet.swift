import FleetSimulator
import Foundation
import Quantities
import Testing

/// A trace that was read back, and the truth about it.
struct Recording {
  let bytes: [UInt8]
  let lines: [Line]
  let sessions: [TrueSession]
  let summary: FleetSummary

  /// One line, with its frame parsed.
  struct Line {
    let fields: [String: Any]
    let frame: [Any]

    func text(_ key: String) -> String { fields[key] as? String ?? "" }

    var isCall: Bool { text("messageType") == "CALL" }
    var action: String { text("action") }
    var payload: [String: Any] { frame.last as? [String: Any] ?? [:] }
    var sentAt: String { text("timestamp") }
  }

  func calls(_ action: String, of station: String? = nil) -> [Line] {
    lines.filter {
      $0.isCall && $0.action == action && (station == nil || $0.text("chargePointId") == station)
    }
  }

  /// The 1.6 transaction id that each answered StartTransaction got.
  var transactionIDs: [(start: Line, id: Int)] {
    let answers = lines.filter { !$0.isCall }
    var byMessage: [String: Line] = [:]
    for answer in answers {
      byMessage[answer.text("chargePointId") + answer.text("messageId")] = answer
    }
    return calls("StartTransaction").compactMap { start in
      let answer = byMessage[start.text("chargePointId") + start.text("messageId")]
      return (answer?.payload["transactionId"] as? Int).map { (start, $0) }
    }
  }
}

/// Friday 2026-01-02, midnight at one hour ahead of UTC.
let sampleStart = Instant(millisecondsSinceEpoch: 1_767_308_400_000)

/// A fleet small enough for tests: eight stations, five days around a weekend.
func samplePlan(seed: UInt64 = 1) -> FleetPlan {
  var plan = FleetPlan(seed: seed, startDate: sampleStart)
  plan.stations = 8
  plan.days = 5
  plan.meterIntervalSeconds = 900
  plan.idleMeterIntervalSeconds = 3600
  plan.heartbeatIntervalSeconds = 7200
  return plan
}

/// Only the bytes of the trace.
func traceBytes(_ plan: FleetPlan) throws -> [UInt8] {
  var bytes: [UInt8] = []
  _ = try FleetSimulator(plan).run { bytes.append(contentsOf: $0) }
  return bytes
}

/// The trace with every line and frame parsed by Foundation.
func record(_ plan: FleetPlan) throws -> Recording {
  var sessions: [TrueSession] = []
  var bytes: [UInt8] = []
  let summary = try FleetSimulator(plan).run(
    onSession: { sessions.append($0) }, { bytes.append(contentsOf: $0) })
  let lines = try bytes.split(separator: UInt8(ascii: "\n")).map { line in
    let fields = try #require(
      JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    let raw = try #require(fields["raw"] as? String)
    let frame = try #require(JSONSerialization.jsonObject(with: Data(raw.utf8)) as? [Any])
    return Recording.Line(fields: fields, frame: frame)
  }
  return Recording(bytes: bytes, lines: lines, sessions: sessions, summary: summary)
}

/// The FNV-1a hash, to compare traces without keeping them.
func hash(of bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
