import Bytes
import Quantities
import Sessions
import Sites

/// A station with the site that it belongs to.
public struct StationEntry: Sendable, Hashable {
  public var name: String
  /// Where it stood when the ledger last heard anything; nil for a station without a site.
  public var siteID: String?
  public var record: StationRecord

  public init(name: String, siteID: String?, record: StationRecord) {
    self.name = name
    self.siteID = siteID
    self.record = record
  }
}

extension ReadModels {
  /// The stations that are asked for, by site and name; those without a site come first.
  ///
  /// - Parameters:
  ///   - names: only these; empty for all.
  ///   - sites: only those of these sites; empty for all.
  /// - Complexity: O(stations).
  public func stations(named names: Set<String> = [], atSites sites: Set<String> = []) throws
    -> [StationEntry]
  {
    let facts = try facts()
    let now = try logTime()
    var found: [StationEntry] = []
    try forEachRow(of: StationsProjection()) { row in
      guard names.isEmpty || names.contains(row.subject) else { return true }
      let site = facts.placement(ofStation: row.subject, at: now)?.siteID
      guard sites.isEmpty || site.map({ sites.contains($0) }) == true else { return true }
      var reader = ByteReader(row.value)
      let record = try StationRecord(decoding: &reader)
      found.append(StationEntry(name: row.subject, siteID: site, record: record))
      return true
    }
    return found.sorted { ($0.siteID ?? "", $0.name) < ($1.siteID ?? "", $1.name) }
  }

  /// The time that the log has come to.
  private func logTime() throws -> Instant {
    try generation(of: StationsProjection().name).checkpoint().logTime
  }
}
