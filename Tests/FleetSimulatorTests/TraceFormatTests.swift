import FleetSimulator
import Foundation
import Testing

@Suite("The trace follows the Open OCPP Trace Format 1.1")
struct TraceFormatTests {
  @Test("Every line has the fields that the schema requires, and its frame agrees with them")
  func fields() throws {
    let recording = try record(samplePlan())

    #expect(recording.lines.count == recording.summary.frames)
    for line in recording.lines {
      #expect(line.text("schemaVersion") == "1.1")
      #expect(line.text("transport") == "json")
      #expect(["1.6", "2.0.1"].contains(line.text("ocppVersion")))
      #expect(["cp-to-csms", "csms-to-cp"].contains(line.text("direction")))
      #expect(line.frame[1] as? String == line.text("messageId"))
      if line.isCall {
        #expect(line.frame[0] as? Int == 2)
        #expect(line.frame[2] as? String == line.action && !line.action.isEmpty)
        #expect(line.frame.count == 4)
      } else {
        #expect(line.text("messageType") == "CALLRESULT")
        #expect(line.frame[0] as? Int == 3)
        #expect(line.frame.count == 3 && line.fields["action"] == nil)
      }
    }
  }

  @Test("Times ascend, and lie in the planned days")
  func times() throws {
    let recording = try record(samplePlan())
    let times = recording.lines.map(\.sentAt)

    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(try #require(times.first) >= "2026-01-01T23:00:00.000Z")
    #expect(try #require(times.last) < "2026-01-06T23:00:00.000Z")
  }

  @Test("Each answer follows its request, from the other side, and no id is used twice")
  func correlation() throws {
    var plan = samplePlan()
    plan.faultRatePerThousand = 0
    let recording = try record(plan)
    var asked: [String: String] = [:]
    var answered: Set<String> = []

    for line in recording.lines {
      let key = line.text("chargePointId") + " " + line.text("messageId")
      if line.isCall {
        #expect(asked.updateValue(line.text("direction"), forKey: key) == nil)
      } else {
        let direction = try #require(asked[key])
        #expect(direction != line.text("direction"))
        #expect(answered.insert(key).inserted)
      }
    }
    // What is not answered at the end is in flight: at most one request of each station.
    #expect(asked.count - answered.count <= plan.stations)
  }

  @Test("Both versions, remote starts and frames that no one knows occur")
  func variety() throws {
    let recording = try record(samplePlan())
    let actions = Set(recording.lines.map(\.action))

    #expect(
      actions.isSuperset(of: [
        "BootNotification", "Heartbeat", "Authorize", "StatusNotification", "StartTransaction",
        "MeterValues", "StopTransaction", "TransactionEvent", "RemoteStartTransaction",
        "RequestStartTransaction", "DataTransfer",
      ]))
    let statuses = Set(
      recording.calls("StatusNotification").compactMap { $0.payload["status"] as? String })
    #expect(statuses == ["Available", "Preparing", "Charging", "SuspendedEV", "Finishing"])
  }

  @Test("The stations that the simulator lists are those of the trace")
  func stationList() throws {
    let plan = samplePlan()
    let stations = try FleetSimulator(plan).stations
    let recording = try record(plan)

    #expect(stations.count == 8)
    #expect(stations.filter(\.isOCPP201).count == 4)
    for station in stations {
      let versions = Set(
        recording.lines.filter { $0.text("chargePointId") == station.name }
          .map { $0.text("ocppVersion") })
      #expect(versions == [station.isOCPP201 ? "2.0.1" : "1.6"])
      #expect(station.name.hasPrefix(station.location.stationNamePrefix))
    }
  }
}
