import Quantities

/// Where a session took place, as the site facts in force at its start say.
public struct Placement: Sendable {
  public var siteID: String
  /// The site's IANA time zone with the transitions that its fact carried.
  public var zone: TimeZoneTable

  public init(siteID: String, zone: TimeZoneTable) {
    self.siteID = siteID
    self.zone = zone
  }
}
