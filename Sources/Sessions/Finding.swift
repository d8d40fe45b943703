/// An anomaly that a fold noticed: a code, how much it matters, and the records that show it.
public struct Finding: Sendable, Hashable {
  public enum Severity: UInt8, Sendable, Comparable {
    case info, warning, error

    public static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  public var code: FindingCode
  public var positions: [UInt64]

  public init(code: FindingCode, positions: [UInt64]) {
    self.code = code
    self.positions = positions
  }
}
