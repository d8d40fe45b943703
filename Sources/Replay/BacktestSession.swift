public import ChargerEvents
public import Quantities
public import Sessions

/// A tariff that history is priced under, beside the one in force.
public struct BacktestCandidate: Hashable, Sendable {
  /// The id of the tariff, as its file says.
  public var tariffID: String
  /// The currency of the tariff.
  public var currency: CurrencyCode

  public init(tariffID: String, currency: CurrencyCode) {
    self.tariffID = tariffID
    self.currency = currency
  }
}

/// One session of the range with its price under the tariff in force and under every candidate.
public struct BacktestSession: Sendable {
  /// Decides between sessions that change equally.
  public var id: SessionID
  /// Nil for a station without a site.
  public var site: String?
  /// The name of the station.
  public var station: String
  /// The start, which put it into the range.
  public var startedAt: Instant
  /// The hour of the start on the clock of the site, 0 to 23; nil without a site.
  public var localHour: Int?
  /// The price under the tariff in force at the start, or what was billed.
  public var baseline: BacktestPrice
  /// In the order of the candidates that the accumulator was made for.
  public var candidates: [BacktestPrice]

  public init(
    id: SessionID, site: String?, station: String, startedAt: Instant, localHour: Int?,
    baseline: BacktestPrice, candidates: [BacktestPrice]
  ) {
    self.id = id
    self.site = site
    self.station = station
    self.startedAt = startedAt
    self.localHour = localHour
    self.baseline = baseline
    self.candidates = candidates
  }
}

/// What a session costs under one tariff, or why that cannot be said.
public enum BacktestPrice: Hashable, Sendable {
  case priced(tariffID: String, currency: CurrencyCode, amount: AmountPair)
  /// As somebody billed it; only for a baseline. One of the amounts may be missing.
  case billed(BilledAmount)
  case unpriced(UnpricedReason)
}

/// Why a session has no price that could be compared: a short text, equal for equal causes.
public struct UnpricedReason: RawRepresentable, Hashable, Sendable, Comparable {
  /// The words that reports show.
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// Nothing was assigned to the session, not even later.
  public static let noTariff = UnpricedReason(rawValue: "no tariff was in force")
  /// Without a site there is no time zone to price in (SEMANTICS 12).
  public static let noSite = UnpricedReason(rawValue: "the station belongs to no site")
  /// Beyond what sums can hold for certain.
  public static let outOfRange = UnpricedReason(
    rawValue: "the price is above ten billion units of the currency")

  /// What was billed is asked for, and no record of the session says it.
  public static let noBill = UnpricedReason(rawValue: "no bill was imported")

  /// Credited, or declared invalid.
  public static let void = UnpricedReason(rawValue: "the session was taken back")

  /// The two prices cannot be compared: a backtest knows no exchange rate.
  public static func otherCurrency(
    inForce: CurrencyCode, candidate: CurrencyCode
  ) -> UnpricedReason {
    UnpricedReason(
      rawValue: "the tariff in force is in \(inForce), the candidate in \(candidate)")
  }

  /// As ``otherCurrency(inForce:candidate:)``, where the baseline is what was billed.
  public static func otherCurrency(
    billed: CurrencyCode, candidate: CurrencyCode
  ) -> UnpricedReason {
    UnpricedReason(rawValue: "the bill is in \(billed), the candidate in \(candidate)")
  }

  public static func < (left: UnpricedReason, right: UnpricedReason) -> Bool {
    left.rawValue < right.rawValue
  }
}
