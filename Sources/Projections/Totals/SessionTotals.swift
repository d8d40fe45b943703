import Quantities

/// Totals over sessions: for each combination of what they are by, what the sessions come to.
///
/// Amounts of two currencies are never added. Where totals are not by currency, sessions without a price
/// are counted with those of the only currency beside them; where there are more currencies, each has a
/// total of its own, and so have the sessions without a price.
public struct SessionTotals: Sendable {
  /// What they are by, in this order.
  public let keys: [TotalsKey]
  /// Sorted by ``keys``, then by currency; what a session does not have comes first.
  public let totals: [SessionTotal]
  /// All of them together, by currency.
  public let overall: [SessionTotal]

  init(by keys: [TotalsKey], of parts: [SessionTotal]) {
    self.keys = keys
    totals = Self.joined(parts, by: keys).sorted { Self.isBefore($0, $1, by: keys) }
    overall = Self.joined(parts, by: []).sorted { Self.isBefore($0, $1, by: []) }
  }

  /// Adds up the parts that are equal in `keys` and in their currency.
  private static func joined(_ parts: [SessionTotal], by keys: [TotalsKey]) -> [SessionTotal] {
    var joined: [SessionTotal: [CurrencyCode?: SessionSums]] = [:]
    for part in parts {
      let group = part.group(by: keys)
      joined[group, default: [:]][part.currency, default: SessionSums()] += part.sums
    }
    return joined.flatMap { group, sums in
      (keys.contains(.currency) ? sums : withUnpricedBesideOnlyCurrency(sums)).map {
        var total = group
        (total.currency, total.sums) = ($0, $1)
        return total
      }
    }
  }

  private static func withUnpricedBesideOnlyCurrency(
    _ sums: [CurrencyCode?: SessionSums]
  ) -> [CurrencyCode?: SessionSums] {
    guard sums.count == 2, let unpriced = sums[nil] else { return sums }
    var priced = sums
    priced[nil] = nil
    return priced.mapValues { sums in
      var sums = sums
      sums += unpriced
      return sums
    }
  }

  private static func isBefore(
    _ left: SessionTotal, _ right: SessionTotal, by keys: [TotalsKey]
  ) -> Bool {
    for key in keys + [.currency] {
      let (first, second) = (left.rank(by: key), right.rank(by: key))
      if first != second { return first < second }
    }
    return false
  }
}

extension SessionTotal {
  /// What it has in common with others by some keys: no sums yet.
  fileprivate func group(by keys: [TotalsKey]) -> SessionTotal {
    var group = SessionTotal()
    for key in keys {
      switch key {
      case .day, .week, .month: group.firstDay = firstDay
      case .site: group.site = site
      case .station: group.station = station
      case .tariff: group.tariff = tariff
      case .currency: break
      }
    }
    return group
  }

  /// A text that sorts as the key does.
  fileprivate func rank(by key: TotalsKey) -> String {
    switch key {
    case .day, .week, .month: firstDay.map { "\($0)" } ?? ""
    case .site: site ?? ""
    case .station: station ?? ""
    case .tariff: tariff ?? ""
    case .currency: currency.map { "\($0)" } ?? ""
    }
  }
}
