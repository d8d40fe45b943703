import FleetSimulator
import Quantities
import Testing

@Suite("The faults of real life")
struct FaultTests {
  /// A fleet in which something is planned to go wrong with every session.
  private let recording: Recording

  init() throws {
    var plan = samplePlan(seed: 11)
    plan.faultRatePerThousand = 1000
    plan.days = 8
    plan.meterIntervalSeconds = 1800
    recording = try record(plan)
  }

  @Test("At rate 0 nothing goes wrong")
  func none() throws {
    var plan = samplePlan()
    plan.faultRatePerThousand = 0
    let recording = try record(plan)

    #expect(recording.summary.faults.isEmpty)
    #expect(recording.sessions.allSatisfy { $0.faults.isEmpty })
    #expect(recording.calls("BootNotification").count == plan.stations)
    #expect(!recording.lines.contains { $0.payload["offline"] != nil })
  }

  @Test("Every fault occurs when the rate is high")
  func all() throws {
    let summary = recording.summary
    #expect(Set(summary.faults.keys) == Set(FleetFault.allCases))
  }

  @Test("A lost stop is never told")
  func lostStop() throws {
    let ended = Set(
      recording.calls("StopTransaction").compactMap { $0.payload["transactionId"] as? Int }
        .map(String.init)
        + recording.calls("TransactionEvent")
        .filter { $0.payload["eventType"] as? String == "Ended" }.map { transactionID(of: $0) })

    for session in recording.sessions {
      #expect(ended.contains(session.transactionID) != session.faults.contains(.lostStop))
    }
  }

  @Test("A repeated start or stop has the same content under a new message id")
  func duplicates() throws {
    let stops = Dictionary(
      grouping: recording.calls("StopTransaction"),
      by: { String($0.payload["transactionId"] as? Int ?? 0) })
    let ends = Dictionary(
      grouping: recording.calls("TransactionEvent")
        .filter { $0.payload["eventType"] as? String == "Ended" }, by: { transactionID(of: $0) })
    let begins = Dictionary(
      grouping: recording.calls("TransactionEvent")
        .filter { $0.payload["eventType"] as? String == "Started" }, by: { transactionID(of: $0) })

    for session in recording.sessions where !session.faults.contains(.lostStop) {
      let told = stops[session.transactionID] ?? ends[session.transactionID] ?? []
      #expect(told.count == (session.faults.contains(.duplicateStop) ? 2 : 1))
      #expect(Set(told.map { "\($0.frame[1])" }).count == told.count)
      #expect(Set(told.map { $0.payload["timestamp"] as? String }).count == 1)
      if let begins = begins[session.transactionID] {
        #expect(begins.count == (session.faults.contains(.duplicateStart) ? 2 : 1))
        #expect(begins.allSatisfy { $0.payload["seqNo"] as? Int == 0 })
      }
    }
    let repeated = recording.sessions.count { $0.faults.contains(.duplicateStart) }
    let starts = recording.calls("StartTransaction").count + begins.values.joined().count
    let open = recording.summary.openSessions
    #expect((repeated...repeated + 2 * open).contains(starts - recording.sessions.count))
  }

  @Test("What happened offline is told later, with the time when it happened")
  func lateDelivery() throws {
    let late = Set(
      recording.sessions.filter { $0.faults.contains(.lateDelivery) }.map(\.transactionID))
    let offline = recording.calls("TransactionEvent").filter {
      $0.payload["offline"] as? Bool == true
    }

    #expect(offline.contains { late.contains(transactionID(of: $0)) })
    for event in offline {
      #expect(try #require(event.payload["timestamp"] as? String) < event.sentAt)
    }
  }

  @Test("A power loss ends the transaction after a boot, with the time of the loss")
  func powerLoss() throws {
    let stops = recording.calls("StopTransaction").filter {
      $0.payload["reason"] as? String == "PowerLoss"
    }
    let lost = recording.sessions.filter { $0.faults.contains(.powerLoss) }

    #expect(!stops.isEmpty)
    for stop in stops {
      let told = String(try #require(stop.payload["transactionId"] as? Int))
      let end = try #require(stop.payload["timestamp"] as? String)
      let boot = try #require(
        recording.calls("BootNotification", of: stop.text("chargePointId"))
          .last { $0.sentAt < stop.sentAt })
      #expect(end < boot.sentAt)
      #expect(lost.contains { $0.transactionID == told && rfc3339($0.end) == end })
    }
  }

  @Test("A reset of the register takes nothing from the true energy")
  func registerReset() throws {
    let reset = recording.sessions.filter {
      $0.faults.contains(.registerReset) && $0.energy > .zero
    }
    #expect(!reset.isEmpty)
    let stops = recording.calls("StopTransaction")
    for session in reset {
      for stop in stops where stop.payload["transactionId"] as? Int == Int(session.transactionID) {
        #expect(
          Int64(try #require(stop.payload["meterStop"] as? Int)) <= session.energy.wattHours + 1)
      }
    }
    #expect(recording.sessions.allSatisfy { $0.energy >= .zero })
  }

  @Test("The rate is the share of sessions that something was planned for")
  func rate() throws {
    var plan = samplePlan(seed: 5)
    plan.faultRatePerThousand = 200
    plan.stations = 40
    plan.meterIntervalSeconds = 86_400
    plan.idleMeterIntervalSeconds = 86_400
    let summary = try FleetSimulator(plan).run { _ in }
    let touched = summary.faults.values.reduce(0, +)

    // Short sessions and offline stations are spared; a station's fault touches two sessions.
    #expect((summary.sessions / 10...summary.sessions * 3 / 10).contains(touched))
  }
}
