public import Quantities
public import Sessions

/// A tariff that history is priced under, beside the one in force.
public struct BacktestCandidate: Hashable, Sendable {
  public var tariffID: String
  public var currency: CurrencyCode

  public init(tariffID: String, currency: CurrencyCode) {
    self.tariffID = tariffID
    self.currency = currency
  }
}

/// One session of the range with its price under the tariff in force and under every candidate.
public struct BacktestSession: Sendable {
  public var id: SessionID
  /// Nil for a station without a site.
  public var site: String?
  public var station: String
  public var startedAt: Instant
  /// The hour of the start on the clock of the site, 0 to 23; nil without a site.
  public var localHour: Int?
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
  case unpriced(UnpricedReason)
}

/// Why a session has no price that could be compared: a short text, equal for equal causes.
public struct UnpricedReason: RawRepresentable, Hashable, Sendable, Comparable {
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let noTariff = UnpricedReason(rawValue: "no tariff was in force")
  public static let noSite = UnpricedReason(rawValue: "the station belongs to no site")
  public static let outOfRange = UnpricedReason(
    rawValue: "the price is above ten billion units of the currency")

  /// The two prices cannot be compared: a backtest knows no exchange rate.
  public static func otherCurrency(
    inForce: CurrencyCode, candidate: CurrencyCode
  ) -> UnpricedReason {
    UnpricedReason(
      rawValue: "the tariff in force is in \(inForce), the candidate in \(candidate)")
  }

  public static func < (left: UnpricedReason, right: UnpricedReason) -> Bool {
    left.rawValue < right.rawValue
  }
}
