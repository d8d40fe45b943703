import LMDB
import Quantities
import Sessions
import Tariffs

/// Adds up sessions by going through the summaries of all.
struct TotalsScan {
  private let keys: [TotalsKey]
  private let period: TotalsKey?
  private let needsPlace: Bool
  private let bySite: Bool
  private let byStation: Bool
  private let byTariff: Bool
  private let facts: Facts
  private var filter: SummaryFilter
  private var places: TotalsPlaces
  private var table = TotalsTable()
  /// The last day and the first one of its period: most sessions start on the day of the one before.
  private var lastDay: (day: Int32, first: Int32)?

  init(_ filter: SessionFilter, by keys: [TotalsKey], _ facts: Facts) {
    self.keys = keys
    self.facts = facts
    self.filter = SummaryFilter(filter, facts)
    period = keys.first { $0.isPeriod }
    bySite = keys.contains(.site)
    byStation = keys.contains(.station)
    byTariff = keys.contains(.tariff)
    needsPlace = period != nil || bySite
    places = TotalsPlaces(facts)
  }

  /// - Parameter look: gives a session as it is itself if it is one of those asked for.
  /// - Complexity: O(sessions), at about the speed of memory.
  mutating func run(
    over summaries: Database, in transaction: borrowing ReadTransaction,
    look: (_ sessionKey: UInt64) throws -> SessionEntry?
  ) throws -> SessionTotals {
    try transaction.forEach(in: summaries) { try take($0, look) }
    return SessionTotals(by: keys, of: table.entries.map { total($0) })
  }

  @inline(__always)
  private mutating func take(
    _ entry: Entry, _ look: (_ sessionKey: UInt64) throws -> SessionEntry?
  ) throws -> Bool {
    guard let sessionKey = Key.number(entry.key), entry.value.count >= SessionSummary.byteCount
    else { throw ProjectionError.damagedRow("summaries") }
    let summary = SessionSummary(entry.value)
    guard filter.matches(summary, entry.value) else { return true }
    var price: SessionPrice?
    if !filter.isCertain(of: summary) {
      guard let session = try look(sessionKey) else { return true }
      if summary.flags.contains(.wideCost), case .priced(let found) = session.cost { price = found }
    }
    let findings = entry.value.count - SessionSummary.byteCount
    table.update(group(of: summary)) { entry in
      entry.add(summary, findings: findings)
      if let price { entry.add(price) }
    }
    return true
  }

  @inline(__always)
  private mutating func group(of summary: SessionSummary) -> TotalsGroup {
    var group = TotalsGroup()
    group.currency = summary.currency
    if byStation { group.station = summary.station }
    if byTariff { group.tariff = summary.tariff }
    guard needsPlace else { return group }
    let (site, day) = places.find(summary)
    if bySite { group.site = site }
    if let period { group.day = firstDay(of: period, with: day) }
    return group
  }

  private mutating func firstDay(of period: TotalsKey, with day: Int32) -> Int32 {
    if period == .day { return day }
    if let lastDay, lastDay.day == day { return lastDay.first }
    let first = period.firstDay(ofPeriodWith: CivilDate(daysSinceEpoch: Int(day)))
    lastDay = (day, Int32(clamping: first.daysSinceEpoch))
    return Int32(clamping: first.daysSinceEpoch)
  }

  /// The sums of a group, with names for its numbers.
  private func total(_ entry: TotalsEntry) -> SessionTotal {
    let group = entry.group
    var total = SessionTotal()
    if period != nil { total.firstDay = CivilDate(daysSinceEpoch: Int(group.day)) }
    if bySite { total.site = places.site(group.site) }
    if byStation { total.station = facts.stationName(StationID(rawValue: group.station)) }
    if byTariff, group.tariff != 0 {
      total.tariff = facts.tariffs.publishedTariff(at: group.tariff)?.publication.tariff.id
    }
    total.currency = SessionSummary.currency(of: group.currency)
    total.sums = entry.finished
    return total
  }
}

extension ReadModels {
  /// What the sessions that match come to, by some keys: none, one or several, of periods at most one.
  ///
  /// - Complexity: O(sessions), but over their summaries; sessions themselves are only looked at where
  ///   the filter asks for a token.
  public func totals(
    matching filter: SessionFilter, by keys: [TotalsKey]
  ) throws -> SessionTotals {
    try generation.environment.read { transaction in
      let facts = try facts(in: transaction)
      var scan = TotalsScan(filter, by: keys, facts)
      return try scan.run(over: generation.summaries, in: transaction) {
        try entry($0, matching: filter, facts, transaction)
      }
    }
  }
}
