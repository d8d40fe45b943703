import FleetSimulator
import Quantities
import Testing

@Suite("Arrivals, stays and energy follow what was measured")
struct DistributionTests {
  /// Many short-lived meters, to count sessions and little else.
  private func sessions(of mix: FleetPlan.LocationMix) throws -> [TrueSession] {
    var plan = FleetPlan(seed: 3, startDate: sampleStart)
    plan.stations = 30
    plan.days = 28
    plan.meterIntervalSeconds = 86_400
    plan.idleMeterIntervalSeconds = 86_400
    plan.heartbeatIntervalSeconds = 86_400
    plan.faultRatePerThousand = 0
    plan.sessionsPerConnectorPerDay = 0.5
    plan.locations = mix
    var sessions: [TrueSession] = []
    _ = try FleetSimulator(plan).run(onSession: { sessions.append($0) }, { _ in })
    return sessions
  }

  private func quantile(_ permille: Int, of values: [Int64]) throws -> Int64 {
    try #require(values.isEmpty ? nil : values.sorted()[values.count * permille / 1000])
  }

  @Test("At homes: half a day is the middle stay, evenings are full, and 13 kWh are wanted")
  func homes() throws {
    let sessions = try sessions(of: .init(home: 1, street: 0, workplace: 0, fastCharger: 0))
    let minutes = sessions.map { $0.end.milliseconds(since: $0.start) / 60_000 }
    let evening = sessions.count { (16..<23).contains(localHour($0.start)) }

    #expect(sessions.count > 300)
    #expect((540...760).contains(try quantile(500, of: minutes)))
    #expect(try quantile(900, of: minutes) > 900)
    #expect((evening * 100 / sessions.count) > 50)
    let wattHours = sessions.map(\.energy.wattHours)
    #expect((7_000...22_000).contains(try quantile(500, of: wattHours)))
  }

  @Test("At workplaces: mornings, and nobody at weekends")
  func workplaces() throws {
    let sessions = try sessions(of: .init(home: 0, street: 0, workplace: 1, fastCharger: 0))
    let morning = sessions.count { (6..<11).contains(localHour($0.start)) }

    #expect((morning * 100 / sessions.count) > 60)
    // 2026-01-02, day 0, is a Friday.
    let days = sessions.map { $0.start.milliseconds(since: sampleStart) / 86_400_000 }
    #expect(!days.contains { [1, 2].contains($0 % 7) })
    #expect(days.contains { $0 % 7 == 0 })
  }

  @Test("At fast chargers: about half an hour and 29 kWh")
  func fastChargers() throws {
    let sessions = try sessions(of: .init(home: 0, street: 0, workplace: 0, fastCharger: 1))
    let minutes = sessions.map { $0.end.milliseconds(since: $0.start) / 60_000 }

    #expect((26...34).contains(try quantile(500, of: minutes)))
    #expect((18_000...33_000).contains(try quantile(500, of: sessions.map(\.energy.wattHours))))
  }

  @Test("Twice the stations, or days, have about twice the sessions")
  func scale() throws {
    var plan = samplePlan()
    let base = try FleetSimulator(plan).run { _ in }
    plan.stations *= 2
    let wide = try FleetSimulator(plan).run { _ in }
    plan.stations /= 2
    plan.days *= 2
    let long = try FleetSimulator(plan).run { _ in }

    for larger in [wide, long] {
      #expect((base.sessions * 3 / 2...base.sessions * 3).contains(larger.sessions))
    }
  }

  @Test("Without cars there are boots and heartbeats and no session")
  func noCars() throws {
    var plan = samplePlan()
    plan.sessionsPerConnectorPerDay = 0
    let recording = try record(plan)

    #expect(recording.summary.sessions == 0 && recording.summary.openSessions == 0)
    #expect(recording.calls("Heartbeat").count >= plan.stations * plan.days * 11)
    #expect(recording.calls("Authorize").isEmpty)
  }

  private func localHour(_ instant: Instant) -> Int64 {
    instant.milliseconds(since: sampleStart) / 3_600_000 % 24
  }
}
