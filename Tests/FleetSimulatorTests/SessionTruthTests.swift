import FleetSimulator
import Foundation
import Quantities
import Testing

@Suite("What the trace says of a session is what was true")
struct SessionTruthTests {
  private func faultless(seed: UInt64, ocpp201SharePercent: Int) -> FleetPlan {
    var plan = samplePlan(seed: seed)
    plan.faultRatePerThousand = 0
    plan.ocpp201SharePercent = ocpp201SharePercent
    return plan
  }

  @Test("OCPP 1.6: stop minus start is the true energy", arguments: [1, 2, 3] as [UInt64])
  func energy16(seed: UInt64) throws {
    let recording = try record(faultless(seed: seed, ocpp201SharePercent: 0))
    var meterStart: [Int: Int] = [:]
    for (start, id) in recording.transactionIDs {
      meterStart[id] = start.payload["meterStart"] as? Int
    }
    var stops: [Int: Recording.Line] = [:]
    for stop in recording.calls("StopTransaction") {
      stops[try #require(stop.payload["transactionId"] as? Int)] = stop
    }

    #expect(recording.sessions.count > 20)
    for session in recording.sessions {
      let id = try #require(Int(session.transactionID))
      let stop = try #require(stops[id])
      let (begin, end) = (meterStart[id], stop.payload["meterStop"] as? Int)
      #expect(try #require(end) - #require(begin) == session.energy.wattHours)
      #expect(stop.text("chargePointId") == session.station)
      #expect(stop.payload["timestamp"] as? String == rfc3339(session.end))
      #expect(session.faults.isEmpty)
    }
  }

  @Test(
    "OCPP 2.0.1: the register at the end minus that at the beginning is the true energy",
    arguments: [1, 2] as [UInt64])
  func energy201(seed: UInt64) throws {
    let recording = try record(faultless(seed: seed, ocpp201SharePercent: 100))
    let events = Dictionary(
      grouping: recording.calls("TransactionEvent"), by: { transactionID(of: $0) })

    #expect(recording.sessions.count > 20)
    for session in recording.sessions {
      let told = try #require(events[session.transactionID])
      let registers = try told.map(registerMilliwattHours)
      #expect(
        try #require(registers.last) - #require(registers.first) == session.energy.milliwattHours)
      #expect(zip(registers, registers.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(told.compactMap { $0.payload["seqNo"] as? Int } == Array(0..<told.count))
      #expect(told.first?.payload["timestamp"] as? String == rfc3339(session.start))
      #expect(told.last?.payload["eventType"] as? String == "Ended")
    }
  }

  @Test("The summary adds up what the sessions were")
  func summary() throws {
    var plan = samplePlan()
    plan.faultRatePerThousand = 500
    let recording = try record(plan)
    let summary = recording.summary

    #expect(summary.sessions == recording.sessions.count)
    #expect(summary.energy == recording.sessions.reduce(.zero) { $0 + $1.energy })
    for fault in FleetFault.allCases {
      let touched = recording.sessions.count { $0.faults.contains(fault) }
      #expect(summary.faults[fault, default: 0] == touched)
    }
    let ids = Set(recording.sessions.map { $0.station + $0.transactionID })
    #expect(ids.count == recording.sessions.count)
    #expect((0...plan.stations * plan.connectorsPerStation).contains(summary.openSessions))
  }
}

/// `instant` as the simulator writes it: the date and the whole seconds are made by Foundation.
func rfc3339(_ instant: Instant) -> String {
  let (seconds, milliseconds) = instant.millisecondsSinceEpoch.quotientAndRemainder(
    dividingBy: 1000)
  let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  return whole.dropLast() + "." + String(1000 + milliseconds).dropFirst() + "Z"
}

func transactionID(of event: Recording.Line) -> String {
  (event.payload["transactionInfo"] as? [String: Any])?["transactionId"] as? String ?? ""
}

/// The import register of a 2.0.1 event.
func registerMilliwattHours(_ event: Recording.Line) throws -> Int64 {
  let values = try #require(event.payload["meterValue"] as? [[String: Any]])
  let samples = try #require(values.first?["sampledValue"] as? [[String: Any]])
  let sample = try #require(samples.first)
  let unit = (sample["unitOfMeasure"] as? [String: Any])?["unit"] as? String
  let value = try #require(sample["value"] as? NSNumber).doubleValue
  return Int64((value * (unit == "kWh" ? 1_000_000 : 1000)).rounded())
}
