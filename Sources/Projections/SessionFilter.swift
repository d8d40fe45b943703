import Quantities
import Sessions
import Sites

/// Which sessions are asked for. Empty lists and nil mean any.
public struct SessionFilter: Sendable, Hashable {
  /// An end of a range of starts.
  public enum Bound: Sendable, Hashable {
    case instant(Instant)
    /// Midnight at the site of each session; at a station without a site, in UTC (SEMANTICS 23).
    case date(CivilDate)

    /// Reads `2026-03-01` or an RFC 3339 time with an offset; nil for anything else.
    public init?(_ text: String) {
      if let date = CivilDate(text) {
        self = .date(date)
      } else if let instant = Instant(rfc3339: text) {
        self = .instant(instant)
      } else {
        return nil
      }
    }

    /// The bound at a site of this zone.
    func instant(in zone: TimeZoneTable) -> Instant {
      switch self {
      case .instant(let instant): instant
      case .date(let date): zone.startOfDay(date)
      }
    }
  }

  /// The first start that is in the range.
  public var from: Bound?
  /// The first start that is no longer in the range.
  public var to: Bound?
  public var sites: Set<String> = []
  public var stations: Set<String> = []
  public var state: Session.State?
  public var token: String?
  public var evse: Int32?
  public var connector: Int32?
  /// At least one of these.
  public var findings: Set<FindingCode> = []
  /// Only sessions whose end is estimated.
  public var isEstimated = false
  /// Only sessions without a price.
  public var isUnpriced = false
  /// The least and the greatest energy that is in the range.
  public var minEnergy: Energy?
  public var maxEnergy: Energy?
  /// The least and the greatest cost with VAT, as it is shown, in whatever currency. A session
  /// without a price is in no range.
  public var minCost: ExactAmount?
  public var maxCost: ExactAmount?

  public init() {}

  /// Whether any place and start will do.
  var isOfAnyPlaceAndTime: Bool {
    from == nil && to == nil && sites.isEmpty && stations.isEmpty
  }

  /// Whether a session is one of those asked for.
  public func matches(_ entry: SessionEntry) -> Bool {
    matches(entry.session) && matches(entry.cost)
      && matches(
        station: entry.stationName, placement: entry.placement, startedAt: entry.session.startedAt)
  }

  /// Whether a session is one of those asked for, its place, its start and its cost apart.
  private func matches(_ session: Session) -> Bool {
    if let state, session.state != state { return false }
    if let token, session.token != token { return false }
    if let evse, session.evse != evse { return false }
    if let connector, session.connector != connector { return false }
    if isEstimated, !session.isEstimated { return false }
    if let minEnergy, session.energy < minEnergy { return false }
    if let maxEnergy, session.energy > maxEnergy { return false }
    return findings.isEmpty || session.findings.contains { findings.contains($0.code) }
  }

  /// Whether the cost is one of those asked for.
  private func matches(_ cost: SessionCost?) -> Bool {
    guard case .priced(let price) = cost else { return minCost == nil && maxCost == nil }
    if isUnpriced { return false }
    guard minCost != nil || maxCost != nil else { return true }
    let shown = price.inclVAT.rounded(in: price.currency)
    guard !shown.isOverflow else { return false }
    if let minCost, shown < minCost { return false }
    if let maxCost, shown > maxCost { return false }
    return true
  }

  /// Whether the place and the start are those asked for.
  public func matches(station: String, placement: Placement?, startedAt: Instant) -> Bool {
    if !stations.isEmpty, !stations.contains(station) { return false }
    if !sites.isEmpty, !sites.contains(placement?.siteID ?? "") { return false }
    if from == nil, to == nil { return true }
    let zone = placement?.zone ?? .utc
    if let from, startedAt < from.instant(in: zone) { return false }
    if let to, startedAt >= to.instant(in: zone) { return false }
    return true
  }
}
