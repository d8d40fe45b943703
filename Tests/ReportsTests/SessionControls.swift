import ChargerEvents
import EventLog
import Projections
import Quantities
import Sessions
import Sites
import Tariffs
import TestSupport

/// A session made by hand: its curve and states are told, and nothing is concluded.
struct ControlSession {
  var session: Session
  var isPriced = true
  var hasSite = true

  static let start = Instant(millisecondsSinceEpoch: 1_761_551_959_819)  // 2025-10-27T07:59:19.819Z

  init(minutes: Int64?) {
    session = Session(
      id: SessionID(high: 0x88d3_2b3e_0f6c_4d11, low: 0x9a4b_77c0_12de_5f60),
      station: StationID(rawValue: 1), openedAtPosition: 335, startedAt: Self.start)
    session.transactionID = "1204"
    session.connector = 2
    session.token = "BE11DC53"
    session.lastPosition = 391
    if let minutes {
      session.state = .closed
      session.endedAt = Self.start.advanced(byMilliseconds: minutes * 60_000)
      session.stopReason = "EVDisconnected"
    }
    add(.charging, afterMinutes: 0)
  }

  mutating func add(_ state: ChargingState, afterMinutes minutes: Int64, position: UInt64 = 0) {
    session.states.append(
      .init(
        at: Self.start.advanced(byMilliseconds: minutes * 60_000), state: state,
        position: position))
  }

  /// Adds a reading with the energy so far, in Wh, and the power in W.
  mutating func read(afterSeconds seconds: Int64, wattHours: Int64?, watts: Int64? = nil) {
    let reading = Session.Reading(
      at: Self.start.advanced(byMilliseconds: seconds * 1000),
      energy: wattHours.map { Energy(milliwattHours: $0 * 1000) },
      power: watts.map { Power(milliwatts: $0 * 1000) }, current: nil, stateOfChargePercent: nil,
      position: 336 + UInt64(session.readings.count))
    session.readings.append(reading)
    if let energy = reading.energy {
      session.energy = max(session.energy, energy)
      session.energyEvidence = .samples
    }
  }

  /// What the page shows, priced by a tariff of energy and parking.
  func detail() throws -> SessionDetail {
    let zone = try TimeZoneTable.system(named: "Europe/Berlin")
    let cost = try CompiledTariff(Self.tariff, zone: zone).price(usage)
    var entry = SessionEntry(
      session: session, stationName: "HAFEN-03",
      placement: hasSite
        ? Placement(siteID: "hafen", zone: zone, siteName: "Am Hafen 12") : nil)
    entry.cost =
      isPriced
      ? .priced(
        SessionPrice(
          tariffID: "PUBLIC-2025", tariffPosition: 2, isBackdated: true, currency: .euro,
          exclVAT: cost.total.amount.exclVAT, inclVAT: cost.total.amount.inclVAT))
      : .unpriced(.noTariff)
    return SessionDetail(entry: entry, cost: isPriced ? cost : nil, openedBy: .ocpp16)
  }

  private var usage: Usage {
    Usage(
      startedAt: session.startedAt,
      intervals: session.intervals.map { interval in
        UsageInterval(
          start: interval.start, end: interval.end, energy: interval.energy,
          activity: interval.activity == .charging ? .charging : .parking)
      })
  }

  private static let tariff = Tariff(
    id: "PUBLIC-2025", currency: .euro,
    elements: [
      TariffElement(
        priceComponents: [
          PriceComponent(
            dimension: .energy, price: UnitPrice(millionths: 490_000),
            vat: VATRate(tenThousandthsOfPercent: 190_000), stepSize: 1),
          PriceComponent(
            dimension: .parkingTime, price: UnitPrice(millionths: 1_200_000),
            vat: VATRate(tenThousandthsOfPercent: 190_000), stepSize: 1),
        ])
    ])
}

extension ControlSession {
  /// A morning at a wallbox: 11 kW, a pause by the station, a full car, three findings.
  static var usual: ControlSession {
    var control = ControlSession(minutes: 245)
    for minute in stride(from: Int64(0), through: 60, by: 5) {
      control.read(afterSeconds: minute * 60, wattHours: minute * 183, watts: 10_980)
    }
    for minute in stride(from: Int64(65), through: 80, by: 5) {
      control.read(afterSeconds: minute * 60, wattHours: 10_980, watts: 0)
    }
    for minute in stride(from: Int64(85), through: 160, by: 5) {
      let watts = max(0, 11_000 - (minute - 85) * 110)
      control.read(afterSeconds: minute * 60, wattHours: 10_980 + (minute - 85) * 140, watts: watts)
    }
    control.add(.suspendedEVSE, afterMinutes: 62, position: 352)
    control.add(.charging, afterMinutes: 84, position: 357)
    control.add(.suspendedEV, afterMinutes: 162, position: 377)
    var fell = Finding(code: .registerFell, positions: Array(340...347))
    fell.count = 12
    control.session.findings = [
      Finding(code: .duplicateStop, positions: [391]), fell,
      Finding(code: .stopBelowStart, positions: [335, 390]),
    ]
    return control
  }

  /// A car that gives energy back for an hour.
  static var vehicleToGrid: ControlSession {
    var control = ControlSession(minutes: 180)
    for minute in stride(from: Int64(0), through: 180, by: 6) {
      let watts: Int64 = 60..<120 ~= minute ? -7_400 : 9_200
      control.read(afterSeconds: minute * 60, wattHours: minute * 90, watts: watts)
    }
    return control
  }

  /// Five thousand readings of a power that swings, drops out, and has one high peak.
  static var long: ControlSession {
    var control = ControlSession(minutes: 2_500)
    var random = SplitMix64(seed: 5)
    var wattSeconds: Int64 = 0
    for index in Int64(0)..<5_000 {
      let base: Int64 = index < 3_000 ? 21_000 : 6_000
      var watts = base + Int64.random(in: -400...400, using: &random)
      if 1_000..<1_200 ~= index { watts = 0 }
      if index == 4_000 { watts = 43_000 }
      wattSeconds += watts * 30
      control.read(afterSeconds: index * 30, wattHours: wattSeconds / 3600, watts: watts)
    }
    return control
  }

  /// Still open, with registers alone, at a station that no site has.
  static var open: ControlSession {
    var control = ControlSession(minutes: nil)
    control.hasSite = false
    control.isPriced = false
    for quarter in Int64(0)...6 {
      control.read(afterSeconds: quarter * 900, wattHours: quarter * quarter * 300)
    }
    return control
  }
}
