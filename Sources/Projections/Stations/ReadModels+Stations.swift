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
    for (name, record) in try stationRecords() where names.isEmpty || names.contains(name) {
      let site = facts.placement(ofStation: name, at: now)?.siteID
      guard sites.isEmpty || site.map({ sites.contains($0) }) == true else { continue }
      found.append(StationEntry(name: name, siteID: site, record: record))
    }
    return found.sorted { ($0.siteID ?? "", $0.name) < ($1.siteID ?? "", $1.name) }
  }

  /// What the log knows of each station, by its name.
  func stationRecords() throws -> [String: StationRecord] {
    var found: [String: StationRecord] = [:]
    try forEachRow(of: StationsProjection()) { row in
      var reader = ByteReader(row.value)
      found[row.subject] = try StationRecord(decoding: &reader)
      return true
    }
    return found
  }

  /// The time that the log has come to.
  private func logTime() throws -> Instant {
    try generation(of: StationsProjection().name).checkpoint().logTime
  }
}
