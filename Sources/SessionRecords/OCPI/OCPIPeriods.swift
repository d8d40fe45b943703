import ChargerEvents
import JSON
import Quantities

/// The charging periods of a CDR or a Session (mod_cdrs, "ChargingPeriod class") as pieces that
/// follow each other.
///
/// A period lasts until the next one starts, the last one until the end; the first one begins with the
/// session.
struct OCPIPeriods {
  private(set) var pieces: [SessionRecord.Piece] = []
  /// Whether any period says how much energy flowed.
  private(set) var statesEnergy = false
  private(set) var remarks: [SessionRecord.Remark] = []

  /// What flowed in all periods.
  var energy: Energy { pieces.reduce(.zero) { $0 + $1.energy } }

  init(_ value: JSONValue?, from start: Instant, until end: Instant) {
    var periods: [Period] = []
    for element in value.map({ Array($0.elements) }) ?? [] {
      guard let period = Period(element, &remarks) else {
        note(.unreadableField)
        continue
      }
      periods.append(period)
    }
    guard !periods.isEmpty else { return }
    periods.sort { $0.start < $1.start }
    statesEnergy = periods.contains { $0.energy != nil }
    var clock = start
    for (index, period) in periods.enumerated() {
      let next = index + 1 < periods.count ? periods[index + 1].start : end
      // The first one begins with the session; what lies outside of the session has no length.
      let until = min(max(next, clock), end)
      append(period, from: clock, until: until)
      clock = until
    }
  }

  /// Shares out the energy of the whole session over the time of charging, for periods that state
  /// none.
  mutating func spread(_ energy: Energy) {
    let charging = pieces.indices.filter { pieces[$0].activity == .charging }
    guard let last = charging.last ?? pieces.indices.last else { return }
    let whole = charging.reduce(Int64(0)) { $0 + length(of: $1) }
    var rest = energy
    for index in charging where index != last {
      let part = Int128(energy.milliwattHours) * Int128(length(of: index)) / Int128(max(whole, 1))
      pieces[index].energy = Energy(milliwattHours: Int64(clamping: part))
      rest -= pieces[index].energy
    }
    pieces[last].energy = rest
  }

  /// Some write Wh into periods and kWh into the total, as early examples of OCPI did: then the periods
  /// add up to a thousand times the total, within 1 %.
  /// - Returns: whether they do.
  mutating func takeForWattHours(ifTotalIs total: Energy) -> Bool {
    let whole = Int128(total.milliwattHours) * 1000
    let distance = (Int128(energy.milliwattHours) - whole).magnitude
    guard total > .zero, distance <= whole.magnitude / 100 else { return false }
    for index in pieces.indices { pieces[index].energy.milliwattHours /= 1000 }
    return true
  }

  private func length(of index: Int) -> Int64 {
    pieces[index].end.milliseconds(since: pieces[index].start)
  }

  private mutating func note(_ remark: SessionRecord.Remark) {
    if !remarks.contains(remark) { remarks.append(remark) }
  }

  /// Charging first, for as long as the period says, then parking.
  private mutating func append(_ period: Period, from start: Instant, until end: Instant) {
    let clock = end.milliseconds(since: start)
    let stated = [period.charging, period.parking].compactMap { $0 }
    let sum = stated.reduce(0, +)
    if !stated.isEmpty, (Int128(sum) - Int128(clock)).magnitude > 60_000 { note(.timeDisagrees) }
    var charging = period.charging ?? 0
    if period.parking ?? 0 == 0 { charging = clock }
    let turn = start.advanced(byMilliseconds: min(max(charging, 0), clock))
    if turn > start || period.parking ?? 0 == 0 {
      pieces.append(
        period.described(.init(start: start, end: turn, energy: .zero, activity: .charging)))
    }
    if end > turn {
      pieces.append(
        period.described(.init(start: turn, end: end, energy: .zero, activity: .parking)))
    }
    let bearer =
      pieces.lastIndex { $0.start >= start && $0.activity == .charging } ?? pieces.count - 1
    if let energy = period.energy, bearer >= 0 { pieces[bearer].energy += energy }
  }
}

/// One charging period.
private struct Period {
  var start: Instant
  var energy: Energy?
  var charging: Int64?
  var parking: Int64?
  var minPower: Power?
  var maxPower: Power?
  var minCurrent: Current?
  var maxCurrent: Current?

  init?(_ value: JSONValue, _ remarks: inout [SessionRecord.Remark]) {
    guard let start = value["start_date_time"]?.text.flatMap({ Instant(ocpi: $0) }) else {
      return nil
    }
    self.start = start
    var imported: Energy?
    for dimension in value["dimensions"].map({ Array($0.elements) }) ?? [] {
      guard let type = dimension["type"]?.string,
        let volume = dimension["volume"]?.lenientDecimal,
        let units = volume.scaled(toPowerOfTen: -6, rounding: .halfToEven)
      else {
        if !remarks.contains(.unreadableField) { remarks.append(.unreadableField) }
        continue
      }
      switch type {
      case "ENERGY": energy = (energy ?? .zero) + Energy(milliwattHours: units)
      case "ENERGY_IMPORT": imported = (imported ?? .zero) + Energy(milliwattHours: units)
      case "TIME": charging = Self.milliseconds(microhours: units)
      case "PARKING_TIME": parking = Self.milliseconds(microhours: units)
      case "RESERVATION_TIME":
        if units > 0, !remarks.contains(.reservation) { remarks.append(.reservation) }
      case "MIN_POWER": minPower = Power(milliwatts: units)
      case "MAX_POWER": maxPower = Power(milliwatts: units)
      case "MIN_CURRENT": minCurrent = Current(milliamperes: units / 1000)
      case "MAX_CURRENT": maxCurrent = Current(milliamperes: units / 1000)
      // The rest bears no energy and no time: FLAT, POWER, CURRENT, STATE_OF_CHARGE, ENERGY_EXPORT.
      default: break
      }
    }
    energy = energy ?? imported
    if let energy, energy < .zero {
      self.energy = .zero
      if !remarks.contains(.negativeEnergy) { remarks.append(.negativeEnergy) }
    }
  }

  /// A millionth of an hour is 3.6 ms. Bounded to a century either way.
  private static func milliseconds(microhours: Int64) -> Int64 {
    let milliseconds = (Int128(microhours) * 36).dividedHalfToEven(by: 10)
    let greatest = Int128(TableDuration.greatest)
    return Int64(min(max(milliseconds, -greatest), greatest))
  }

  func described(_ piece: SessionRecord.Piece) -> SessionRecord.Piece {
    var piece = piece
    piece.minPower = minPower
    piece.maxPower = maxPower
    piece.minCurrent = minCurrent
    piece.maxCurrent = maxCurrent
    return piece
  }
}
