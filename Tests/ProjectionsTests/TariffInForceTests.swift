import EventLog
import Projections
import Quantities
import Sites
import Tariffs
import Testing

@Suite("Which tariff prices a session")
struct TariffInForceTests {
  private let march2 = instant("2026-03-02T08:00:00Z")

  /// A ledger at the beginning of March with a site in Berlin.
  private func depot() throws -> TestLedger {
    let control = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try control.publishSite()
    return control
  }

  @Test("One that was published before gives the price, and a later one does not change it")
  func publishedBefore() throws {
    let control = try depot()
    let position = try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot"))
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(Visit(start: march2))
    #expect(try control.onlySession().cents == "5.00")

    try control.publish(tariff: "NEW", perKWh: "0.90", for: .site("depot"))
    let price = try #require(try control.onlySession().price)
    #expect(price.tariffID == "OLD" && price.tariffPosition == position && !price.isBackdated)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("History before any tariff gets the first that is published, marked backdated")
  func backdated() throws {
    let control = try depot()
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(Visit(start: march2))
    #expect(try control.onlySession().cost == .unpriced(.noTariff))

    try control.publish(tariff: "FIRST", perKWh: "0.50", for: .site("depot"))
    let price = try #require(try control.onlySession().price)
    #expect(price.tariffID == "FIRST" && price.isBackdated)

    control.clock.set(instant("2026-03-11T00:00:00Z"))
    try control.publish(tariff: "SECOND", perKWh: "0.90", for: .site("depot"))
    #expect(try control.onlySession().price?.tariffID == "FIRST")
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A tariff that was replaced can be published again; one in force is not added twice")
  func publishedAgain() throws {
    let control = try depot()
    let first = try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot"))
    #expect(try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot")) == first)
    try control.publish(tariff: "ELSEWHERE", perKWh: "0.70", for: .site("other"))
    #expect(try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot")) == first)

    try control.publish(tariff: "NEW", perKWh: "0.90", for: .site("depot"))
    let again = try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot"))
    #expect(again > first)
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(Visit(start: march2))
    #expect(try control.onlySession().price?.tariffPosition == again)
  }

  @Test("A tariff announced for later leaves the one in force as it is until then")
  func announced() throws {
    let control = try depot()
    let first = try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot"))
    try control.publish(
      tariff: "APRIL", perKWh: "0.90", for: .site("depot"), from: "2026-04-01T00:00:00Z")
    #expect(try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot")) == first)
    control.clock.set(instant("2026-04-02T00:00:00Z"))
    #expect(try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot")) > first)
  }

  @Test("So can a site and a group of tokens")
  func factsPublishedAgain() throws {
    let control = try depot()
    let publisher = FactPublisher(control.ledger)
    let small = try TokenFact(group: "staff", tokens: ["TAG-1"])
    let large = try TokenFact(group: "staff", tokens: ["TAG-1", "TAG-2"])
    func position(_ outcome: FactPublisher.Outcome) -> UInt64? {
      if case .published(let position) = outcome { position } else { nil }
    }
    for fact in [small, large, small] { #expect(try position(publisher.publish(fact)) != nil) }
    #expect(try position(publisher.publish(small)) == nil)

    try control.publishSite("depot", ["CP-1", "CP-2"])
    try control.publishSite("depot", ["CP-1"])
    let facts = try Facts(reading: control.ledger, through: .max)
    #expect(facts.sites.placement(ofStation: "CP-2", at: control.clock.now) == nil)
  }

  @Test("A reprice order displaces a price that was given, for its range only")
  func reprice() throws {
    let control = try depot()
    try control.publish(tariff: "OLD", perKWh: "0.50", for: .site("depot"))
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(
      Visit(transaction: 1, start: march2), Visit(transaction: 2, start: march2.after(hours: 24)))
    try control.publish(tariff: "NEW", perKWh: "0.90", for: .site("depot"))
    #expect(try control.sessions().map(\.cents) == ["5.00", "5.00"])

    try control.append(
      RepriceOrder(from: march2, to: march2.after(hours: 1), targets: [.site("depot")]))
    #expect(try control.sessions().map(\.cents) == ["9.00", "5.00"])
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A token group comes before a connector, that before a station, that before a site")
  func precedence() throws {
    let control = try depot()
    try control.publish(tariff: "SITE", perKWh: "0.10", for: .site("depot"))
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(Visit(start: march2))
    let steps: [(TariffTarget, String)] = [
      (.station("CP-1"), "0.20"), (.connector(station: "CP-1", evse: nil, connector: 2), "0.30"),
      (.connector(station: "CP-1", evse: nil, connector: 1), "0.40"),
      (.tokenGroup("fleet"), "0.50"),
    ]
    var found: [String?] = [try control.onlySession().cents]
    let second = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try second.publishSite()
    _ = try FactPublisher(second.ledger).publish(
      TokenFact(group: "fleet", tokens: ["tag-1", "TAG-2"]))
    for (index, (target, price)) in steps.enumerated() {
      try second.publish(tariff: "T\(index)", perKWh: price, for: target)
      let at = march2.after(hours: index * 2)
      second.clock.set(at.after(hours: 1))
      try second.load(Visit(transaction: index + 1, start: at))
      found.append(try second.sessions().last?.cents)
    }
    #expect(found == ["1.00", "2.00", "2.00", "4.00", "5.00"])
  }

  @Test("A station without a site has no price, and says why; joining one later gives it one")
  func noSite() throws {
    let control = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try control.publish(tariff: "T", perKWh: "0.50", for: .station("CP-1"))
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(Visit(start: march2))
    #expect(try control.onlySession().cost == .unpriced(.noSite))
    #expect(try control.onlySession().placement == nil)

    try control.publishSite()
    #expect(try control.onlySession().cents == "5.00")
    #expect(try control.onlySession().placement?.siteID == "depot")
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A station that moves belongs to its old site before and to its new one after")
  func membershipChange() throws {
    let control = try TestLedger(at: instant("2026-03-01T00:00:00Z"))
    try control.publishSite("old", ["CP-1"])
    try control.publishSite("new", ["CP-1"], from: "2026-03-03T00:00:00Z")
    try control.publish(tariff: "OLD", perKWh: "0.10", for: .site("old"))
    try control.publish(tariff: "NEW", perKWh: "0.20", for: .site("new"))
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(
      Visit(transaction: 1, start: march2), Visit(transaction: 2, start: march2.after(hours: 24)))
    let sessions = try control.sessions()
    #expect(sessions.map { $0.placement?.siteID } == ["old", "new"])
    #expect(sessions.map(\.cents) == ["1.00", "2.00"])
  }

  @Test("An overlap of equal rank is refused, and the log stays as it was")
  func overlap() throws {
    let control = try depot()
    try control.publish(
      tariff: "A", perKWh: "0.10", for: .site("depot"), from: "2026-04-01T00:00:00Z")
    let head = try control.ledger.head()
    #expect(throws: TariffOverlap.self) {
      try control.publish(
        tariff: "B", perKWh: "0.20", for: .site("depot"), from: "2026-04-01T00:00:00Z")
    }
    #expect(try control.ledger.head() == head)
  }

  @Test("Publishing the same again adds nothing")
  func publishedTwice() throws {
    let control = try depot()
    let first = try control.publish(tariff: "A", perKWh: "0.10", for: .site("depot"))
    let head = try control.ledger.head()
    #expect(try control.publish(tariff: "A", perKWh: "0.10", for: .site("depot")) == first)
    #expect(try control.ledger.head() == head)
  }
}
