import Quantities

/// Where a session took place, as the site facts in force at its start say.
public struct Placement: Sendable, Hashable {
  public var siteID: String
  /// The site's IANA time zone with the transitions that its fact carried.
  public var zone: TimeZoneTable
  public var siteName: String?
  /// What the site's grid connection allows; nil if nobody said.
  public var siteCapacity: Power?
  /// The station as the site lists it; nil if only the site is known.
  public var station: Site.Station?
  /// The log position of the site fact that says so; 0 if it is from no log.
  public var position: UInt64

  public init(
    siteID: String, zone: TimeZoneTable, siteName: String? = nil, siteCapacity: Power? = nil,
    station: Site.Station? = nil, position: UInt64 = 0
  ) {
    self.siteID = siteID
    self.zone = zone
    self.siteName = siteName
    self.siteCapacity = siteCapacity
    self.station = station
    self.position = position
  }

  /// The connector that a session names; nil if the site lists none or more than one that it could
  /// be.
  ///
  /// A number that the session or the site does not give fits any: OCPP 1.6 knows no EVSE, and an
  /// event of 2.x may leave out the connector.
  public func connector(evse: Int32?, connector: Int32?) -> Site.Connector? {
    let fitting = (station?.connectors ?? []).filter { listed in
      (connector == nil || listed.connector == connector)
        && (evse == nil || listed.evse == nil || listed.evse == evse)
    }
    return fitting.count == 1 ? fitting[0] : nil
  }

  /// The greatest power of the connector that a session names, where it is known.
  public func maxPower(evse: Int32?, connector number: Int32?) -> Power? {
    connector(evse: evse, connector: number)?.maxPower
  }
}
