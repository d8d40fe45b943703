import FleetSimulator
import Quantities
import Sessions
import Sites
import Tariffs
import TestSupport
import Testing

@testable import Projections

@Suite("Totals over sessions")
struct TotalsTests {
  /// A fleet at two sites with different clocks, tariffs and currencies, one station that moves, and
  /// one that belongs to no site.
  private func sample(seed: UInt64) throws -> TestLedger {
    let fleet = try Fleet(seed: seed)
    let names = fleet.stations.map(\.name)
    let control = try TestLedger()
    try control.publishSite("depot", Array(names[0..<3]), power: Power(milliwatts: 2_000_000))
    try control.publishSite("pier", [names[3]], zone: .auckland)
    try control.publishSite(
      "pier", [names[2], names[3]], from: "2026-03-03T12:00:00Z", zone: .auckland)
    try control.publish(tariff: "T", perKWh: "0.333333", vat: 19, for: .site("depot"))
    try control.publish(tariff: "CHEAP", perKWh: "0.111111", for: .station(names[1]))
    try control.publish(tariff: "PIER", perKWh: "0.777777", vat: 15, in: "NZD", for: .site("pier"))
    for piece in fleet.pieces(2) { try control.load(trace: piece) }
    return control
  }

  private static let keys: [[TotalsKey]] = [
    [], [.day], [.week, .currency], [.month, .site], [.site, .tariff], [.station], [.tariff],
    [.currency], [.day, .site, .tariff], [.day, .station, .tariff, .currency],
  ]

  @Test(
    "are the sums over the sessions of the list, whatever the filter and the keys",
    arguments: [61, 62] as [UInt64])
  func sums(seed: UInt64) throws {
    // Given sessions of two currencies, some without a price, one declared void,
    let control = try sample(seed: seed)
    var random = SplitMix64(seed: seed)
    let some = try #require(try control.sessions().randomElement(using: &random))
    _ = try control.correct(.void(some.session.id))
    let models = try control.models()
    let all = try models.sessions()
    let currencies = Set(all.compactMap { $0.price?.currency })
    #expect(currencies.count == 2 && all.contains { $0.price == nil && !$0.session.isVoid })
    #expect(all.contains { $0.session.findings.contains { $0.code == .powerAboveConnector } })
    for round in 0..<15 {
      let filter = round == 0 ? SessionFilter() : .sample(from: all, using: &random)
      for keys in Self.keys {
        // When they are added up,
        let totals = try models.totals(matching: filter, by: keys)
        // Then each total is what its sessions come to one by one.
        var expected = ListSum.totals(of: try models.sessions(filter), by: keys)
        for total in totals.totals {
          let sum = expected.removeValue(forKey: .init(total, keys))
          #expect(sum == ListSum(total.sums), "seed \(seed): \(filter) by \(keys): \(total)")
        }
        #expect(expected.isEmpty, "seed \(seed): \(filter) by \(keys) lacks \(expected)")
      }
    }
  }

  @Test("are told by the calendar of the site, also where the clocks change")
  func days() throws {
    // Given sessions around midnight in Auckland, in Berlin on the day of the change, and without a
    // site.
    let control = try TestLedger()
    try control.publishSite("pier", ["A"], zone: .auckland)
    try control.publishSite("depot", ["B"])
    let starts = [
      ("A", "2026-03-01T10:59:00Z"), ("A", "2026-03-01T11:01:00Z"), ("B", "2026-03-28T23:30:00Z"),
      ("B", "2026-03-29T22:30:00Z"), ("C", "2026-03-29T23:30:00Z"),
    ]
    for (place, start) in starts.enumerated() {
      try control.load(
        Visit(station: start.0, transaction: place + 1, start: instant(start.1), minutes: 20))
    }
    let models = try control.models()
    func counts(_ key: TotalsKey) throws -> [String: Int] {
      let totals = try models.totals(matching: SessionFilter(), by: [key, .site]).totals
      return Dictionary(
        totals.map {
          ("\($0.firstDay.map { "\($0)" } ?? "-") \($0.site ?? "-")", $0.sums.sessions)
        }, uniquingKeysWith: +)
    }
    #expect(
      try counts(.day) == [
        "2026-03-01 pier": 1, "2026-03-02 pier": 1, "2026-03-29 depot": 1, "2026-03-30 depot": 1,
        "2026-03-29 -": 1,
      ])
    // 1 and 29 March 2026 are Sundays.
    #expect(
      try counts(.week) == [
        "2026-02-23 pier": 1, "2026-03-02 pier": 1, "2026-03-23 depot": 1, "2026-03-30 depot": 1,
        "2026-03-23 -": 1,
      ])
    #expect(
      try counts(.month) == ["2026-03-01 pier": 2, "2026-03-01 depot": 2, "2026-03-01 -": 1])
  }

  @Test("add exact amounts, and beside them what bills show, even beyond 64 bits")
  func rounding() throws {
    // Given three sessions of a third of a cent more than 3.33, and one of 1.8 thousand million million.
    let control = try TestLedger()
    try control.publishSite("depot", ["A", "B"])
    try control.publish(tariff: "THIRD", perKWh: "0.333333", for: .station("A"))
    try control.publish(tariff: "WIDE", perKWh: "9000000000000", for: .station("B"))
    let start = instant("2026-03-01T08:00:00Z")
    for hour in 0..<3 {
      try control.load(
        Visit(station: "A", transaction: hour + 1, start: start.after(hours: 2 * hour)))
    }
    let models = try control.models()
    let sums = try #require(try models.totals(matching: SessionFilter(), by: []).totals.first).sums
    #expect(sums.inclVAT.exactDecimalString == "9.999990000000000000")
    #expect(sums.shownInclVAT.exactDecimalString == "9.990000000000000000")
    try control.load(Visit(station: "B", start: start, wattHours: 200_000))
    let tariffs = try control.models().totals(matching: SessionFilter(), by: [.tariff])
    #expect(tariffs.totals.map(\.tariff) == ["THIRD", "WIDE"])
    #expect(
      tariffs.totals.last?.sums.inclVAT.decimalString(decimals: 0) == "1800000000000000")
    #expect(
      tariffs.overall.first?.sums.inclVAT.decimalString(decimals: 5) == "1800000000000009.99999")
  }
}

/// What sessions come to, added up from a list of them.
private struct ListSum: Equatable {
  /// What tells totals apart, as text.
  struct Group: Hashable {
    var texts: [String]
    var currency: String

    init(_ total: SessionTotal, _ keys: [TotalsKey]) {
      texts = keys.map { key in
        switch key {
        case .day, .week, .month: total.firstDay.map { "\($0)" } ?? "-"
        case .site: total.site ?? "-"
        case .station: total.station ?? "-"
        case .tariff: total.tariff ?? "-"
        case .currency: "-"
        }
      }
      currency = total.currency.map { "\($0)" } ?? "-"
    }

    init(_ entry: SessionEntry, _ keys: [TotalsKey]) {
      let zone = entry.placement?.zone ?? .utc
      let day = zone.local(at: entry.session.startedAt).date
      texts = keys.map { key in
        switch key {
        case .day: "\(day)"
        case .week:
          "\((0..<7).map { day.advanced(byDays: -$0) }.first { $0.weekday == .monday } ?? day)"
        case .month: "\(day)".prefix(8) + "01"
        case .site: entry.placement?.siteID ?? "-"
        case .station: entry.stationName
        case .tariff: entry.price?.tariffID ?? "-"
        case .currency: "-"
        }
      }
      currency = entry.price.map { "\($0.currency)" } ?? "-"
    }
  }

  var counts = [0, 0, 0, 0, 0]
  var energy: Int128 = 0
  var duration: Int128 = 0
  var amounts = [ExactAmount](repeating: .zero, count: 4)

  init() {}

  init(_ sums: SessionSums) {
    counts = [sums.sessions, sums.open, sums.unpriced, sums.findings, sums.void]
    energy = sums.energy
    duration = sums.duration
    amounts = [sums.exclVAT, sums.inclVAT, sums.shownExclVAT, sums.shownInclVAT]
  }

  mutating func add(_ entry: SessionEntry) {
    let session = entry.session
    if session.isVoid {
      counts[4] += 1
      return
    }
    counts[0] += 1
    counts[1] += session.state == .open ? 1 : 0
    counts[2] += entry.price == nil ? 1 : 0
    counts[3] += session.findings.count
    energy += Int128(session.energy.milliwattHours)
    duration += Int128(session.endedAt?.milliseconds(since: session.startedAt) ?? 0)
    guard let price = entry.price else { return }
    let all = [
      price.exclVAT, price.inclVAT, price.exclVAT.rounded(in: price.currency),
      price.inclVAT.rounded(in: price.currency),
    ]
    for (place, amount) in all.enumerated() { amounts[place] += amount }
  }

  /// Sessions without a price go with the only currency of their group, unless it is a key.
  static func totals(of entries: [SessionEntry], by keys: [TotalsKey]) -> [Group: ListSum] {
    var currencies: [[String]: Set<String>] = [:]
    for entry in entries where entry.price != nil {
      let group = Group(entry, keys)
      currencies[group.texts, default: []].insert(group.currency)
    }
    return entries.reduce(into: [:]) { sums, entry in
      var group = Group(entry, keys)
      let known = currencies[group.texts] ?? []
      if !keys.contains(.currency), known.count == 1 { group.currency = known.first ?? "-" }
      sums[group, default: ListSum()].add(entry)
    }
  }
}

extension TimeZoneTable {
  /// Auckland's clocks in March 2026: thirteen hours ahead.
  fileprivate static let auckland: TimeZoneTable = {
    do {
      return try TimeZoneTable(
        name: "Pacific/Auckland", tzdataVersion: "test", offsetBeforeFirst: 46_800, transitions: [])
    } catch {
      preconditionFailure("the table of the tests is wrong: \(error)")
    }
  }()
}
