import Quantities
import Tariffs

/// What a session costs under the tariff in force, or why nothing can be said.
public enum SessionCost: Sendable, Hashable {
  case priced(SessionPrice)
  case unpriced(UnpricedCause)
}

/// A price that was given, and by what.
public struct SessionPrice: Sendable, Hashable {
  public var tariffID: String
  /// The log position of the publication.
  public var tariffPosition: UInt64
  /// The tariff was published after the session had started (SEMANTICS 19).
  public var isBackdated: Bool
  public var currency: CurrencyCode
  public var exclVAT: ExactAmount
  public var inclVAT: ExactAmount

  public init(
    tariffID: String, tariffPosition: UInt64, isBackdated: Bool, currency: CurrencyCode,
    exclVAT: ExactAmount, inclVAT: ExactAmount
  ) {
    self.tariffID = tariffID
    self.tariffPosition = tariffPosition
    self.isBackdated = isBackdated
    self.currency = currency
    self.exclVAT = exclVAT
    self.inclVAT = inclVAT
  }

  init(
    tariffID: String, tariffPosition: UInt64, isBackdated: Bool, currency: CurrencyCode,
    total: CostTotal
  ) {
    self.init(
      tariffID: tariffID, tariffPosition: tariffPosition, isBackdated: isBackdated,
      currency: currency, exclVAT: total.amount.exclVAT, inclVAT: total.amount.inclVAT)
  }
}

/// Why a session has no price.
public enum UnpricedCause: UInt8, Error, Sendable, Hashable, CaseIterable {
  /// Its station belongs to no site, so that it has no time zone (SEMANTICS 12).
  case noSite = 1
  /// No tariff was ever published for it.
  case noTariff
  /// The amount is beyond what can be represented exactly.
  case outOfRange
  /// It was taken back: credited, declared invalid, or declared void by a person.
  case void

  /// As programs read it.
  public var code: String {
    switch self {
    case .noSite: "no_site"
    case .noTariff: "no_tariff"
    case .outOfRange: "out_of_range"
    case .void: "void"
    }
  }

  /// As people read it.
  public var sentence: String {
    switch self {
    case .noSite: "the station belongs to no site"
    case .noTariff: "no tariff was published for it"
    case .outOfRange: "the amount is too large to be computed exactly"
    case .void: "it was taken back"
    }
  }
}
