import JSON
import Quantities

/// One charging period of a CDR as it was written (mod_cdrs, "ChargingPeriod class").
struct CDRPeriod {
  var start: Instant
  /// The place in the file, which messages name.
  var path: String
  var tariffID: String?
  var energy = Energy.zero
  var reservation: TimeVolume?
  var charging: TimeVolume?
  var parking: TimeVolume?
  var minPower: Power?
  var maxPower: Power?
  var minCurrent: Current?
  var maxCurrent: Current?

  /// The times that are not zero, in the order in which they can follow each other.
  var parts: [(activity: UsageInterval.Activity, volume: TimeVolume)] {
    let all: [(UsageInterval.Activity, TimeVolume?)] = [
      (.reservation, reservation), (.charging, charging), (.parking, parking),
    ]
    return all.compactMap { activity, volume in
      guard let volume, volume.milliseconds > 0 else { return nil }
      return (activity, volume)
    }
  }
}

/// Hours as a CDR writes them: decimals, which a third of an hour has not.
struct TimeVolume {
  /// Rounded to the millisecond.
  var milliseconds: Int64
  /// What the last digit is worth, but no more than 3.6 s.
  var resolution: Int64

  init?(hours: DecimalNumber) {
    // In units of 10^-10 hours, which are 0.00036 ms.
    guard let units = hours.scaled(toPowerOfTen: -10, rounding: .halfToEven), units >= 0 else {
      return nil
    }
    milliseconds = Int64((Int128(units) * 36 + 50_000) / 100_000)
    var resolution: Int64 = 3_600_000
    for _ in 0..<min(7, max(0, -Int(hours.exponent))) { resolution /= 10 }
    self.resolution = min(max(resolution, 1), 3600)
  }

  /// Whether this is `clock` milliseconds, as far as its digits go.
  func equals(clock: Int64) -> Bool { (milliseconds - clock).magnitude <= resolution }

  static func + (left: TimeVolume, right: TimeVolume) -> TimeVolume {
    var sum = left
    sum.milliseconds = sum.milliseconds.addingSaturated(right.milliseconds)
    sum.resolution = max(left.resolution, right.resolution)
    return sum
  }
}

extension Int64 {
  /// The sum, or the greatest number if it is larger. For sums that a later check refuses.
  func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension CDRPeriod {
  static func read(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) -> CDRPeriod {
    var period = CDRPeriod(
      start: try reader.required("start_date_time").instant(), path: reader.path)
    period.tariffID = try reader.optional("tariff_id")?.string()
    for dimension in try reader.required("dimensions").elements() {
      try period.read(dimension, notes: &notes)
    }
    return period
  }

  /// One dimension (mod_cdrs, "CdrDimensionType enum").
  private mutating func read(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) {
    let type = try reader.required("type").string()
    let volume = try reader.required("volume")
    func units(_ decimals: Int) throws(JSONPathError) -> Int64 {
      try volume.roundedDecimal(decimals, notes: &notes)
    }
    switch type {
    case "ENERGY":
      let more = try units(6)
      if more < 0 {
        notes.append(
          PricingNote(
            .negativeEnergy,
            "\(volume.path): \(try volume.decimal()) kWh is negative; it is priced as energy that "
              + "was fed back, and lowers the cost. An import counts it as none"))
      }
      let sum = energy.milliwattHours.addingReportingOverflow(more)
      guard !sum.overflow else { throw volume.error("the energy is too large") }
      energy.milliwattHours = sum.partialValue
    case "TIME": try volume.add(to: &charging)
    case "PARKING_TIME": try volume.add(to: &parking)
    case "RESERVATION_TIME": try volume.add(to: &reservation)
    case "MIN_POWER": minPower = Power(milliwatts: try units(6))
    case "MAX_POWER": maxPower = Power(milliwatts: try units(6))
    case "MIN_CURRENT": minCurrent = Current(milliamperes: try units(3))
    case "MAX_CURRENT": maxCurrent = Current(milliamperes: try units(3))
    default:
      notes.append(
        PricingNote(.unknownKey, "\(reader.path): \(type) has no price and was not read"))
    }
  }
}

extension JSONReader {
  /// A measured number in units of 10^-`decimals`, rounded with a note if it is finer.
  fileprivate func roundedDecimal(
    _ decimals: Int, notes: inout [PricingNote]
  ) throws(JSONPathError) -> Int64 {
    let number = try decimal()
    if let exact = number.scaled(toPowerOfTen: -decimals) { return exact }
    guard let rounded = number.scaled(toPowerOfTen: -decimals, rounding: .halfToEven) else {
      throw error("\(number) is too large")
    }
    notes.append(PricingNote(.rounded, "\(path): \(number) was rounded to \(decimals) decimals"))
    return rounded
  }

  fileprivate func add(to volume: inout TimeVolume?) throws(JSONPathError) {
    let hours = try decimal()
    guard let more = TimeVolume(hours: hours) else {
      throw error("\(hours) hours are no time; they must not be negative or too many")
    }
    volume = volume.map { $0 + more } ?? more
  }
}
