import Quantities

/// A tariff made ready to price sessions at places of one time zone. Build it once, use it for all
/// of them; it is immutable and may be shared between threads.
public struct CompiledTariff: Sendable {
  /// The tariff as it was read.
  public var tariff: Tariff { program.tariff }
  /// Nil: no restriction of the tariff asks for local time.
  public var zone: TimeZoneTable? { program.givenZone }
  /// The only thing stored, so that handing a compiled tariff around costs one reference count.
  let program: PricingProgram

  /// - Throws: ``PricingError/timeZoneNeeded(restriction:)`` if `zone` is nil and a restriction is
  ///   about local time (SEMANTICS 22).
  public init(_ tariff: Tariff, zone: TimeZoneTable?) throws(PricingError) {
    if zone == nil, let path = tariff.firstLocalRestriction {
      throw .timeZoneNeeded(restriction: path)
    }
    program = PricingProgram(tariff, zone: zone)
  }
}

extension Tariff {
  /// The path of the first restriction that needs a time zone; nil if none does.
  public var firstLocalRestriction: String? {
    for (index, element) in elements.enumerated() {
      let restrictions = element.restrictions
      let keys: [(String, Bool)] = [
        ("start_time", restrictions.startTime != nil), ("end_time", restrictions.endTime != nil),
        ("start_date", restrictions.startDate != nil), ("end_date", restrictions.endDate != nil),
        ("day_of_week", !restrictions.daysOfWeek.isEmpty),
      ]
      if let key = keys.first(where: \.1)?.0 { return "$.elements[\(index)].restrictions.\(key)" }
    }
    return nil
  }
}

/// What the engine runs: prices in the order in which they are tried, and every edge at which
/// another one may take over.
///
/// A class, so that each session costs one reference count instead of one for each array.
final class PricingProgram: Sendable {
  let tariff: Tariff
  /// Nil: the tariff does not ask for local time, and nobody gave a zone.
  let givenZone: TimeZoneTable?
  let prices: [CompiledPrice]
  /// By index of the tariff's element.
  let restrictions: [CompiledRestrictions]
  /// Indexes of prices in the order in which they are tried; each list is a range of it.
  let order: [Int]
  let session: PriceLists
  let reservation: PriceLists
  let expiredReservation: PriceLists
  let zone: TimeZoneTable
  let needsLocalTime: Bool
  let needsElectricity: Bool
  /// Milliseconds past midnight, ascending, with midnight.
  let timeEdges: [Int]
  /// mWh, ascending.
  let energyEdges: [Int64]
  /// Milliseconds since the start, ascending.
  let durationEdges: [Int64]
  let minPrice: PriceLimit?
  let maxPrice: PriceLimit?

  init(_ tariff: Tariff, zone: TimeZoneTable?) {
    self.tariff = tariff
    givenZone = zone
    var prices: [CompiledPrice] = []
    for (element, content) in tariff.elements.enumerated() {
      var seen: Set<TariffDimension> = []
      for (index, component) in content.priceComponents.enumerated()
      where seen.insert(component.dimension).inserted {
        prices.append(CompiledPrice(element: element, index: index, component: component))
      }
    }
    self.prices = prices
    restrictions = tariff.elements.map { CompiledRestrictions($0.restrictions) }
    var order: [Int] = []
    func lists(_ kinds: ReservationRestriction?...) -> PriceLists {
      PriceLists(addingTo: &order) { dimension in
        kinds.flatMap { kind in
          prices.indices.filter {
            prices[$0].component.dimension == dimension
              && tariff.elements[prices[$0].element].restrictions.reservation == kind
          }
        }
      }
    }
    session = lists(nil)
    reservation = lists(.reservation)
    expiredReservation = lists(.expires, .reservation)
    self.order = order
    self.zone = zone ?? .utc
    let all = tariff.elements.map(\.restrictions)
    needsLocalTime = all.contains(where: \.needsLocalTime)
    needsElectricity = restrictions.contains(where: \.needsElectricity)
    let times = all.flatMap { [$0.startTime, $0.endTime].compactMap { $0?.minutesSinceMidnight } }
    timeEdges = Set(times + [0]).sorted().map { $0 * 60_000 }
    let energies = all.flatMap { [$0.minEnergy, $0.maxEnergy].compactMap { $0?.milliwattHours } }
    energyEdges = Set(energies).sorted()
    let durations = all.flatMap { [$0.minDurationSeconds, $0.maxDurationSeconds] }
    durationEdges = Set(durations.compactMap { $0?.saturatingThousandfold }).sorted()
    minPrice = tariff.minPrice
    maxPrice = tariff.maxPrice
  }
}

/// A price component and where it stands in the tariff.
struct CompiledPrice: Sendable {
  let element: Int
  let index: Int
  let component: PriceComponent
  /// In mWh or milliseconds; 0 means no rounding.
  let step: Int64

  init(element: Int, index: Int, component: PriceComponent) {
    self.element = element
    self.index = index
    self.component = component
    step = component.dimension == .flat ? 0 : max(0, component.stepSize.saturatingThousandfold)
  }

  /// The amount for `quantity` in mWh or milliseconds.
  func amount(_ quantity: Int64) -> TaxedAmount { TaxedAmount(component, quantity: quantity) }
}

/// The prices to try for each thing that can be priced, as ranges of ``PricingProgram/order``: numbers
/// alone, because a session asks for them at each edge.
struct PriceLists: Sendable {
  let energy: Range<Int>
  let time: Range<Int>
  let parkingTime: Range<Int>
  let flat: Range<Int>

  /// Appends to `order` what `list` gives for each dimension.
  init(addingTo order: inout [Int], _ list: (TariffDimension) -> [Int]) {
    func add(_ dimension: TariffDimension, to order: inout [Int]) -> Range<Int> {
      let start = order.count
      order += list(dimension)
      return start..<order.count
    }
    energy = add(.energy, to: &order)
    time = add(.time, to: &order)
    parkingTime = add(.parkingTime, to: &order)
    flat = add(.flat, to: &order)
  }
}
