import JSON
import Quantities
import Sites

/// Named sample data of the tests in this folder.
enum Controls {
  /// A zone that is 1 h ahead, and 2 h from the last Sunday of March to that of October 2025.
  static func berlin() throws -> TimeZoneTable {
    try TimeZoneTable(
      name: "Europe/Berlin", tzdataVersion: "2025b", offsetBeforeFirst: 3600,
      transitions: [
        TimeZoneTable.Transition(at: instant("2025-03-30T01:00:00Z"), offsetSeconds: 7200),
        TimeZoneTable.Transition(at: instant("2025-10-26T01:00:00Z"), offsetSeconds: 3600),
      ])
  }

  /// A sound site with every key, two stations and three connectors.
  static let depot = Site(
    id: "depot", name: "Depot \"Süd\"", timeZone: "Europe/Berlin", country: "DE",
    capacity: Power(milliwatts: 43_500_000),
    effectiveFrom: .instant(instant("2025-01-01T00:00:00Z")),
    stations: [
      Site.Station(
        id: "CP-1", name: "Gate",
        connectors: [
          Site.Connector(
            evse: 1, connector: 1, maxPower: Power(milliwatts: 22_000_000), standard: "Type2"),
          Site.Connector(evse: 2, connector: 1, maxPower: Power(milliwatts: 11_040_500)),
        ]),
      Site.Station(id: "CP-2", connectors: [Site.Connector(connector: 1)]),
    ])

  /// A fact of the site `id` with `stations`, at once effective unless said otherwise.
  static func fact(_ id: String, _ stations: [String], from effectiveFrom: String? = nil) throws
    -> SiteFact
  {
    try SiteFact(
      site: Site(
        id: id, timeZone: "Europe/Berlin",
        effectiveFrom: effectiveFrom.map { .instant(instant($0)) },
        stations: stations.map { Site.Station(id: $0) }),
      zone: berlin())
  }

  /// A moment written in full, or by its day.
  static func instant(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) ?? Instant(rfc3339: text + "T00:00:00Z") else {
      preconditionFailure("the test writes a time that is none: \(text)")
    }
    return instant
  }

  /// The site that a file's JSON text describes.
  static func site(_ text: String) throws -> Site {
    try JSONParser().withParsed(utf8: text.utf8) { value throws(InvalidFact) in
      try Site(json: value)
    }
  }
}
