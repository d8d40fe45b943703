/// Why a session cannot be priced.
public enum PricingError: Error, Sendable, Hashable {
  /// A restriction speaks of local time and nobody said whose. The path leads into the tariff.
  case timeZoneNeeded(restriction: String)
  /// An interval of the usage ends before it starts.
  case negativeInterval(index: Int)
  /// More than 10^9 kWh or 10^12 ms (31 years): no session, but broken readings or clocks.
  case usageOutOfRange
  /// The cost is beyond what an exact amount holds, about 9 × 10^18 currency units.
  case amountOutOfRange
}

extension PricingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .timeZoneNeeded(let restriction):
      "\(restriction) is a local time; give the time zone of the site (--time-zone Europe/Berlin)"
    case .negativeInterval(let index):
      "interval \(index) of the session ends before it starts"
    case .usageOutOfRange:
      "the session has more than 10^9 kWh or 31 years; its readings or its clock are broken"
    case .amountOutOfRange:
      "the cost is too large to be kept exactly; the tariff's prices are broken"
    }
  }
}
