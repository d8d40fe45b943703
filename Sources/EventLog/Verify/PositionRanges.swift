/// A set of positions, as ranges that neither touch nor overlap, from the least up.
public struct PositionRanges: Hashable, Sendable {
  /// The ranges.
  public private(set) var ranges: [ClosedRange<UInt64>] = []

  /// Without any position.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { ranges.isEmpty }
  /// The least position.
  public var first: UInt64? { ranges.first?.lowerBound }
  /// How many positions there are.
  public var count: UInt64 { ranges.reduce(0) { $0 &+ UInt64($1.upperBound - $1.lowerBound + 1) } }

  /// Adds positions that are above all that are there, or already in the last range.
  public mutating func append(_ range: ClosedRange<UInt64>) {
    if let last = ranges.last, range.lowerBound <= last.upperBound &+ 1 {
      let upper = max(last.upperBound, range.upperBound)
      ranges[ranges.count - 1] = last.lowerBound...upper
    } else {
      ranges.append(range)
    }
  }

  /// - Complexity: O(log n) ranges.
  public func contains(_ position: UInt64) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < position { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(position)
  }
}

extension PositionRanges: CustomStringConvertible {
  /// `3, 7-9 and 12 more ranges`.
  public var description: String { text(maxRanges: 20) }

  /// The first ranges, and how many more there are.
  public func text(maxRanges: Int) -> String {
    let shown = ranges.prefix(maxRanges).map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
    let more = ranges.count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more ranges" : "")
  }
}
