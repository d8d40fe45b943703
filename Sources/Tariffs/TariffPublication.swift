import Quantities

/// The fact that a tariff holds for some places or drivers during some time.
///
/// It is appended to the log as it was given; nothing in it is ever changed. A correction is
/// another publication.
public struct TariffPublication: Sendable, Hashable {
  /// The tariff, read.
  public var tariff: Tariff
  /// The tariff as it was handed in, byte for byte.
  public var tariffJSON: [UInt8]
  /// The first start of a session it is for; nil: as far back as there are sessions.
  public var validFrom: Instant?
  /// The first start of a session it is no longer for; nil: until another one takes over.
  public var validTo: Instant?
  /// Not empty.
  public var assignments: [TariffTarget]

  public init(
    tariff: Tariff, tariffJSON: [UInt8], validFrom: Instant? = nil, validTo: Instant? = nil,
    assignments: [TariffTarget]
  ) {
    self.tariff = tariff
    self.tariffJSON = tariffJSON
    self.validFrom = validFrom
    self.validTo = validTo
    self.assignments = assignments
  }

  /// When it is valid: inside of its own limits and of the tariff's. Nil: never.
  public var validity: Range<Instant>? {
    let from = max(validFrom ?? .distantPast, tariff.validFrom ?? .distantPast)
    let to = min(validTo ?? .distantFuture, tariff.validTo ?? .distantFuture)
    return from < to ? from..<to : nil
  }
}

/// What a tariff is assigned to.
public enum TariffTarget: Sendable, Hashable {
  /// Sessions of tokens in this group, wherever they charge.
  case tokenGroup(String)
  /// A connector; `evse` is nil where connectors are numbered for the whole station (OCPP 1.6).
  case connector(station: String, evse: Int?, connector: Int)
  case evse(station: String, evse: Int)
  case station(String)
  case site(String)
}

extension TariffTarget: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tokenGroup(let group): "token group \(group)"
    case .connector(let station, let evse, let connector):
      "connector \(connector) of "
        + (evse.map { "EVSE \($0) of station \(station)" } ?? "station \(station)")
    case .evse(let station, let evse): "EVSE \(evse) of station \(station)"
    case .station(let station): "station \(station)"
    case .site(let site): "site \(site)"
    }
  }
}

/// The order to price sessions anew with what is published by now. Nothing else displaces a price
/// that was given (SEMANTICS 19).
public struct RepriceOrder: Sendable, Hashable {
  /// The first start of a session it is for.
  public var from: Instant
  /// The first start it is no longer for.
  public var to: Instant
  /// Empty: all sessions.
  public var targets: [TariffTarget]

  public init(from: Instant, to: Instant, targets: [TariffTarget] = []) {
    self.from = from
    self.to = to
    self.targets = targets
  }
}

/// What decides about the tariff of a session.
public struct SessionContext: Sendable, Hashable {
  /// Nil: the station belongs to no site.
  public var site: String?
  /// The station's identity.
  public var station: String
  /// Nil: not known, or the station has none (OCPP 1.6).
  public var evse: Int?
  /// Nil: not known.
  public var connector: Int?
  /// The groups that the session's token is in.
  public var tokenGroups: [String]

  public init(
    site: String?, station: String, evse: Int? = nil, connector: Int? = nil,
    tokenGroups: [String] = []
  ) {
    self.site = site
    self.station = station
    self.evse = evse
    self.connector = connector
    self.tokenGroups = tokenGroups
  }
}

extension SessionContext {
  /// Calls `body` for the targets that the session is part of, the strongest rank first.
  ///
  /// Ranks: token group, connector, EVSE, station, site (SEMANTICS 19).
  func forEachTarget(_ body: (TariffTarget, _ rank: Int) -> Void) {
    for group in tokenGroups { body(.tokenGroup(group), 0) }
    if let connector {
      if evse != nil { body(.connector(station: station, evse: evse, connector: connector), 1) }
      body(.connector(station: station, evse: nil, connector: connector), 1)
    }
    if let evse { body(.evse(station: station, evse: evse), 2) }
    body(.station(station), 3)
    if let site { body(.site(site), 4) }
  }
}
