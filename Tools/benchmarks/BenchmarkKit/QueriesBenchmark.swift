import Projections
import Quantities
import Sessions
import Sites

/// What people ask of all sessions, each question by every filter: pages in every order, totals, and
/// one session by its id. What counts is the slowest answer of each kind.
struct QueriesBenchmark {
  let models: ReadModels

  private static let pageLength = 50

  /// Milliseconds of wall time.
  struct Slowest {
    var page = 0.0
    var totals = 0.0
    var session = 0.0
  }

  func slowest() throws -> Slowest {
    let filters = try filters()
    var slowest = Slowest()
    for filter in filters {
      for field in SessionOrder.Field.allCases {
        for isDescending in [false, true] {
          let order = SessionOrder(field, isDescending: isDescending)
          slowest.page = max(slowest.page, try slowestPage(filter, order))
        }
      }
      for keys in [[.day, .site, .tariff], [.month, .station]] as [[TotalsKey]] {
        let time = try milliseconds {
          let totals = try models.totals(matching: filter, by: keys).totals
          guard !totals.isEmpty else { throw BenchmarkError("there were no totals") }
        }
        slowest.totals = max(slowest.totals, time)
      }
    }
    slowest.session = try slowestSession()
    return slowest
  }

  /// The first page and the one behind it.
  private func slowestPage(_ filter: SessionFilter, _ order: SessionOrder) throws -> Double {
    var slowest = 0.0
    var next: SessionCursor?
    repeat {
      let isFirst = next == nil
      var count = 0
      let time = try milliseconds {
        next = try models.forEachSession(
          matching: filter, in: order, after: next, limit: Self.pageLength
        ) { _ in count += 1 }
      }
      slowest = max(slowest, time)
      guard count > 0 else { throw BenchmarkError("a page of sessions was empty") }
      if !isFirst { break }
    } while next != nil
    return slowest
  }

  /// Sessions by their ids, with all that their pages show but the price step by step.
  private func slowestSession() throws -> Double {
    var ids: [SessionID] = []
    _ = try models.forEachSession(matching: SessionFilter(), in: SessionOrder(.energy), limit: 20) {
      ids.append($0.session.id)
    }
    return try ids.reduce(0) { slowest, id in
      max(
        slowest,
        try milliseconds {
          guard let entry = try models.session(id) else {
            throw BenchmarkError("a session is gone")
          }
          _ = try models.timeline(of: entry.session)
        })
    }
  }

  /// None, each filter by itself, and many together. Each finds something.
  private func filters() throws -> [SessionFilter] {
    var some: SessionEntry?
    var odd: SessionEntry?
    _ = try models.forEachSession(matching: SessionFilter(), in: SessionOrder(), limit: 1000) {
      some = some ?? $0
      if odd == nil, !$0.session.findings.isEmpty { odd = $0 }
    }
    guard let some else { throw BenchmarkError("the fleet had no session") }
    var station = SessionFilter()
    station.stations = [some.stationName]
    var site = SessionFilter()
    site.sites = Set([some.placement?.siteID].compactMap { $0 })
    var token = SessionFilter()
    token.token = some.session.token
    var time = SessionFilter()
    time.from = .instant(some.session.startedAt)
    time.to = .instant(some.session.startedAt.advanced(byMilliseconds: 86_400_000))
    var state = SessionFilter()
    state.state = .closed
    var finding = SessionFilter()
    finding.findings = Set((odd?.session.findings ?? []).map(\.code))
    var energy = SessionFilter()
    energy.minEnergy = some.session.energy
    var combined = state
    combined.minEnergy = some.session.energy
    combined.sites = site.sites
    combined.from = .instant(some.session.startedAt)
    return [SessionFilter(), station, site, token, time, state, finding, energy, combined]
  }

  private func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    try Timing.measure(body).wallSeconds * 1000
  }
}
