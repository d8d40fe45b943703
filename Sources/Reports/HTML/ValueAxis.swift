/// A scale from integers to a length, with ticks at multiples of 1, 2 or 5 × 10^k.
///
/// Integers, so that ticks and their labels are exact and the same everywhere.
struct ValueAxis {
  let lowest: Int64
  let highest: Int64
  let step: Int64

  /// A scale that covers `low` to `high` with about `intervals` steps.
  init(from low: Int64, to high: Int64, intervals: Int64 = 4) {
    let (low, high) = (Int128(min(low, high)), Int128(max(low, high)))
    let least = (high - low + Int128(intervals) - 1) / Int128(intervals)
    let step = Self.niceStep(atLeast: least)
    let lowest = low >= 0 ? low / step * step : (low - step + 1) / step * step
    var highest = high <= 0 ? high / step * step : (high + step - 1) / step * step
    if highest == lowest { highest += step }
    self.lowest = Int64(clamping: lowest)
    self.highest = Int64(clamping: highest)
    self.step = Int64(clamping: step)
  }

  var ticks: [Int64] { Array(stride(from: lowest, through: highest, by: Int(clamping: step))) }

  /// Where `value` is between the ends of the axis: 0 to 1, also for values beyond them.
  func fraction(_ value: Int64) -> Double {
    let span = Double(highest) - Double(lowest)
    return min(max((Double(value) - Double(lowest)) / span, 0), 1)
  }

  static func niceStep(atLeast least: Int128) -> Int128 {
    var power: Int128 = 1
    while true {
      for factor: Int128 in [1, 2, 5] where factor * power >= least { return factor * power }
      power *= 10
    }
  }
}
