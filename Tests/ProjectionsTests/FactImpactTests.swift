import EventLog
import Quantities
import Sessions
import Sites
import Tariffs
import TestSupport
import Testing

@testable import Projections

@Suite("What new facts change")
struct FactImpactTests {
  private static let start = instant("2026-03-02T00:00:00Z")
  private static let names = ["CP-1", "CP-2", "CP-3", "CP-4"]

  /// Visits of five tokens to four stations on four days, in March.
  private func visits(_ random: inout SplitMix64) -> [Visit] {
    var visits: [Visit] = []
    for (index, name) in Self.names.enumerated() {
      for number in 0..<8 {
        visits.append(
          Visit(
            station: name, connector: Int.random(in: 1...2, using: &random),
            token: "TAG-\(Int.random(in: 1...5, using: &random))",
            transaction: 100 * (index + 1) + number,
            start: Self.start.after(
              minutes: number * 720 + Int.random(in: 0..<600, using: &random)),
            isStopLost: number == 7))
      }
    }
    return visits
  }

  /// A ledger of these visits with two sites: CP-1 and CP-2 at one, CP-3 and CP-4 at the other, unless
  /// those belong to none yet.
  private func control(
    _ random: inout SplitMix64, hasOtherSite: Bool = true
  ) throws -> TestLedger {
    let control = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try control.publishSite("a", ["CP-1", "CP-2"])
    if hasOtherSite { try control.publishSite("b", ["CP-3", "CP-4"]) }
    try control.publish(tariff: "ALL", perKWh: "0.10", for: .site("a"), .site("b"))
    control.clock.set(instant("2026-04-01T00:00:00Z"))
    try control.load(trace: trace(of: visits(&random).flatMap(\.frames)))
    return control
  }

  /// What the facts behind the models change, and the sessions that are meant.
  private func impact(
    on control: TestLedger, since models: ReadModels
  ) throws -> (FactImpact, sessions: Int) {
    let head = try control.ledger.read { $0.head }
    let impact = try FactImpact(
      reading: control.ledger, Facts(reading: control.ledger, through: head),
      after: models.generation.checkpoint().factsPosition, through: head)
    return (impact, try models.generation.sessionKeys(within: impact).count)
  }

  private func station(_ name: String, in control: TestLedger) throws -> StationID {
    try #require(
      Facts(reading: control.ledger, through: .max).station(named: name), "\(name)")
  }

  @Test("A tariff of one site is about the sessions of its stations, from its validity on")
  func tariffOfSite() throws {
    var random = SplitMix64(seed: 1)
    let control = try control(&random)
    let models = try control.models()
    try control.publish(
      tariff: "B", perKWh: "0.30", for: .site("b"), from: "2026-03-04T00:00:00Z")
    let (found, sessions) = try impact(on: control, since: models)
    let starts = instant("2026-03-04T00:00:00Z")..<Instant.distantFuture
    #expect(found.everywhere == nil)
    #expect(
      found.stations
        == [
          try station("CP-3", in: control): starts, try station("CP-4", in: control): starts,
        ])
    #expect(sessions == 8, "half of the sessions of two stations: \(sessions)")
  }

  @Test("One for a station is about those in whose place it stands; one for a group, about all")
  func otherTargets() throws {
    var random = SplitMix64(seed: 2)
    let control = try control(&random)
    try control.append(.station(StationExchange(old: "CP-4", new: "CP-1", at: Self.start)))
    let models = try control.models()
    try control.publish(tariff: "S", perKWh: "0.30", for: .station("CP-4"))
    let (ofStation, _) = try impact(on: control, since: models)
    #expect(
      Set(ofStation.stations.keys)
        == [try station("CP-1", in: control), try station("CP-4", in: control)])
    #expect(ofStation.everywhere == nil)

    try control.publish(
      tariff: "G", perKWh: "0.40", for: .tokenGroup("staff"), from: "2026-03-05T00:00:00Z")
    let (ofGroup, sessions) = try impact(on: control, since: models)
    #expect(ofGroup.everywhere == instant("2026-03-05T00:00:00Z")..<Instant.distantFuture)
    #expect(sessions > 8 && sessions < 32, "\(sessions)")
  }

  @Test("A group of tokens that no tariff is for changes nothing, and one that has one does")
  func tokens() throws {
    var random = SplitMix64(seed: 3)
    let control = try control(&random)
    var models = try control.models()
    let publisher = FactPublisher(control.ledger)
    _ = try publisher.publish(try TokenFact(group: "staff", tokens: ["TAG-1"]))
    #expect(try impact(on: control, since: models).0.isEmpty)
    try control.publish(tariff: "G", perKWh: "0.40", for: .tokenGroup("staff"))
    models = try control.models()
    _ = try publisher.publish(
      try TokenFact(
        group: "staff", tokens: ["TAG-2"], effectiveFrom: instant("2026-03-03T00:00:00Z")))
    #expect(
      try impact(on: control, since: models).0.everywhere == Instant
        .distantPast..<Instant.distantFuture)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A site's stations are those that it lists and those that it no longer lists")
  func sites() throws {
    var random = SplitMix64(seed: 4)
    let control = try control(&random)
    let models = try control.models()
    try control.publishSite("a", ["CP-1", "CP-3", "CP-9"], from: "2026-03-04T00:00:00Z")
    let found = try impact(on: control, since: models).0
    let starts = instant("2026-03-04T00:00:00Z")..<Instant.distantFuture
    #expect(found.everywhere == nil)
    for name in ["CP-1", "CP-2", "CP-3"] {
      #expect(found.starts(ofStation: try station(name, in: control)) == starts, "\(name)")
    }
    #expect(found.starts(ofStation: try station("CP-4", in: control)) == nil)
  }

  @Test(
    "After any facts the rows are those of a fold of all, though only some were written again",
    arguments: 31...36 as ClosedRange<UInt64>)
  func anyFacts(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let control = try control(&random, hasOtherSite: seed.isMultiple(of: 2))
    var models = try control.models()
    var written = 0
    let steps = 10
    for step in 0..<steps {
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        control.clock.set(control.clock.now.after(hours: 1))
        try publishAnything(in: control, step, &random)
      }
      written += try impact(on: control, since: models).sessions
      models = try control.models()
      let found = try ReadModels.verifyAll(for: control.ledger, workers: 1)
      #expect(found.isSame, "seed \(seed), step \(step)")
    }
    #expect(written < steps * 32, "seed \(seed): \(written)")
  }

  /// Publishes some fact; a tariff that would overlap with another one is refused.
  private func publishAnything(
    in control: TestLedger, _ step: Int, _ random: inout SplitMix64
  ) throws {
    let from = Self.start.after(hours: Int.random(in: -10..<110, using: &random))
    let isDated = Bool.random(using: &random)
    let stations = Self.names.shuffled(using: &random)
    let targets: [TariffTarget] = [
      .site("a"), .site("b"), .site("c"), .station(stations[0]), .tokenGroup("staff"),
      .connector(station: stations[1], evse: nil, connector: 1),
    ]
    let target = targets[Int.random(in: 0..<targets.count, using: &random)]
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1:
      do {
        try control.publish(
          tariff: "T\(step)", perKWh: "0.\(Int.random(in: 11...99, using: &random))", for: target,
          from: isDated ? from.rfc3339 : nil)
      } catch is TariffOverlap {}
    case 2:
      let site = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
      try control.publishSite(
        site, Array(stations.prefix(Int.random(in: 1...3, using: &random))),
        from: isDated ? from.rfc3339 : nil)
    case 3:
      _ = try FactPublisher(control.ledger).publish(
        try TokenFact(
          group: "staff", tokens: ["TAG-\(Int.random(in: 1...5, using: &random))"],
          effectiveFrom: isDated ? from : nil))
    case 4:
      try control.append(
        RepriceOrder(from: from, to: from.after(hours: 30), targets: isDated ? [target] : []))
    case 5:
      try control.append(
        .station(StationExchange(old: stations[0], new: stations[1], at: from)))
    default:
      let book = try Facts(reading: control.ledger, through: .max).corrections
      guard let entry = book.entries.randomElement(using: &random) else { return }
      try control.append(.undo(position: entry.position))
    }
  }
}
