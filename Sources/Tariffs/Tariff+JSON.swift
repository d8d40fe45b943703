import JSON
import Quantities

extension Tariff {
  /// Reads a tariff of OCPI 2.2.1, as ``read(_:notes:)`` does, without its notes.
  public init(json: JSONValue) throws(JSONPathError) {
    var notes: [PricingNote] = []
    self = try Tariff.read(JSONReader(json), notes: &notes)
  }

  /// Reads a tariff of OCPI 2.2.1.
  ///
  /// What could change a price is read strictly: prices and limits must be numbers, prices of at
  /// most 6 and VAT of at most 4 decimals (SEMANTICS 21), enumerations and times as the standard
  /// writes them. Keys that are not known and values that are missing without changing a price
  /// become `notes`, so that `restriction` for `restrictions` does not go unseen.
  ///
  /// - Throws: the first mistake, with its path.
  public static func read(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) -> Tariff {
    try refuseTaxIncluded(reader)
    let currencyReader = try reader.required("currency")
    let currencyText = try currencyReader.string()
    guard let currency = CurrencyCode(currencyText) else {
      throw currencyReader.error("\"\(currencyText)\" is not a currency code such as EUR")
    }
    let id = try reader.required("id").string()
    let elementsReader = try reader.required("elements")
    var elements: [TariffElement] = []
    for element in try elementsReader.elements() {
      elements.append(try TariffElement.read(element, notes: &notes))
    }
    guard !elements.isEmpty else {
      throw elementsReader.error("a tariff needs at least one element")
    }
    var tariff = Tariff(id: id, currency: currency, elements: elements)
    tariff.type = try reader.optional("type")?.enumeration(TariffType.self)
    tariff.minPrice = try PriceLimit.read(reader.optional("min_price"), notes: &notes)
    tariff.maxPrice = try PriceLimit.read(reader.optional("max_price"), notes: &notes)
    try tariff.readDescription(reader, notes: &notes)
    notes += reader.notesOnUnknownKeys(besides: knownKeys)
    return tariff
  }

  private static let knownKeys: Set = [
    "country_code", "party_id", "id", "currency", "type", "tariff_alt_text", "tariff_alt_url",
    "min_price", "max_price", "elements", "start_date_time", "end_date_time", "energy_mix",
    "last_updated", "tax_included",
  ]

  /// OCPI 2.3.0 can say that prices contain tax, which turns every number of a tariff into another.
  private static func refuseTaxIncluded(_ reader: JSONReader) throws(JSONPathError) {
    guard let taxIncluded = try reader.optional("tax_included") else { return }
    guard try taxIncluded.string() != "YES" else {
      throw taxIncluded.error("prices with tax (OCPI 2.3.0) are not supported; write them without")
    }
  }

  /// Who publishes the tariff, when it is valid and what it says to people.
  private mutating func readDescription(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) {
    countryCode = try reader.optional("country_code")?.string() ?? ""
    partyID = try reader.optional("party_id")?.string() ?? ""
    lastUpdated = try reader.optional("last_updated")?.instant()
    let required = [
      ("country_code", countryCode.isEmpty), ("party_id", partyID.isEmpty),
      ("last_updated", lastUpdated == nil),
    ]
    for (key, isMissing) in required where isMissing {
      notes.append(
        PricingNote(.missingValue, "\(reader.path): the key `\(key)` is missing; no price needs it")
      )
    }
    for text in try reader.optionalElements("tariff_alt_text") {
      altTexts.append(
        DisplayText(
          language: try text.required("language").string(),
          text: try text.required("text").string()))
    }
    altURL = try reader.optional("tariff_alt_url")?.string()
    validFrom = try reader.optional("start_date_time")?.instant()
    let end = try reader.optional("end_date_time")
    validTo = try end?.instant()
    if let end, let validFrom, let validTo, validTo <= validFrom {
      throw end.error("the tariff ends before it starts")
    }
  }
}

extension PriceLimit {
  fileprivate static func read(
    _ reader: JSONReader?, notes: inout [PricingNote]
  ) throws(JSONPathError) -> PriceLimit? {
    guard let reader else { return nil }
    notes += reader.notesOnUnknownKeys(besides: ["excl_vat", "incl_vat"])
    return PriceLimit(
      exclVAT: try reader.required("excl_vat").unitPrice(),
      inclVAT: try reader.optional("incl_vat")?.unitPrice())
  }
}
