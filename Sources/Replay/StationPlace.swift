import Projections
import Quantities
import Sessions
import Sites

/// A station and where it stood: a class, because a placement is many references and a backtest
/// hands it on several times for each session.
final class StationPlace {
  let station: String
  let placement: Placement?
  let siteID: String?
  /// The zone of the placement as a number of its ``StationPlaces``; nil without a placement.
  let zone: Int?

  private let clock: TimeZoneTable

  init(station: String, placement: Placement?, zone: Int?) {
    self.station = station
    self.placement = placement
    self.siteID = placement?.siteID
    self.clock = placement?.zone ?? .utc
    self.zone = zone
  }
}

extension StationPlace {
  /// The hour on the clock of the site, 0 to 23; nil without a site.
  func localHour(at instant: Instant) -> Int? {
    zone == nil ? nil : clock.local(at: instant).millisecondsOfDay / 3_600_000
  }
}

/// The places of stations, looked up once for the many that never moved. One worker owns it.
struct StationPlaces {
  private let facts: Facts
  /// By the number of the station; nil where it was not asked for yet or has moved.
  private var constant: [StationPlace?] = []
  /// The zones met so far; a ledger has few.
  private var zones: [TimeZoneTable] = []

  init(_ facts: Facts) { self.facts = facts }

  mutating func place(of station: StationID, at instant: Instant) -> StationPlace {
    let index = Int(station.rawValue)
    if index < constant.count, let place = constant[index] { return place }
    let name = facts.stationName(station)
    let placement = facts.placement(ofStation: name, at: instant)
    let place = StationPlace(
      station: name, placement: placement, zone: placement.map { number(of: $0.zone) })
    // Only numbers that the ledger has given have a name, so this stays as short as the ledger.
    if !name.isEmpty, facts.isPlacementConstant(ofStation: name) {
      while constant.count <= index { constant.append(nil) }
      constant[index] = place
    }
    return place
  }

  private mutating func number(of zone: TimeZoneTable) -> Int {
    if let number = zones.firstIndex(of: zone) { return number }
    zones.append(zone)
    return zones.count - 1
  }
}
