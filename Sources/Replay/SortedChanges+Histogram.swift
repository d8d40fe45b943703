extension SortedChanges {
  /// A bar of the histogram: sessions whose change lies between two edges, in minor units.
  ///
  /// A rise is in (`lower`, `upper`], a fall in [`lower`, `upper`), and no change at all is a bin of
  /// its own with both edges 0. So the bins are symmetric, and who pays more is never mixed with who
  /// pays the same.
  public struct Bin: Hashable, Sendable {
    /// Nil for the first bin, which takes everything below.
    public var lower: Int64?
    /// Nil for the last bin, which takes everything above.
    public var upper: Int64?
    /// Sessions in the bin.
    public var sessions: Int
  }

  /// At most about this many bins between the open ends.
  private static let binsWanted: Int128 = 20

  /// The histogram, with edges that the data alone decides: multiples of 1, 2 or 5 × 10^k minor
  /// units from the 1st to the 99th percentile, with no change always among them. What lies outside is in the two open bins.
  public var histogram: [Bin] {
    guard let low = quantile(perMille: 10), let high = quantile(perMille: 990) else { return [] }
    let span = Int128(max(0, high)) - Int128(min(0, low))
    let width = Self.niceStep(atLeast: (span + Self.binsWanted - 1) / Self.binsWanted)
    // Bin numbers: 0 no change, 1 the first rise, -1 the first fall.
    let first = min(0, Self.number(of: low, width: width))
    let last = max(0, Self.number(of: high, width: width))
    let numbers = first...last
    var counts = [Int](repeating: 0, count: numbers.count + 2)
    for entry in changes {
      let number = Self.number(of: entry.change, width: width)
      let clamped = min(max(number, first - 1), last + 1)
      counts[Int(clamped - first + 1)] += entry.sessions
    }
    var bins = zip(numbers, counts.dropFirst()).map { number, sessions in
      Bin(
        lower: (number > 0 ? number - 1 : number) * width,
        upper: (number < 0 ? number + 1 : number) * width, sessions: sessions)
    }
    if let below = counts.first, below > 0 {
      bins.insert(Bin(lower: nil, upper: bins.first?.lower, sessions: below), at: 0)
    }
    if let above = counts.last, above > 0 {
      bins.append(Bin(lower: bins.last?.upper, upper: nil, sessions: above))
    }
    return bins
  }

  /// The number of the bin that a change is in; rises count from 1, falls from -1.
  private static func number(of change: Int64, width: Int64) -> Int64 {
    let (quotient, remainder) = change.quotientAndRemainder(dividingBy: width)
    return quotient + remainder.signum()
  }

  /// The least of 1, 2, 5, 10, 20, 50… that is not below `least`.
  private static func niceStep(atLeast least: Int128) -> Int64 {
    var power: Int128 = 1
    while true {
      for factor: Int128 in [1, 2, 5] where factor * power >= least {
        return Int64(clamping: factor * power)
      }
      power *= 10
    }
  }
}
