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

    /// No zone makes the bound earlier (or, with +1, later) than this.
    func extreme(_ sign: Int64) -> Instant {
      instant(in: .utc).advanced(
        byMilliseconds: sign * Int64(TimeZoneTable.greatestOffsetSeconds) * 1000)
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

  public init() {}

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
