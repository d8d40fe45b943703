/// The battery of a plugged car, and how fast it takes energy: full power up to 80 % of charge,
/// then a straight fall to a fifth of it at 100 %.
///
/// Energy is counted in whole millijoules (one watt for one millisecond), so it adds up exactly.
struct Battery: Sendable {
  /// Millijoules in a watt-hour.
  static let millijoulesPerWattHour: Int64 = 3_600_000
  /// The power is held for at most this long before it is looked up again.
  private static let longestStepMilliseconds: Int64 = 60_000

  private let capacity: Int64
  private var stored: Int64
  /// Millijoules that the car still wants.
  private(set) var wanted: Int64
  /// The power below the bend: the lesser of what the car takes and the connector gives.
  private let fullPowerWatts: Int64

  /// - Parameter targetPermille: how full the car is once it has all it wants.
  init(
    capacityWattHours: Int64, wantsWattHours: Int64, targetPermille: Int64, fullPowerWatts: Int64
  ) {
    capacity = capacityWattHours * Self.millijoulesPerWattHour
    wanted = wantsWattHours * Self.millijoulesPerWattHour
    stored = max(capacity / 50, capacity / 1000 * targetPermille - wanted)
    self.fullPowerWatts = fullPowerWatts
  }

  /// State of charge in parts per thousand, at most 1,000.
  var chargePermille: Int64 { min(1000, stored / (capacity / 1000)) }

  /// The power that the car draws now, in watts; 0 once it has what it wants.
  var powerWatts: Int64 {
    guard wanted > 0 else { return 0 }
    return fullPowerWatts * (1000 - max(0, chargePermille - 800) * 4) / 1000
  }

  /// Charges for `milliseconds` and returns the millijoules that flowed.
  mutating func charge(milliseconds: Int64) -> Int64 {
    let before = wanted
    var left = milliseconds
    while left > 0, wanted > 0 {
      let step = min(left, Self.longestStepMilliseconds)
      let energy = min(wanted, powerWatts * step)
      stored += energy
      wanted -= energy
      left -= step
    }
    return before - wanted
  }

  /// After how many milliseconds the car has what it wants, or nil if that is not within `limit`.
  func millisecondsUntilSated(within limit: Int64) -> Int64? {
    var ahead = self
    var passed: Int64 = 0
    while ahead.wanted > 0 {
      let step = min(limit - passed, Self.longestStepMilliseconds)
      guard step > 0 else { return nil }
      let (power, missing) = (ahead.powerWatts, ahead.wanted)
      if power * step >= missing { return passed + (missing + power - 1) / power }
      _ = ahead.charge(milliseconds: step)
      passed += step
    }
    return passed
  }
}
