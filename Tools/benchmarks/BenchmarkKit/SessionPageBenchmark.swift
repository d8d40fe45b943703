import Projections
import Quantities
import Sessions

/// One page of sessions out of all: by every order, with filters that few or many pass, the first
/// page and one further on. What counts is the slowest of them.
struct SessionPageBenchmark {
  let models: ReadModels

  private static let pageLength = 50

  /// A list that somebody may ask for.
  private struct List {
    var filter = SessionFilter()
    var order: SessionOrder
  }

  /// - Returns: the milliseconds of the slowest page.
  func slowestPage() throws -> Double {
    var slowest = 0.0
    for list in try lists() {
      var next: SessionCursor?
      for _ in 0..<2 {
        var count = 0
        let timing = try Timing.measure {
          next = try models.forEachSession(
            matching: list.filter, in: list.order, after: next, limit: Self.pageLength
          ) { _ in count += 1 }
        }
        slowest = max(slowest, timing.wallSeconds * 1000)
        guard count > 0 else { throw BenchmarkError("a page of sessions was empty") }
        if next == nil { break }
      }
    }
    return slowest
  }

  private func lists() throws -> [List] {
    let orders = SessionOrder.Field.allCases.flatMap {
      [SessionOrder($0), SessionOrder($0, isDescending: true)]
    }
    var some: SessionEntry?
    _ = try models.forEachSession(matching: SessionFilter(), in: SessionOrder(), limit: 1) {
      some = $0
    }
    guard let some else { throw BenchmarkError("the fleet had no session") }
    var lists = orders.map { List(order: $0) }
    for order in orders {
      var station = List(order: order)
      station.filter.stations = [some.stationName]
      var token = List(order: order)
      token.filter.token = some.session.token
      var many = List(order: order)
      many.filter.state = .closed
      many.filter.minEnergy = Energy(milliwattHours: 5_000_000)
      many.filter.from = .instant(some.session.startedAt)
      lists += [station, token, many]
    }
    return lists
  }
}
