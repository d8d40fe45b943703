import EventLog
import Formats
import JSON
import Projections
import Quantities
import Sessions
import Sites
import Tariffs

extension TestLedger {
  /// Publishes a site with these stations, in Berlin unless said otherwise. With a power, each has a
  /// connector of that power.
  func publishSite(
    _ id: String = "depot", _ stations: [String] = ["CP-1"], from: String? = nil,
    zone: TimeZoneTable = .berlin, power: Power? = nil
  ) throws {
    let fact = try SiteFact(
      site: Site(
        id: id, timeZone: zone.name, effectiveFrom: from.map { .instant(instant($0)) },
        stations: stations.map {
          Site.Station(
            id: $0, connectors: power.map { [Site.Connector(connector: 1, maxPower: $0)] } ?? [])
        }),
      zone: zone)
    _ = try FactPublisher(ledger).publish(fact)
  }

  /// Publishes a tariff of one price a kWh.
  /// - Returns: its position.
  @discardableResult
  func publish(
    tariff id: String, perKWh price: String, vat: Int = 0, in currency: String = "EUR",
    for targets: TariffTarget..., from: String? = nil
  ) throws -> UInt64 {
    let json = """
      {"country_code":"DE","party_id":"WLE","id":"\(id)","currency":"\(currency)","elements":[
      {"price_components":[{"type":"ENERGY","price":\(price),"vat":\(vat),"step_size":1}]}],
      "last_updated":"2025-01-01T00:00:00Z"}
      """
    let parser = JSONParser()
    var notes: [PricingNote] = []
    let tariff = try parser.withParsed(utf8: json.utf8) { value throws(JSONPathError) in
      try Tariff.read(JSONReader(value), notes: &notes)
    }
    let publication = TariffPublication(
      tariff: tariff, tariffJSON: Array(json.utf8), validFrom: from.map(instant),
      assignments: targets)
    switch try FactPublisher(ledger).publish(publication) {
    case .published(let position), .alreadyPublished(let position): return position
    }
  }

  /// Appends a fact that no verb writes yet.
  func append(_ order: RepriceOrder) throws {
    try ledger.append { batch in
      let body = order.encoded()
      _ = try body.withUnsafeBytes {
        try batch.append(.init(kind: .repriceFact, receivedAt: clock.now), body: $0)
      }
    }
  }
}

extension TestLedger {
  /// Appends a correction without asking whether it fits.
  func append(_ change: Correction.Change) throws {
    let body = Correction(change, reason: "a test", author: "me").body
    try ledger.append { batch in
      _ = try body.withUnsafeBytes {
        try batch.append(.init(kind: .correctionFact, receivedAt: clock.now), body: $0)
      }
    }
  }
}

extension SessionEntry {
  /// The price, if there is one.
  var price: SessionPrice? {
    if case .priced(let price) = cost { price } else { nil }
  }

  /// What was charged without VAT, in whole cents.
  var cents: String? { price.map { $0.exclVAT.decimalString(decimals: 2) } }
}

extension TimeZoneTable {
  /// Berlin's clocks in 2026: one hour ahead, two from 29 March to 25 October.
  static let berlin: TimeZoneTable = {
    do {
      return try TimeZoneTable(
        name: "Europe/Berlin", tzdataVersion: "test", offsetBeforeFirst: 3600,
        transitions: [
          Transition(at: instant("2026-03-29T01:00:00Z"), offsetSeconds: 7200),
          Transition(at: instant("2026-10-25T01:00:00Z"), offsetSeconds: 3600),
        ])
    } catch {
      preconditionFailure("the table of the tests is wrong: \(error)")
    }
  }()
}
