public import Quantities

/// Which sessions a backtest looks at, as it was asked for: by their start, half-open, at some sites
/// and stations or at all (SEMANTICS 23).
public struct BacktestRange: Hashable, Sendable {
  /// An end of the range in time.
  public enum Bound: Hashable, Sendable {
    case instant(Instant)
    /// Midnight at the site of each session, `2026-03-01`.
    case localDate(String)
  }

  /// The first start that is in the range; nil for the beginning of the log.
  public var from: Bound?
  /// The first start that is no longer in the range; nil for the end of the log.
  public var to: Bound?
  /// Empty for every site.
  public var sites: [String]
  /// Empty for every station.
  public var stations: [String]

  public init(
    from: Bound? = nil, to: Bound? = nil, sites: [String] = [], stations: [String] = []
  ) {
    self.from = from
    self.to = to
    self.sites = sites
    self.stations = stations
  }
}
