import Bytes
import EventLog
import Projections
import Quantities
import Replay
import Tariffs

/// History priced again: the engine alone over usage in memory, and whole backtests over a read
/// model of a million sessions.
struct PricingBenchmark {
  let plan: BenchmarkPlan
  let ledger: Ledger

  /// How many sessions the engine alone goes over again and again: they fit a cache, because a
  /// backtest reads one row and prices it at once.
  private static let sessionsInMemory = 1000

  func run(into results: inout BenchmarkResults) throws {
    results.note("copying sessions until there are \(plan.pricedSessions)")
    let usages = try usageInMemory()
    try SessionMultiplier(of: ledger).fill(to: plan.pricedSessions)
    noteReadings(usages, into: &results)
    let models = try ReadModels.open(for: ledger)
    let one = Backtest(tariffs: [BenchmarkTariffs.byTimeOfDay.tariff])
    let two = Backtest(
      tariffs: [BenchmarkTariffs.byTimeOfDay.tariff, BenchmarkTariffs.byEnergy.tariff])
    var totals: [Timing] = []
    var single: [Timing] = []
    var double: [Timing] = []
    var queries: [QueriesBenchmark.Slowest] = []
    for round in 1...plan.rounds {
      results.note("pricing, round \(round) of \(plan.rounds)")
      totals.append(try priceAll(usages, into: &results))
      single.append(try measure(one, over: models, "backtest", &results))
      queries.append(try QueriesBenchmark(models: models).slowest())
      double.append(try measure(two, over: models, "backtest_2_candidates", &results))
    }
    report(totals, single, double, into: &results)
    report(queries, into: &results)
  }

  /// The usage of real sessions. The models are closed again.
  private func usageInMemory() throws -> [Usage] {
    var usages: [Usage] = []
    let models = try ReadModels.open(for: ledger)
    for all in try models.usageParts(1) {
      try models.forEachUsage(in: all) { row, _ in
        if usages.count < Self.sessionsInMemory { usages.append(row.usage) }
      }
    }
    guard !usages.isEmpty else { throw BenchmarkError("the fleet had no session") }
    return usages
  }

  private func noteReadings(_ usages: [Usage], into results: inout BenchmarkResults) {
    let readings = usages.reduce(0) { $0 + $1.intervals.count + 1 }
    results.figures.append(
      Figure(
        id: "readings_per_session", title: "readings of a session, mean", unit: "readings",
        value: Spread([Double(readings) / Double(usages.count)])))
  }

  private func priceAll(
    _ usages: [Usage], into results: inout BenchmarkResults
  ) throws -> Timing {
    let zone = try TimeZoneTable.system(named: "Europe/Berlin")
    let tariff = try CompiledTariff(BenchmarkTariffs.byTimeOfDay.tariff, zone: zone)
    var sum = TaxedAmount.zero
    let timing = try Timing.measure {
      for index in 0..<plan.pricedSessions {
        sum += try tariff.total(of: usages[index % usages.count]).amount
      }
    }
    results.digests["price_total"] = "\(sum.inclVAT.numerator)"
    return timing
  }

  private func measure(
    _ backtest: Backtest, over models: ReadModels, _ name: String,
    _ results: inout BenchmarkResults
  ) throws -> Timing {
    try Timing.measure {
      results.digests[name] = "\(try backtest.run(over: models, workers: 1).digest)"
    }
  }

  private func report(
    _ queries: [QueriesBenchmark.Slowest], into results: inout BenchmarkResults
  ) {
    results.figures += [
      Figure(
        id: "session_page", title: "a page of 50 sessions, the slowest of 180", unit: "ms",
        value: Spread(queries.map(\.page))
      ).reaching(.valueAtMost(50)),
      Figure(
        id: "session_totals", title: "totals over all sessions, the slowest of 18", unit: "ms",
        value: Spread(queries.map(\.totals))
      ).reaching(.valueAtMost(50)),
      Figure(
        id: "session_by_id", title: "one session by its id, the slowest of 20", unit: "ms",
        value: Spread(queries.map(\.session))
      ).reaching(.valueAtMost(5)),
    ]
  }

  private func report(
    _ totals: [Timing], _ single: [Timing], _ double: [Timing],
    into results: inout BenchmarkResults
  ) {
    let count = plan.pricedSessions
    results.figures += [
      Figure(
        id: "price_total", title: "pricing engine alone, usage in memory", unit: "sessions/s",
        count: count, totals),
      Figure(
        id: "backtest", title: "backtest of one candidate, 1 worker", unit: "sessions/s",
        count: count, single
      ).reaching(.valueAtLeast(500_000)),
      Figure(
        id: "backtest_2_candidates", title: "backtest of two candidates, 1 worker",
        unit: "sessions/s", count: count, double),
    ]
  }
}
