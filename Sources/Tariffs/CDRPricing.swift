import Quantities

/// A CDR priced with a tariff: what `wattledger price` shows.
public struct CDRPricing: Sendable {
  /// What was priced.
  public var cdr: CDRUsage
  /// What it was priced with.
  public var tariff: Tariff
  /// The price, with its own notes, which are among `notes` too.
  public var cost: Cost
  /// What was odd in the tariff, in the CDR and on the way, in that order.
  public var notes: [PricingNote]

  /// Prices `cdr` with `tariff`, whatever tariff the CDR names.
  ///
  /// - Parameters:
  ///   - tariffNotes: what reading the tariff gave.
  ///   - zone: the site's time zone. Nil: UTC with a note, if no restriction is about local time.
  /// - Throws: ``PricingError``, for one if a zone is missing (SEMANTICS 22).
  public init(
    _ cdr: CDRUsage, with tariff: Tariff, tariffNotes: [PricingNote] = [], zone: TimeZoneTable?
  ) throws(PricingError) {
    self.cdr = cdr
    self.tariff = tariff
    cost = try CompiledTariff(tariff, zone: zone).price(cdr.usage)
    notes = tariffNotes + cdr.notes + CDRPricing.notes(cdr, tariff, zone) + cost.notes
  }

  private static func notes(
    _ cdr: CDRUsage, _ tariff: Tariff, _ zone: TimeZoneTable?
  ) -> [PricingNote] {
    var notes: [PricingNote] = []
    if zone == nil {
      notes.append(PricingNote(.zoneAssumed, "no time zone is needed by the tariff; times are UTC"))
    }
    for id in cdr.tariffIDs where id != tariff.id {
      notes.append(
        PricingNote(
          .otherTariff, "the CDR names tariff \(id); everything was priced with \(tariff.id)"))
    }
    if let currency = cdr.currency, currency != tariff.currency {
      notes.append(
        PricingNote(
          .contradiction, "the CDR is in \(currency), the tariff in \(tariff.currency)"))
    }
    let pricesTime = tariff.elements.contains { element in
      element.priceComponents.contains { $0.dimension == .time || $0.dimension == .parkingTime }
    }
    if pricesTime && cdr.periodsWithoutTime > 0 {
      notes.append(
        PricingNote(
          .unpriced, "\(cdr.periodsWithoutTime) charging periods state no time; none is billed"))
    }
    return notes
  }
}
