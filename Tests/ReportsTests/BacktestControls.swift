import Quantities
import Replay
import Sessions
import TestSupport

extension CurrencyCode {
  static let euro = CurrencyCode("EUR").unsafelyUnwrapped  // Three letters.
  static let krone = CurrencyCode("SEK").unsafelyUnwrapped
  static let yen = CurrencyCode("JPY").unsafelyUnwrapped
  static let dinar = CurrencyCode("KWD").unsafelyUnwrapped
}

/// A tariff simple enough to price a random fleet: a price for energy and one for parking.
struct ControlTariff {
  var id: String
  var currency = CurrencyCode.euro
  /// Millionths of the currency unit for a kWh and for an hour of parking.
  var energy: Int64
  var parking: Int64 = 0
  /// Millionths for a kWh between 22:00 and 06:00, where it differs.
  var night: Int64?

  func breakdown(_ used: ChargedQuantities, hour: Int) -> PriceBreakdown {
    let isNight = hour < 6 || hour >= 22
    var breakdown = PriceBreakdown(
      energy: ExactAmount(
        pricePerKilowattHour: isNight ? night ?? energy : energy, energy: used.energy),
      parking: ExactAmount(pricePerHour: parking, milliseconds: used.parkingMilliseconds))
    breakdown.vat =
      (breakdown.energy + breakdown.parking).vat(tenThousandthsOfPercent: 200_000) ?? .overflow
    return breakdown
  }

  func price(_ used: ChargedQuantities, hour: Int) -> BacktestPrice {
    let parts = breakdown(used, hour: hour)
    let net = parts.energy + parts.parking
    return .priced(
      tariffID: id, currency: currency,
      amount: AmountPair(excludingVAT: net, includingVAT: net + parts.vat))
  }

  var candidate: BacktestCandidate { BacktestCandidate(tariffID: id, currency: currency) }
}

/// A fleet from a seed under a tariff in force and under candidates.
struct ControlFleet {
  var sessions: Int
  var sites = ["Bahnhof", "Hafen", "Marktplatz", "Werk 3 \u{2013} Nord"]
  var inForce = ControlTariff(id: "standard-2025", energy: 390_000)
  var candidates: [ControlTariff]
  var seed: UInt64 = 1

  /// The result over the whole fleet; one session in 40 has no tariff in force.
  func result(
    _ range: BacktestRange = BacktestRange(), guardRails: GuardRails = GuardRails()
  ) -> BacktestResult {
    var random = SplitMix64(seed: seed)
    var accumulator = BacktestAccumulator(candidates: candidates.map(\.candidate), topCount: 10)
    for number in 0..<UInt64(sessions) {
      // Most sessions start by day: the sum of two dice.
      let hour =
        (Int.random(in: 0..<12, using: &random) + Int.random(in: 3..<15, using: &random)) % 24
      let used = ChargedQuantities(
        energy: Energy(milliwattHours: Int64.random(in: 2_000...45_000, using: &random) * 1000),
        chargingMilliseconds: Int64.random(in: 600...14_400, using: &random) * 1000,
        parkingMilliseconds: max(0, Int64.random(in: -7200...7200, using: &random)) * 1000)
      let start = 1_767_225_600_000 + Int64(number) * 3_000_000 + Int64(hour) * 3_600_000
      let session = BacktestSession(
        id: SessionID(high: random.next(), low: random.next()),
        site: sites[Int(number) % sites.count], station: "CP-\(number % 11 + 1)",
        startedAt: Instant(millisecondsSinceEpoch: start), localHour: hour,
        baseline: number % 40 == 39
          ? .unpriced(.noTariff) : inForce.price(used, hour: hour),
        candidates: candidates.map { $0.price(used, hour: hour) })
      accumulator.add(session) { index in
        inForce.breakdown(used, hour: hour).reason(
          for: candidates[index].breakdown(used, hour: hour), of: used, in: inForce.currency)
      }
    }
    return accumulator.result(of: range, guardRails: guardRails)
  }
}

extension BacktestResult {
  /// One candidate with a night price and a price for parking, in euros.
  static let one = ControlFleet(
    sessions: 1200,
    candidates: [
      ControlTariff(id: "summer-2026", energy: 430_000, parking: 2_400_000, night: 290_000)
    ]
  ).result(
    BacktestRange(from: .localDate("2026-01-01"), to: .localDate("2026-02-15")),
    guardRails: GuardRails(maxRevenueDelta: 5_000_000, maxIncreaseShare: 80_000_000))

  /// Five candidates, one of them in another currency.
  static let five = ControlFleet(
    sessions: 300,
    candidates: [
      ControlTariff(id: "plus-1-cent", energy: 400_000),
      ControlTariff(id: "the-same", energy: 390_000),
      ControlTariff(id: "cheap-nights", energy: 410_000, night: 210_000),
      ControlTariff(id: "parking-fee", energy: 390_000, parking: 3_000_000),
      ControlTariff(id: "in-kronor", currency: .krone, energy: 4_500_000),
    ], seed: 5
  ).result()

  /// No session in the range.
  static let empty = ControlFleet(
    sessions: 0, candidates: [ControlTariff(id: "summer-2026", energy: 430_000)]
  ).result(BacktestRange(sites: ["Hafen"], stations: ["CP-1", "CP-2"]))

  /// One session that costs less.
  static let single = ControlFleet(
    sessions: 1, candidates: [ControlTariff(id: "cheaper", energy: 350_000)]
  ).result(
    BacktestRange(
      from: .instant(Instant(millisecondsSinceEpoch: 1_767_225_600_000))))

  /// A currency without decimals.
  static let yen = ControlFleet(
    sessions: 50, inForce: ControlTariff(id: "yen", currency: .yen, energy: 45_000_000),
    candidates: [ControlTariff(id: "yen-2", currency: .yen, energy: 47_500_000)]
  ).result()

  /// A currency with three decimals.
  static let dinar = ControlFleet(
    sessions: 50, inForce: ControlTariff(id: "dinar", currency: .dinar, energy: 45_000),
    candidates: [ControlTariff(id: "dinar-2", currency: .dinar, energy: 44_125)]
  ).result()
}
