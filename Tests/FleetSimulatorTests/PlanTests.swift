import FleetSimulator
import Quantities
import Testing

@Suite("Plans that cannot be simulated are refused")
struct PlanTests {
  @Test("A figure out of range is named, with its range")
  func range() {
    let refused: [(WritableKeyPath<FleetPlan, Int>, Int, String)] = [
      (\.stations, 0, "stations"), (\.stations, 100_001, "stations"),
      (\.connectorsPerStation, 17, "connectorsPerStation"), (\.days, -1, "days"),
      (\.meterIntervalSeconds, 0, "meterIntervalSeconds"),
      (\.idleMeterIntervalSeconds, .min, "idleMeterIntervalSeconds"),
      (\.heartbeatIntervalSeconds, 9, "heartbeatIntervalSeconds"),
      (\.ocpp201SharePercent, 101, "ocpp201SharePercent"),
      (\.faultRatePerThousand, .max, "faultRatePerThousand"),
      (\.remoteStartSharePercent, -1, "remoteStartSharePercent"),
      (\.timeZoneOffsetSeconds, 70_000, "timeZoneOffsetSeconds"),
    ]
    for (setting, value, name) in refused {
      var plan = samplePlan()
      plan[keyPath: setting] = value
      let error = #expect(throws: FleetPlanError.self) { _ = try FleetSimulator(plan) }
      #expect(error?.description.contains("\(name) is out of range") == true)
      #expect(error?.description.contains("not \(value)") == true)
    }
  }

  @Test("Rates that are no numbers and dates that cannot be written are refused")
  func rateAndDate() {
    var plan = samplePlan()
    plan.sessionsPerConnectorPerDay = .nan
    #expect(throws: FleetPlanError.self) { _ = try FleetSimulator(plan) }
    plan = samplePlan()
    plan.startDate = .distantFuture
    #expect(throws: FleetPlanError.self) { _ = try FleetSimulator(plan) }
  }

  @Test("A mix without any place is refused")
  func emptyMix() {
    var plan = samplePlan()
    plan.locations = .init(home: 0, street: 0, workplace: 0, fastCharger: 0)
    #expect(throws: FleetPlanError.noLocations) { _ = try FleetSimulator(plan) }
  }

  @Test("Extreme but allowed plans run", arguments: [-64_800, 64_800])
  func extremes(offset: Int) throws {
    var plan = samplePlan()
    plan.stations = 1
    plan.connectorsPerStation = 16
    plan.days = 1
    plan.sessionsPerConnectorPerDay = 96
    plan.faultRatePerThousand = 1000
    plan.meterIntervalSeconds = 120
    plan.idleMeterIntervalSeconds = 86_400
    plan.timeZoneOffsetSeconds = offset
    plan.locations = .init(home: 0, street: 0, workplace: 0, fastCharger: 1_000_000)
    let summary = try FleetSimulator(plan).run { _ in }
    #expect(summary.sessions > 16)
  }
}
