import Bytes
import FleetSimulator
import Quantities
import Sessions
import Tariffs
import TestSupport
import Testing

@testable import Projections

@Suite("Pages of sessions")
struct PagingTests {
  /// A fleet of which two thirds belong to a site with a price, the rest to none.
  private func sample(seed: UInt64, pieces: Range<Int> = 0..<2) throws -> (TestLedger, Fleet) {
    let fleet = try Fleet(seed: seed)
    let control = try TestLedger()
    try control.publishSite("depot", fleet.stations.prefix(4).map(\.name))
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    for piece in fleet.pieces(2)[pieces] { try control.load(trace: piece) }
    return (control, fleet)
  }

  private func page(
    _ models: ReadModels, _ filter: SessionFilter, _ order: SessionOrder,
    after cursor: SessionCursor?, limit: Int?
  ) throws -> (ids: [SessionID], next: SessionCursor?) {
    var ids: [SessionID] = []
    let next = try models.forEachSession(
      matching: filter, in: order, after: cursor, limit: limit
    ) { ids.append($0.session.id) }
    return (ids, next)
  }

  /// All pages, one after the other, each cursor through its text.
  private func paged(
    _ models: ReadModels, _ filter: SessionFilter, _ order: SessionOrder, limit: Int
  ) throws -> [SessionID] {
    var (ids, next) = try page(models, filter, order, after: nil, limit: limit)
    while let cursor = next {
      #expect(ids.count % limit == 0, "every page but the last one is full")
      let read = try #require(SessionCursor(cursor.text))
      #expect(read == cursor && read.isOf(filter, in: order))
      let more = try page(models, filter, order, after: read, limit: limit)
      #expect(!more.ids.isEmpty, "a cursor leads to another page")
      ids += more.ids
      next = more.next
    }
    return ids
  }

  @Test(
    "of any length, filter and order put together are the filtered, sorted whole",
    arguments: [31, 32, 33] as [UInt64])
  func anyOrder(seed: UInt64) throws {
    let (control, _) = try sample(seed: seed)
    let models = try control.models()
    let all = try models.sessions()
    var random = SplitMix64(seed: seed)
    var found = 0
    for _ in 0..<40 {
      let filter = SessionFilter.sample(from: all, using: &random)
      for field in SessionOrder.Field.allCases {
        let order = SessionOrder(field, isDescending: Bool.random(using: &random))
        let matching = all.filter { filter.matches($0) }
        let expected = Self.sorted(matching, by: order).map(\.session.id)
        let limit = Int.random(in: 1...max(2, all.count), using: &random)
        #expect(
          try paged(models, filter, order, limit: limit) == expected,
          "seed \(seed): \(filter) by \(order), \(limit) a page")
        #expect(try page(models, filter, order, after: nil, limit: nil).ids == expected)
        found += expected.count
      }
    }
    #expect(found > all.count, "the filters let something through")
  }

  /// The order as the documentation has it, found in another way than by ranks.
  private static func sorted(
    _ entries: [SessionEntry], by order: SessionOrder
  ) -> [SessionEntry] {
    func value(_ entry: SessionEntry) -> Int128? {
      let session = entry.session
      let end = session.endedAt?.millisecondsSinceEpoch
      let start = session.startedAt.millisecondsSinceEpoch
      switch order.field {
      case .started: return Int128(start)
      case .ended: return end.map { Int128($0) }
      case .energy: return Int128(session.energy.milliwattHours)
      case .cost: return entry.price.flatMap { $0.inclVAT.minorUnits(of: $0.currency) }
      case .duration: return end.map { Int128($0 - start) }
      }
    }
    let sign: Int128 = order.isDescending ? -1 : 1
    return entries.sorted { left, right in
      let keys = [left, right].map { entry in
        (
          value(entry) == nil ? 1 : 0, sign * (value(entry) ?? 0),
          sign * Int128(entry.session.openedAtPosition)
        )
      }
      return keys[0] < keys[1]
    }
  }

  @Test(
    "neither repeat nor lose a session while the log grows",
    arguments: SessionOrder.Field.allCases)
  func whileItGrows(field: SessionOrder.Field) throws {
    // Given a list that somebody has begun to read,
    let (control, fleet) = try sample(seed: 34, pieces: 0..<1)
    let order = SessionOrder(field)
    var filter = SessionFilter()
    filter.state = .closed
    let before = try page(control.models(), filter, order, after: nil, limit: nil).ids
    let first = try page(control.models(), filter, order, after: nil, limit: 5)
    // When the second half of the history comes,
    try control.load(trace: fleet.pieces(2)[1])
    let rest = try page(control.models(), filter, order, after: first.next, limit: nil)
    // Then the rest holds all that were in the list, each once, among new ones.
    let all = first.ids + rest.ids
    #expect(before.count > 10 && Set(all).count == all.count)
    #expect(all.filter { before.contains($0) } == before)
  }

  @Test("have a new order by cost when a tariff of the past is published")
  func repriced() throws {
    let (control, fleet) = try sample(seed: 35)
    let order = SessionOrder(.cost, isDescending: true)
    let before = try page(control.models(), SessionFilter(), order, after: nil, limit: nil).ids
    let dear = try #require(fleet.stations.first?.name)
    try control.publish(tariff: "DEAR", perKWh: "900", for: .station(dear))
    let after = try page(control.models(), SessionFilter(), order, after: nil, limit: nil).ids
    let entries = Self.sorted(try control.sessions(), by: order)
    #expect(after == entries.map(\.session.id) && after != before)
    #expect(entries.first?.stationName == dear)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A cursor is of one filter and one order, and one changed letter makes it none")
  func cursors() throws {
    let order = SessionOrder(.energy)
    var filter = SessionFilter()
    filter.token = "A"
    let rank = SessionRank(group: 0, value: 7, tie: 9)
    let cursor = SessionCursor(rank: rank, order: order, filter: filter.fingerprint)
    #expect(SessionCursor(cursor.text) == cursor && cursor.isOf(filter, in: order))
    #expect(!cursor.isOf(SessionFilter(), in: order))
    #expect(!cursor.isOf(filter, in: SessionOrder(.energy, isDescending: true)))
    for text in ["", "1", "1-2", cursor.text.uppercased(), cursor.text + "0"] {
      #expect(SessionCursor(text) == nil, "\(text)")
    }
    for place in cursor.text.indices {
      var changed = cursor.text
      let letter: Character = changed[place] == "0" ? "1" : "0"
      changed.replaceSubrange(place...place, with: [letter])
      #expect(SessionCursor(changed) == nil, "\(changed)")
    }
  }
}
