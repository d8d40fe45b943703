import Bytes
import Quantities
import Sessions

/// One number that depends on both prices of every session, in no order.
///
/// The wrapping sum of a hash of each session. It makes the digest of a result notice two sessions
/// that swap their prices inside one site and hour, which no total shows. It finds accidents and
/// not forgery.
struct SessionFingerprint: Sendable {
  private(set) var value: UInt64 = 0

  mutating func add(
    _ session: SessionID, baseline: AmountPair, candidate: AmountPair, isCompared: Bool
  ) {
    var hash = StableHash64()
    hash.combine(session.high)
    hash.combine(session.low)
    hash.combine(isCompared ? 1 : 0)
    hash.combine(baseline)
    hash.combine(candidate)
    value &+= hash.value
  }

  mutating func merge(_ other: SessionFingerprint) { value &+= other.value }
}

extension StableHash64 {
  fileprivate mutating func combine(_ amounts: AmountPair) {
    combine(amounts.excludingVAT)
    combine(amounts.includingVAT)
  }

  private mutating func combine(_ amount: ExactAmount) {
    combine(UInt64(truncatingIfNeeded: amount.numerator))
    combine(UInt64(truncatingIfNeeded: amount.numerator >> 64))
  }
}
