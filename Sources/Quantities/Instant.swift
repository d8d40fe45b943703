/// A moment in time: whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Every time in the ledger is an `Instant`. Local time exists only together with a
/// ``TimeZoneTable``. A difference of instants is an `Int64` of milliseconds whose name says so.
public struct Instant: Hashable, Sendable {
  /// Milliseconds since the Unix epoch; negative before 1970.
  public var millisecondsSinceEpoch: Int64

  @inlinable
  public init(millisecondsSinceEpoch: Int64) {
    self.millisecondsSinceEpoch = millisecondsSinceEpoch
  }

  /// The earliest instant that can be represented.
  public static let distantPast = Instant(millisecondsSinceEpoch: .min)
  /// The latest instant that can be represented.
  public static let distantFuture = Instant(millisecondsSinceEpoch: .max)

  /// Milliseconds from `other` to `self`; negative if `self` is earlier. Saturates at the ends.
  @inlinable
  public func milliseconds(since other: Instant) -> Int64 {
    let (difference, overflow) = millisecondsSinceEpoch.subtractingReportingOverflow(
      other.millisecondsSinceEpoch)
    guard overflow else { return difference }
    return self < other ? .min : .max
  }

  /// The instant `milliseconds` later (earlier if negative). Saturates at the ends.
  @inlinable
  public func advanced(byMilliseconds milliseconds: Int64) -> Instant {
    let (sum, overflow) = millisecondsSinceEpoch.addingReportingOverflow(milliseconds)
    guard overflow else { return Instant(millisecondsSinceEpoch: sum) }
    return milliseconds < 0 ? .distantPast : .distantFuture
  }
}

extension Instant: Comparable {
  @inlinable
  public static func < (left: Instant, right: Instant) -> Bool {
    left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
  }
}
