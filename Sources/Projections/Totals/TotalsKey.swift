public import Quantities

/// What sessions are counted together by.
public enum TotalsKey: String, Sendable, Hashable, CaseIterable {
  /// The day, the week from Monday on, or the month in which a session started, on the calendar of its
  /// site; at a station without a site, in UTC (SEMANTICS 23).
  case day, week, month
  /// Where the station was when the session started.
  case site, station
  /// The tariff's id, whichever of its publications gave the price.
  case tariff, currency

  /// Whether it is a length of time: totals have at most one.
  public var isPeriod: Bool { self == .day || self == .week || self == .month }

  /// The first day of the period that a day is in. The day itself for what is no period.
  func firstDay(ofPeriodWith day: CivilDate) -> CivilDate {
    switch self {
    case .week: day.advanced(byDays: 1 - Int(day.weekday.rawValue))
    case .month: day.advanced(byDays: 1 - day.day)
    default: day
    }
  }
}

/// What sessions come to together.
public struct SessionSums: Sendable, Hashable {
  /// How many there are. Sessions that were declared void are in ``void`` and nowhere else.
  public var sessions = 0
  /// How many of them go on. Their energy and their cost are those so far, their duration is none.
  public var open = 0
  /// How many of them have no price.
  public var unpriced = 0
  /// Their findings, each code once a session.
  public var findings = 0
  public var void = 0
  /// In milliwatt-hours.
  public var energy: Int128 = 0
  /// In milliseconds.
  public var duration: Int128 = 0
  /// The sums of the costs as they are shown, each rounded by itself.
  public var shownExclVAT = ExactAmount.zero
  public var shownInclVAT = ExactAmount.zero
  /// The sums of the costs before they are rounded.
  public var exclVAT = ExactAmount.zero
  public var inclVAT = ExactAmount.zero

  init() {}

  static func += (left: inout SessionSums, right: SessionSums) {
    left.sessions += right.sessions
    left.open += right.open
    left.unpriced += right.unpriced
    left.findings += right.findings
    left.void += right.void
    // Of 64-bit numbers: so many sessions there are not that these overflow.
    left.energy += right.energy
    left.duration += right.duration
    left.shownExclVAT += right.shownExclVAT
    left.shownInclVAT += right.shownInclVAT
    left.exclVAT += right.exclVAT
    left.inclVAT += right.inclVAT
  }
}

/// The sums of the sessions that have a period, a place, a tariff and a currency in common.
public struct SessionTotal: Sendable, Hashable {
  /// Of the period; nil if totals are not by one.
  public internal(set) var firstDay: CivilDate?
  /// Nil for sessions without one, and if totals are not by it; so are the next three.
  public internal(set) var site: String?
  public internal(set) var station: String?
  public internal(set) var tariff: String?
  /// Of the costs; nil if no session has one.
  public internal(set) var currency: CurrencyCode?
  public internal(set) var sums = SessionSums()

  /// Of no session.
  public init() {}
}
