import BenchmarkKit
import Foundation
import JSON
import TestSupport
import Testing

/// The benchmarks at a size of seconds, twice: they must not rot, and what they work on must be the
/// same each time. How fast they are is nobody's business here.
@Suite("The benchmarks at a small size", .serialized)
struct QuickRunTests {
  private static let figures: Set = [
    "simulate", "import", "bytes_per_event_of_fleet", "memory_import", "memory_rebuild",
    "append_batch_1", "append_batch_100", "append_batch_1000", "bytes_per_event_of_256",
    "append_batch_1000_one_core", "append_batch_1000_as_they_come", "tree_hashing", "disk_sync",
    "scan_touch", "scan_touch_unchecked",
    "memory_log_append", "memory_log_scan",
    "group_commit_1", "group_commit_16", "group_commit_256", "group_commit_p99",
    "index_build", "index_bytes_per_event", "read_station", "read_time",
    "sealed_bytes_per_event_of_fleet", "seal_fleet", "sealed_scan_fleet", "sealed_random_fleet",
    "sealed_cold_fleet", "sealed_cold_meter_values",
    "sealed_bytes_per_event_of_meter_values", "seal_meter_values", "sealed_scan_meter_values",
    "sealed_random_meter_values", "append_p99_while_packing", "append_p99_while_cutting",
    "bare_parse", "parse", "fold_frames", "fold_frames_2_workers", "scan", "decode", "fold",
    "replay", "replay_2_workers",
    "rebuild_sessions", "rebuild_sessions_2_workers", "rebuild_memory", "rebuild_append_p99",
    "rebuild_query",
    "readings_per_session", "price_total", "backtest", "backtest_2_candidates", "session_page",
    "session_totals", "session_by_id",
  ]

  /// Those that need something which a machine may not have, by its name in ``skipped``.
  private static let figuresOfOthers = [
    "SQLite": [1, 100, 1000].flatMap {
      ["append_against_sqlite_\($0)", "append_against_sqlite_\($0)_growing_ids"]
    },
    "PostgreSQL": [1, 100, 1000].flatMap {
      ["append_against_postgresql_\($0)", "append_against_postgresql_\($0)_growing_ids"]
    },
    "the cold scan": ["scan_cold"],
  ]

  /// What a run must have measured, given what it says it could not.
  private static func expectedFigures(skipped: [String]) -> [String] {
    var expected = Array(figures)
    for (name, ids) in figuresOfOthers where !skipped.contains(where: { $0.hasPrefix(name + ":") })
    {
      expected += ids
    }
    return expected.sorted()
  }

  private static func plan() -> BenchmarkPlan {
    var plan = BenchmarkPlan.quick
    plan.rounds = 1
    plan.stations = 2
    plan.pricedSessions = 100
    return plan
  }

  private func run(_ parts: Set<BenchmarkSuite.Part> = Set(BenchmarkSuite.Part.allCases))
    throws -> BenchmarkResults
  {
    try withTemporaryDirectory { directory in
      // A database server does not run as root, and has to get there.
      #expect(chmod(directory, 0o711) == 0)
      let results = try BenchmarkSuite(Self.plan(), in: directory, parts: parts).run()
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left.isEmpty, "a run leaves nothing behind")
      return results
    }
  }

  @Test("Every figure is there once, and every value and ratio is finite and above zero")
  func figures() throws {
    let results = try run()
    #expect(
      results.figures.map(\.id).sorted() == Self.expectedFigures(skipped: results.skipped))
    for figure in results.figures {
      let spreads = [
        figure.value, figure.perProcessorSecond, figure.comparison?.baselineValue,
        figure.comparison?.ratio,
      ]
      for spread in spreads.compactMap({ $0 }) {
        #expect(spread.least > 0 && spread.greatest.isFinite, "\(figure.id)")
        #expect(spread.least <= spread.median && spread.median <= spread.greatest)
      }
    }
  }

  @Test("Two runs of one plan have the same digests of all inputs and results")
  func digests() throws {
    let first = try run([.replay, .pricing]).digests
    let second = try run([.replay, .pricing]).digests
    #expect(first == second)
    #expect(
      Set(first.keys).isSuperset(of: ["trace_long", "model_costs", "bare_parse", "backtest"]))
  }

  @Test("The JSON holds the machine, the plan and every figure with its goal")
  func json() throws {
    let results = try run([.append])
    try JSONParser().withParsed(utf8: results.json) { root in
      #expect(root["machine"]?["file_system"]?.string?.isEmpty == false)
      #expect(root["plan"]?["seed"]?.int64 == Int64(results.plan.seed))
      #expect(root["figures"]?.count == results.figures.count)
      let append = root["figures"]?.elements.first { $0["id"]?.string == "append_batch_100" }
      #expect(append?["comparison"]?["baseline"]?.string == "C loop")
      #expect(append?["goal"]?["ratio_at_least"] != nil)
      #expect(append?["goal_reached"]?.bool != nil)
    }
  }

  @Test("The tables for people name every figure")
  func text() throws {
    let results = try run([.append])
    for figure in results.figures {
      #expect(results.text.contains(figure.title))
      #expect(results.markdown.contains("| `\(figure.id)` |"))
    }
  }

  @Test("Parts that do not work on a fleet's traffic do without it")
  func parts() throws {
    let results = try run([.memory])
    #expect(results.figures.map(\.id) == ["memory_log_append", "memory_log_scan"])
    #expect(results.digests.isEmpty)
  }
}

@Suite("What figures are made of")
struct FigureTests {
  @Test("The median of an even number of values lies between the two in the middle")
  func median() {
    let spread = Spread([4, 1, 3, 2])
    #expect((spread.least, spread.median, spread.greatest) == (1, 2.5, 4))
    #expect(Spread([5]).median == 5)
  }

  @Test("A goal is reached at its bound, and a figure without one has no verdict")
  func goals() {
    var figure = Figure(id: "f", title: "f", unit: "events/s", value: Spread([10]))
    #expect(figure.isGoalReached == nil)
    figure.goal = .valueAtLeast(10)
    #expect(figure.isGoalReached == true)
    figure.goal = .ratioAtLeast(0.7)
    #expect(figure.isGoalReached == false, "there is nothing to compare with")
    figure.comparison = Figure.Comparison(
      baseline: "other", baselineValue: Spread([20]), ratio: Spread([0.7, 0.69, 0.8]),
      clock: "wall")
    #expect(figure.isGoalReached == true)
    figure.goal = .ratioAtMost(0.69)
    #expect(figure.isGoalReached == false)
    figure.perProcessorSecond = Spread([30])
    figure.goal = .valueAtLeast(11)
    #expect(figure.isGoalReached == true)
    figure.goal = .wallValueAtLeast(11)
    #expect(figure.isGoalReached == false)
    figure.goal = .valueAtMost(10)
    #expect(figure.isGoalReached == true)
  }
}
