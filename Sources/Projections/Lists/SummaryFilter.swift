import Quantities
import Sessions
import Sites

/// A ``SessionFilter`` made ready for a scan over summaries.
///
/// Places and dates depend on the station and its site, which most stations never change: each is
/// looked up once.
struct SummaryFilter {
  /// What is asked of the sessions of one station.
  private enum StationRule {
    case unknown
    case none
    /// Starts in this range of milliseconds.
    case starts(Range<Int64>)
    /// The station moved: each start must be looked at.
    case byStart(name: String)
  }

  private let filter: SessionFilter
  private let facts: Facts
  private var stations: [StationRule] = []
  private let token: UInt32?
  /// Those asked for, by their raw values; empty if any will do.
  private let findings: [Bool]
  private let mask: SessionSummary.Flags
  private let flags: SessionSummary.Flags
  /// In the unit of ``SessionSummary/cost``.
  private let leastCost: Int64
  private let greatestCost: Int64

  init(_ filter: SessionFilter, _ facts: Facts) {
    self.filter = filter
    self.facts = facts
    token = filter.token.map { SessionSummary.hash($0) }
    var findings = filter.findings.isEmpty ? [] : [Bool](repeating: false, count: 256)
    for code in filter.findings { findings[Int(code.rawValue)] = true }
    self.findings = findings
    var (mask, flags) = (SessionSummary.Flags(), SessionSummary.Flags())
    if let state = filter.state {
      mask.insert(.closed)
      if state == .closed { flags.insert(.closed) }
    }
    if filter.isEstimated {
      mask.insert(.estimated)
      flags.insert(.estimated)
    }
    if filter.isUnpriced { mask.insert(.priced) }
    if filter.minCost != nil || filter.maxCost != nil {
      mask.insert(.priced)
      if !filter.isUnpriced { flags.insert(.priced) }
    }
    (self.mask, self.flags) = (mask, flags)
    leastCost = filter.minCost.map { SessionSummary.leastTenThousandths(from: $0) } ?? .min
    greatestCost = filter.maxCost.map { SessionSummary.greatestTenThousandths(to: $0) } ?? .max
    stations = Array(repeating: .unknown, count: facts.stationCount)
  }

  /// Whether a match says that the session is one of those asked for: its token is only compared by its
  /// hash, and a cost beyond 64 bits is not compared in full.
  func isCertain(of summary: SessionSummary) -> Bool {
    token == nil && !summary.flags.contains(.wideCost)
  }

  /// Whether a session may be among those asked for. Unless that is certain, whoever uses it looks at
  /// the session itself too.
  @inline(__always)
  mutating func matches(_ summary: SessionSummary, _ row: UnsafeRawBufferPointer) -> Bool {
    if summary.flags.intersection(mask) != flags { return false }
    if let token, summary.token != token { return false }
    if let evse = filter.evse, summary.evse != evse { return false }
    if let connector = filter.connector, summary.connector != connector { return false }
    if let least = filter.minEnergy, summary.energy < least.milliwattHours { return false }
    if let most = filter.maxEnergy, summary.energy > most.milliwattHours { return false }
    if summary.cost < leastCost || summary.cost > greatestCost { return false }
    if !findings.isEmpty,
      !row[SessionSummary.byteCount...].contains(where: { findings[Int($0)] })
    {
      return false
    }
    return filter.isOfAnyPlaceAndTime || matchesPlaceAndStart(summary)
  }

  private mutating func matchesPlaceAndStart(_ summary: SessionSummary) -> Bool {
    let station = Int(summary.station)
    // A number that the ledger has not given: a damaged row.
    guard station < stations.count else { return false }
    if case .unknown = stations[station] {
      stations[station] = rule(of: StationID(rawValue: summary.station))
    }
    switch stations[station] {
    case .unknown, .none: return false
    case .starts(let range): return range.contains(summary.startedAt)
    case .byStart(let name):
      let start = Instant(millisecondsSinceEpoch: summary.startedAt)
      return filter.matches(
        station: name, placement: facts.placement(ofStation: name, at: start),
        startedAt: start)
    }
  }

  private func rule(of station: StationID) -> StationRule {
    let name = facts.stationName(station)
    guard facts.isPlacementConstant(ofStation: name) else { return .byStart(name: name) }
    let placement = facts.placement(ofStation: name, at: Instant(millisecondsSinceEpoch: 0))
    let zone = placement?.zone ?? .utc
    let from = filter.from?.instant(in: zone).millisecondsSinceEpoch ?? .min
    let to = filter.to?.instant(in: zone).millisecondsSinceEpoch ?? .max
    var placeOnly = filter
    (placeOnly.from, placeOnly.to) = (nil, nil)
    guard from < to,
      placeOnly.matches(
        station: name, placement: placement, startedAt: Instant(millisecondsSinceEpoch: 0))
    else { return .none }
    return .starts(from..<to)
  }
}
