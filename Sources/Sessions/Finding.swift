/// An anomaly that a fold noticed: a code, how often, and the first records that show it.
public struct Finding: Sendable, Hashable {
  /// How much a finding matters to whoever bills the session.
  public enum Severity: UInt8, Sendable, Comparable {
    /// Expected in the field and handled without loss.
    case info
    /// Something is missing or contradicts itself; the result is the best that the log supports.
    case warning
    /// The station's own figures cannot be true.
    case error

    public static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// Positions kept of one finding; further records only count.
  public static let greatestPositions = 8

  public var code: FindingCode
  /// The first records that show it, in the order they were folded; at most
  /// ``greatestPositions``. Empty for what no record shows, such as silence.
  public var positions: [UInt64]
  /// How often it was seen.
  public var count: UInt32

  public init(code: FindingCode, positions: [UInt64]) {
    self.code = code
    self.positions = Array(positions.prefix(Finding.greatestPositions))
    self.count = UInt32(clamping: max(1, positions.count))
  }
}

extension [Finding] {
  /// Takes back one sighting at `position`.
  mutating func withdraw(_ code: FindingCode, at position: UInt64) {
    guard let index = firstIndex(where: { $0.code == code }) else { return }
    self[index].positions.removeAll { $0 == position }
    self[index].count -= 1
    if self[index].count == 0 { remove(at: index) }
  }

  /// Adds one sighting: a new finding, or one more of the same code.
  mutating func note(_ code: FindingCode, at position: UInt64) {
    guard let index = firstIndex(where: { $0.code == code }) else {
      append(Finding(code: code, positions: position == 0 ? [] : [position]))
      return
    }
    if self[index].count < .max { self[index].count += 1 }
    if position != 0, self[index].positions.count < Finding.greatestPositions,
      !self[index].positions.contains(position)
    {
      self[index].positions.append(position)
    }
  }
}
