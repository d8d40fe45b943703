import Quantities

/// Which station belonged to which site when, out of all site facts.
///
/// A later fact of a site replaces the earlier one from its effective-from on; a station that it no
/// longer lists has left. A station's first membership reaches back to its first event (SEMANTICS
/// 12). If two sites list a station at the same time, the one that became effective last has it,
/// and among equals the one published last.
public struct SiteDirectory: Sendable {
  private var timelines: [String: FactTimeline<Entry>] = [:]
  /// The sites that ever listed a station, by its name.
  private var sitesOfStation: [String: Set<String>] = [:]

  /// A fact with its stations by name.
  private struct Entry: Sendable {
    let fact: SiteFact
    let stations: [String: Site.Station]
  }

  private typealias Version = FactTimeline<Entry>.Version

  public init() {}

  /// Adds a fact. Facts must be added in the order of their log; its received-at is when it was
  /// published.
  public mutating func add(_ fact: SiteFact, publishedAt: Instant, position: UInt64) {
    let id = fact.site.id
    var stations: [String: Site.Station] = [:]
    for station in fact.site.stations {
      stations[station.id] = station
      sitesOfStation[station.id, default: []].insert(id)
    }
    timelines[id, default: FactTimeline()].add(
      FactTimeline.Version(
        fact: Entry(fact: fact, stations: stations),
        effectiveFrom: fact.effectiveFrom ?? publishedAt, publishedAt: publishedAt,
        position: position))
  }

  /// The ids of all sites, sorted.
  public var siteIDs: [String] { timelines.keys.sorted() }

  /// The fact that holds for a site at `instant`; its first one reaches back.
  public func fact(ofSite id: String, at instant: Instant) -> SiteFact? {
    timelines[id]?.versionReachingBack(to: instant)?.fact.fact
  }

  /// Where a station stood at `instant`; nil if no site lists it then.
  ///
  /// - Complexity: O(versions of the sites that ever listed the station), which are few.
  public func placement(ofStation name: String, at instant: Instant) -> Placement? {
    guard let sites = sitesOfStation[name] else { return nil }
    let candidates = sites.compactMap { timelines[$0] }
    let current = candidates.compactMap { $0.version(at: instant) }
      .filter { $0.fact.stations[name] != nil }
    if let latest = current.max(by: SiteDirectory.isBefore) {
      return SiteDirectory.placement(latest, station: name)
    }
    // Nobody lists it now: it has left, or its first membership is still to come and reaches back.
    let first = candidates.flatMap(\.versions).filter { $0.fact.stations[name] != nil }
      .min(by: SiteDirectory.isBefore)
    guard let first, instant < first.effectiveFrom else { return nil }
    return SiteDirectory.placement(first, station: name)
  }

  /// A total order, so that the choice does not depend on the order of a set.
  private static func isBefore(_ left: Version, _ right: Version) -> Bool {
    (left.effectiveFrom, left.publishedAt, left.fact.fact.site.id)
      < (right.effectiveFrom, right.publishedAt, right.fact.fact.site.id)
  }

  private static func placement(_ version: Version, station name: String) -> Placement {
    let fact = version.fact.fact
    return Placement(
      siteID: fact.site.id, zone: fact.zone, siteName: fact.site.name,
      siteCapacity: fact.site.capacity, station: version.fact.stations[name],
      position: version.position)
  }
}
