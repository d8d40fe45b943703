import Quantities

/// A price list for charging: the Tariff object of OCPI 2.2.1 (mod_tariffs, "Tariff Object").
///
/// What does not change a price (`energy_mix`, logos) is left to the JSON it was read from.
public struct Tariff: Sendable, Hashable {
  /// ISO 3166-1 alpha-2 code of the operator's country; empty if the file had none.
  public var countryCode: String
  /// The operator's id, three characters; empty if the file had none.
  public var partyID: String
  /// The operator's name for it.
  public var id: String
  /// Of all its prices.
  public var currency: CurrencyCode
  /// Nil: valid for every session.
  public var type: TariffType?
  /// What it says to people, language by language.
  public var altTexts: [DisplayText]
  /// A page that explains it.
  public var altURL: String?
  /// The whole session costs at least this.
  public var minPrice: PriceLimit?
  /// The whole session costs at most this.
  public var maxPrice: PriceLimit?
  /// In the order that decides which one applies. Never empty when read from a file.
  public var elements: [TariffElement]
  /// `start_date_time`, inclusive.
  public var validFrom: Instant?
  /// `end_date_time`, exclusive.
  public var validTo: Instant?
  /// Nil if the file had none.
  public var lastUpdated: Instant?

  public init(id: String, currency: CurrencyCode, elements: [TariffElement]) {
    self.countryCode = ""
    self.partyID = ""
    self.id = id
    self.currency = currency
    self.altTexts = []
    self.elements = elements
  }
}

/// Whom a tariff is for (mod_tariffs, "TariffType enum").
public enum TariffType: String, Sendable, Hashable, CaseIterable {
  case adHocPayment = "AD_HOC_PAYMENT"
  case profileCheap = "PROFILE_CHEAP"
  case profileFast = "PROFILE_FAST"
  case profileGreen = "PROFILE_GREEN"
  case regular = "REGULAR"
}

/// A text in one language (types, "DisplayText class").
public struct DisplayText: Sendable, Hashable {
  /// ISO 639-1 code.
  public var language: String
  /// At most 512 characters by the standard; not checked.
  public var text: String

  public init(language: String, text: String) {
    self.language = language
    self.text = text
  }
}

/// The least or the greatest cost of a session. The two amounts are limits of their own
/// (mod_tariffs, notes on `min_price` and `max_price`).
public struct PriceLimit: Sendable, Hashable {
  /// The limit of the cost without VAT.
  public var exclVAT: UnitPrice
  /// Nil: the limit is given without VAT only.
  public var inclVAT: UnitPrice?

  public init(exclVAT: UnitPrice, inclVAT: UnitPrice? = nil) {
    self.exclVAT = exclVAT
    self.inclVAT = inclVAT
  }
}
