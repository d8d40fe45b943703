import JSON
import Quantities

/// What a Charge Detail Record of OCPI 2.2.1 says was used (mod_cdrs, "CDR Object").
public struct CDRUsage: Sendable {
  /// Nil if the file has none.
  public var id: String?
  /// The currency of its amounts; nil if the file has none.
  public var currency: CurrencyCode?
  /// Its charging periods. Interval indexes count these pieces, see ``periods``.
  public var usage: Usage
  /// For each interval of the usage the index of the charging period that it comes from.
  public var periods: [Int]
  /// The tariffs that the periods name, in order of appearance.
  public var tariffIDs: [String]
  /// The `total_cost` that it states; nil if it has no such amounts.
  public var statedTotal: TaxedAmount?
  /// Periods that state energy but no time at all.
  public var periodsWithoutTime: Int
  /// What was odd in it, and what was made of it.
  public var notes: [PricingNote]

  /// Reads a CDR.
  ///
  /// A period lasts until the next one starts, the last one until `end_date_time`. Restrictions go
  /// by that clock. The time that is billed is the clock's too, as long as the stated volume is the
  /// clock's time rounded to the digits it is written with; a volume that is really another one is
  /// billed as stated, with a note.
  ///
  /// - Parameter isReservationExpired: The CDR is for a reservation that nobody used. OCPI has no
  ///   field for it.
  /// - Throws: the first mistake, with its path.
  public init(
    json: JSONValue, isReservationExpired: Bool = false
  ) throws(JSONPathError) {
    let reader = JSONReader(json)
    var notes: [PricingNote] = []
    let periodsReader = try reader.required("charging_periods")
    var periods: [(index: Int, period: CDRPeriod)] = []
    for (index, element) in try periodsReader.elements().enumerated() {
      periods.append((index, try CDRPeriod.read(element, notes: &notes)))
    }
    guard let first = periods.first?.period else {
      throw periodsReader.error("a CDR needs at least one charging period")
    }
    let start = try reader.required("start_date_time").instant()
    let end = try reader.required("end_date_time").instant()
    let builder = CDRUsageBuilder(
      start: start.isUnknownInCDR ? first.start : start, end: end.isUnknownInCDR ? nil : end,
      periods: periods, notes: notes)
    let built = builder.built(isReservationExpired: isReservationExpired)
    usage = built.usage
    self.periods = built.periods
    self.notes = built.notes
    periodsWithoutTime = built.periodsWithoutTime
    tariffIDs = []
    for id in periods.compactMap(\.period.tariffID) where !tariffIDs.contains(id) {
      tariffIDs.append(id)
    }
    try readHead(reader, isReservationExpired: isReservationExpired)
  }

  private mutating func readHead(
    _ reader: JSONReader, isReservationExpired: Bool
  ) throws(JSONPathError) {
    id = try reader.optional("id")?.string()
    currency = try reader.optional("currency").flatMap { CurrencyCode($0.value.string ?? "") }
    if let total = try reader.optional("total_cost"), total.value.kind == .object,
      let exclVAT = try ExactAmount(total.required("excl_vat").decimal())
    {
      let inclVAT = try total.optional("incl_vat")?.decimal()
      statedTotal = TaxedAmount(
        exclVAT: exclVAT, inclVAT: inclVAT.flatMap { ExactAmount($0) } ?? exclVAT)
    }
    let energy = usage.intervals.reduce(Int128(0)) { $0 + Int128($1.energy.milliwattHours) }
    if let stated = try reader.optional("total_energy")?.decimal(),
      let whole = stated.scaled(toPowerOfTen: -6, rounding: .halfToEven), Int128(whole) != energy
    {
      notes.append(
        PricingNote(
          .contradiction,
          "total_energy is \(stated) kWh and its periods add up to "
            + "\(DecimalNumber(coefficient: energy, exponent: -6)) kWh; the periods count"))
    }
    if try reader.optional("credit")?.bool() == true {
      notes.append(
        PricingNote(.credit, "this CDR takes another one back; the cost shown is the original's"))
    }
    let isUnused = usage.intervals.allSatisfy { $0.activity == .reservation }
    if isUnused && !isReservationExpired {
      notes.append(
        PricingNote(
          .reservation,
          "the CDR has reserved time only; if the reservation expired, price it with "
            + "--reservation-expired"))
    }
  }
}

extension Instant {
  /// Operators who do not know a time may agree to write 1970 (mod_cdrs, note on missing times).
  fileprivate var isUnknownInCDR: Bool {
    0..<86_400_000 ~= millisecondsSinceEpoch
  }
}
