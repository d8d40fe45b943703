/// Registers that begin again below after their greatest value: mechanical and electronic counters
/// with a fixed number of digits, and integers that overflow.
///
/// The standard wants a register that only grows (OCPP 1.6 `Energy.Active.Import.Register`, errata
/// 3.78); a full one cannot.
enum RegisterRollover {
  /// A counter that goes from `top` to `bottom`, in mWh.
  private struct Counter {
    let top: Int64
    let bottom: Int64

    init(wattHours top: Int64, to bottom: Int64 = 0) {
      self.top = top * 1_000
      self.bottom = bottom * 1_000
    }
  }

  /// Counters of three to six digits of kWh (99,999.9 kWh among them), and 32 bits of Wh with and
  /// without a sign.
  private static let counters = [
    Counter(wattHours: 1_000_000), Counter(wattHours: 10_000_000),
    Counter(wattHours: 100_000_000), Counter(wattHours: 1_000_000_000),
    Counter(wattHours: 1 << 31), Counter(wattHours: 1 << 31, to: -1 << 31),
    Counter(wattHours: 1 << 32),
  ]

  /// The energy between two registers, both in mWh, if the counter rolled over between them; nil if
  /// it did not. The lower one must be as close behind the bottom as the higher one was to the top.
  ///
  /// A counter is full within a hundredth of its size, so that a register set back by chance is not
  /// taken for a full one. Whether the energy can have flowed in the time is for the caller to say.
  static func rise(from high: Int64, to low: Int64) -> Int64? {
    guard low < high else { return nil }
    for counter in counters {
      let left = counter.top - high
      let gone = low - counter.bottom
      let nearness = min(counter.top / 100, SessionPolicy.greatestRolloverMilliwattHours)
      if left >= 0, left <= nearness, gone >= 0, gone <= nearness { return left + gone }
    }
    return nil
  }
}
