import Bytes
import EventLog
import JSON
import Projections

/// The log of a fleet folded into sessions and costs, against the bare parser over the same frames,
/// and the stages on the way there.
struct ReplayBenchmark {
  let plan: BenchmarkPlan
  let ledger: Ledger

  private struct Rounds {
    var bare: [Timing] = []
    var parse: [Timing] = []
    var scan: [Timing] = []
    var decode: [Timing] = []
    var fold: [Timing] = []
    var foldFrames: [Timing] = []
    var foldFramesByTwo: [Timing] = []
    var oneWorker: [Timing] = []
    var twoWorkers: [Timing] = []
  }

  func run(into results: inout BenchmarkResults) throws {
    let frames = try FrameArena(of: ledger)
    let folds = FrameFolds(
      one: try FrameFold(of: ledger, worker: 0, of: 1),
      two: try (0..<2).map { try FrameFold(of: ledger, worker: $0, of: 2) })
    let events = Int(try ledger.head())
    var rounds = Rounds()
    for round in 1...plan.rounds {
      results.note("replay, round \(round) of \(plan.rounds)")
      try measure(frames, folds, &rounds, &results)
    }
    report(rounds, frames: frames.count, events: events, into: &results)
    try digestModels(into: &results)
  }

  private struct FrameFolds {
    var one: FrameFold
    /// The same frames, each station's in one of two parts.
    var two: [FrameFold]
  }

  private func measure(
    _ frames: FrameArena, _ folds: FrameFolds, _ rounds: inout Rounds,
    _ results: inout BenchmarkResults
  ) throws {
    let stages = FoldStages(ledger: ledger)
    let parser = JSONParser()
    var values: [String: UInt64] = [:]
    rounds.bare.append(Timing.measure { values["bare_parse"] = frames.parseBare() })
    rounds.foldFrames.append(Timing.measure { values["fold_frames"] = folds.one.fold() })
    var energy: UInt64 = 0
    rounds.foldFramesByTwo.append(
      try Timing.measure { energy = try FrameFold.fold(folds.two) })
    guard energy == values["fold_frames"] else {
      throw BenchmarkError("the sessions depend on the workers")
    }
    rounds.oneWorker.append(try rebuild(workers: 1))
    rounds.parse.append(
      Timing.measure { values["parse"] = UInt64(frames.parse(with: parser)) })
    rounds.scan.append(try Timing.measure { values["scan"] = try stages.scan() })
    rounds.decode.append(try Timing.measure { values["decode"] = try stages.decode() })
    rounds.fold.append(try Timing.measure { values["fold"] = try stages.foldAndPrice() })
    rounds.twoWorkers.append(try rebuild(workers: 2))
    for (name, value) in values { results.digests[name] = hexadecimal(value) }
  }

  /// Builds the read models from nothing, to the sync at the end, as a first `rebuild` does.
  private func rebuild(workers: Int) throws -> Timing {
    try removeModels(of: ledger)
    return try Timing.measure { _ = try ReadModels.open(for: ledger, workers: workers) }
  }

  private func report(
    _ rounds: Rounds, frames: Int, events: Int, into results: inout BenchmarkResults
  ) {
    func add(_ id: String, _ title: String, _ timings: [Timing], _ count: Int) -> Figure {
      Figure(id: id, title: title, unit: "events/s", count: count, timings)
        .against(
          "bare parser", count: frames, rounds.bare, ours: timings, ourCount: count,
          by: .processor)
    }
    results.figures += [
      Figure(
        id: "bare_parse", title: "bare parser: simdjson over frames in memory",
        unit: "events/s", count: frames, rounds.bare),
      add("parse", "our parser over frames in memory", rounds.parse, frames),
      add("fold_frames", "frames in memory, decoded and folded", rounds.foldFrames, frames)
        .reaching(.ratioAtLeast(0.3)),
      Figure(
        id: "fold_frames_2_workers", title: "that by 2 workers", unit: "events/s", count: frames,
        rounds.foldFramesByTwo
      )
      .against(
        "one worker", count: frames, rounds.foldFrames, ours: rounds.foldFramesByTwo,
        ourCount: frames, by: .wall
      )
      .reaching(.ratioAtLeast(1.7)),
      add("scan", "scan of the log, checksums verified", rounds.scan, events),
      add("decode", "scan and decode", rounds.decode, events),
      add("fold", "scan, decode, fold into sessions and costs", rounds.fold, events)
        .reaching(.ratioAtLeast(0.2)),
      add("replay", "that, stored as read models, 1 worker", rounds.oneWorker, events)
        .reaching(.ratioAtLeast(0.2)),
      add("replay_2_workers", "that by 2 workers", rounds.twoWorkers, events),
      Figure(
        id: "rebuild_sessions", title: "read models from nothing, 1 worker", unit: "events/s",
        count: events, rounds.oneWorker
      )
      .against(
        "the same folds, nothing stored", count: events, rounds.fold, ours: rounds.oneWorker,
        ourCount: events, by: .processor
      )
      .reaching(.ratioAtLeast(0.7)),
      Figure(
        id: "rebuild_sessions_2_workers", title: "read models from nothing, 2 workers",
        unit: "events/s", count: events, rounds.twoWorkers
      )
      .against(
        "one worker", count: events, rounds.oneWorker, ours: rounds.twoWorkers,
        ourCount: events, by: .wall
      )
      .reaching(.ratioAtLeast(1.7)),
    ]
  }

  private func digestModels(into results: inout BenchmarkResults) throws {
    for comparison in try ReadModels.rebuild(for: ledger, workers: 1) {
      // What two workers built a moment ago; what nobody has asked for yet is compared with nothing.
      guard comparison.isSame != false else {
        throw BenchmarkError("the read model \(comparison.model.name) depends on the workers")
      }
      results.digests["model_\(comparison.model.name)"] = "\(comparison.model.digest)"
    }
  }
}
