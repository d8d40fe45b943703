import JSON
import Quantities

/// A site as the log keeps it: what was published, with the transitions of its clocks (SEMANTICS
/// 13), so that a replay needs no time zone database.
public struct SiteFact: Hashable, Sendable {
  public let site: Site
  /// The table of ``Site/timeZone`` when the site was published.
  public let zone: TimeZoneTable
  /// From when on it holds; nil: from its publication.
  public let effectiveFrom: Instant?

  /// A fact of a sound site and the table of its zone.
  ///
  /// - Throws: ``InvalidFact`` with every problem of the site.
  public init(site: Site, zone: TimeZoneTable) throws(InvalidFact) {
    var list = ProblemList()
    list.add(site.problems)
    if zone.name != site.timeZone {
      list.add("time_zone", "the table is of \(zone.name), the site is in \(site.timeZone)")
    }
    try list.check()
    self.zone = zone
    effectiveFrom = site.effectiveFrom.map { moment in
      switch moment {
      case .instant(let instant): instant
      case .local(let local): zone.instants(forLocal: local).first
      }
    }
    var site = site
    site.effectiveFrom = effectiveFrom.map { .instant($0) }
    self.site = site
  }

  /// Makes a fact of a site that a person wants to publish. `zone` looks up the table of its time
  /// zone, which this module cannot do itself because it reads no files.
  ///
  /// - Throws: ``InvalidFact`` with every problem, an unknown zone among them.
  public init(
    publishing site: Site,
    zone: (_ name: String) throws(TimeZoneTableError) -> TimeZoneTable
  ) throws(InvalidFact) {
    let table: TimeZoneTable
    do {
      table = try zone(site.timeZone)
    } catch {
      var problems = site.problems
      if !problems.contains(where: { $0.path == "time_zone" }) {
        problems.append(InvalidFact.Problem(path: "time_zone", text: error.description))
      }
      throw InvalidFact(problems: problems)
    }
    try self.init(site: site, zone: table)
  }
}
