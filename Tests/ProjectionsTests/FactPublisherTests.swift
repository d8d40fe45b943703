import EventLog
import JSON
import Projections
import Quantities
import Sites
import Tariffs
import TestSupport
import Testing

@Suite("Facts that are published")
struct FactPublisherTests {
  @Test("a fact in force that is published again is not appended")
  func sameFactTwice() throws {
    try withPublisher { publisher, _ in
      let first = try publisher.publish(publication(price: "0.30"))
      #expect(first == .published(position: 1))
      let again = try publisher.publish(publication(price: "0.30"))
      #expect(again == .alreadyPublished(position: 1))
    }
  }

  @Test("a tariff that was replaced can be published again, and is in force again")
  func revertedTariff() throws {
    try withPublisher { publisher, ledger in
      _ = try publisher.publish(publication(price: "0.30"))
      _ = try publisher.publish(publication(price: "0.35"))
      let again = try publisher.publish(publication(price: "0.30"))
      #expect(again == .published(position: 3))
      let facts = try Facts(reading: ledger, through: 3)
      let session = SessionContext(site: "depot", station: "CP-1")
      let later = Instant(millisecondsSinceEpoch: 4_000_000_000_000)
      let choice = facts.tariffs.choose(for: session, at: later)
      #expect(choice?.published.position == 3)
    }
  }

  @Test("a tariff for another site does not take over")
  func otherSite() throws {
    try withPublisher { publisher, _ in
      _ = try publisher.publish(publication(price: "0.30"))
      _ = try publisher.publish(publication(price: "0.30", for: [.site("port")]))
      let again = try publisher.publish(publication(price: "0.30"))
      #expect(again == .alreadyPublished(position: 1))
    }
  }

  @Test("a site that was replaced can be published again")
  func revertedSite() throws {
    try withPublisher { publisher, _ in
      _ = try publisher.publish(site(["CP-1"]))
      _ = try publisher.publish(site(["CP-2"]))
      let again = try publisher.publish(site(["CP-1"]))
      #expect(again == .published(position: 3))
    }
  }

  @Test(
    "a publication that no fold could read is refused, and the ledger stays readable",
    arguments: [
      [TariffTarget.site("depot"), .site("depot")], [.site("")],
      [.connector(station: "CP-1", evse: nil, connector: -5)],
    ])
  func unreadable(targets: [TariffTarget]) throws {
    try withPublisher { publisher, ledger in
      let unreadable = try publication(price: "0.30", for: targets)
      #expect(throws: JSONPathError.self) { try publisher.publish(unreadable) }
      #expect(try ledger.head() == 0)
    }
  }

  private func withPublisher(_ body: (FactPublisher, Ledger) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let ledger = try Ledger.create(at: directory + "/ledger")
      try body(FactPublisher(ledger), ledger)
    }
  }

  private func site(_ stations: [String]) throws -> SiteFact {
    try SiteFact(
      site: Site(id: "depot", timeZone: "UTC", stations: stations.map { Site.Station(id: $0) }),
      zone: .utc)
  }

  private func publication(
    price: String, for targets: [TariffTarget] = [.site("depot")]
  ) throws -> TariffPublication {
    let json = """
      {"country_code":"DE","party_id":"WLE","id":"T1","currency":"EUR","elements":[
      {"price_components":[{"type":"ENERGY","price":\(price),"vat":0,"step_size":1}]}],
      "last_updated":"2025-01-01T00:00:00Z"}
      """
    var notes: [PricingNote] = []
    let tariff = try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
      try Tariff.read(JSONReader(value), notes: &notes)
    }
    return TariffPublication(tariff: tariff, tariffJSON: Array(json.utf8), assignments: targets)
  }
}
