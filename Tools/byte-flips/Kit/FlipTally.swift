/// What came out of changed bytes.
public struct FlipTally: Sendable {
  /// A byte whose change nothing reported, though something reads otherwise.
  public struct Violation: Sendable, Hashable {
    public var file: String
    public var offset: Int
    public var xor: UInt8
    /// What reads otherwise.
    public var what: String
  }

  /// Bytes that were changed.
  public internal(set) var flips = 0
  /// Found in the pages, records and tables.
  public internal(set) var detected = 0
  /// Found because a fresh fold gives something else.
  public internal(set) var detectedByFold = 0
  /// Everything reads as before.
  public internal(set) var unused = 0
  public internal(set) var violations: [Violation] = []

  public init() {}

  public static func + (left: FlipTally, right: FlipTally) -> FlipTally {
    var sum = left
    sum.flips += right.flips
    sum.detected += right.detected
    sum.detectedByFold += right.detectedByFold
    sum.unused += right.unused
    sum.violations += right.violations
    return sum
  }
}
