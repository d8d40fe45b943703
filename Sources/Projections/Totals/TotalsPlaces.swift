import Quantities
import Sessions
import Sites

/// Where stations are and what day it is there, looked up once for stations that never moved.
struct TotalsPlaces {
  private enum Station {
    case unknown
    /// It was never anywhere else than at the site with this place in ``sites``.
    case settled(site: Int)
    case moving(name: String)
  }

  /// A site, or no site, with the calendar of a place there.
  private struct Site {
    var id: String?
    var clock: TimeZoneTable.Cursor
  }

  private let facts: Facts
  private var stations: [Station]
  private var places: [Site] = [Site(id: nil, clock: .init(.utc))]
  private var placeOfSite: [String: Int] = [:]

  init(_ facts: Facts) {
    self.facts = facts
    stations = Array(repeating: .unknown, count: facts.stationCount)
  }

  /// The site with this place; nil for stations without one.
  func site(_ place: UInt32) -> String? { places[Int(place)].id }

  /// The place of the site, and the day from the epoch on which a session started there.
  @inline(__always)
  mutating func find(_ summary: SessionSummary) -> (site: UInt32, day: Int32) {
    let station = Int(summary.station)
    // A number that the ledger has not given: a damaged row.
    guard station < stations.count else { return (0, Self.day(summary.startedAt, 0)) }
    if case .settled(let site) = stations[station] { return (UInt32(site), day(summary, site)) }
    return look(summary, station)
  }

  @inline(__always)
  private mutating func day(_ summary: SessionSummary, _ place: Int) -> Int32 {
    let start = Instant(millisecondsSinceEpoch: summary.startedAt)
    return Self.day(summary.startedAt, places[place].clock.offsetSeconds(at: start))
  }

  private mutating func look(_ summary: SessionSummary, _ station: Int) -> (UInt32, Int32) {
    if case .unknown = stations[station] {
      let name = facts.stationName(StationID(rawValue: summary.station))
      guard facts.isPlacementConstant(ofStation: name) else {
        stations[station] = .moving(name: name)
        return look(summary, station)
      }
      let epoch = Instant(millisecondsSinceEpoch: 0)
      let site = place(of: facts.placement(ofStation: name, at: epoch))
      stations[station] = .settled(site: site)
      return (UInt32(site), day(summary, site))
    }
    guard case .moving(let name) = stations[station] else { return (0, 0) }
    let start = Instant(millisecondsSinceEpoch: summary.startedAt)
    let placement = facts.placement(ofStation: name, at: start)
    // The zone of its own time: a site may have had two.
    let offset = placement?.zone.offsetSeconds(at: start) ?? 0
    return (UInt32(place(of: placement)), Self.day(summary.startedAt, offset))
  }

  private mutating func place(of placement: Placement?) -> Int {
    guard let placement else { return 0 }
    if let known = placeOfSite[placement.siteID] { return known }
    placeOfSite[placement.siteID] = places.count
    places.append(Site(id: placement.siteID, clock: .init(placement.zone)))
    return places.count - 1
  }

  /// The day that a clock shows which is `offsetSeconds` ahead of UTC, from the epoch.
  @inline(__always)
  private static func day(_ start: Int64, _ offsetSeconds: Int) -> Int32 {
    let (clock, overflow) = start.addingReportingOverflow(Int64(offsetSeconds) * 1000)
    let length = Int64(LocalTime.millisecondsPerDay)
    let (day, rest) = (overflow ? start : clock).quotientAndRemainder(dividingBy: length)
    return Int32(clamping: rest < 0 ? day - 1 : day)
  }
}
