import CYardsticks
import EventLog
import Foundation

/// A scan of unsealed events that touches each body: against a C cursor loop that does the same, and,
/// with nothing of the file in memory, against `dd`.
struct ScanBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  private static let name = "scan"
  private var ledgerPath: String { workspace.file(Self.name) }
  private var logPath: String { ledgerPath + "/log" }
  private var dataPath: String { logPath + "/data.mdb" }

  func run(into results: inout BenchmarkResults) throws {
    results.note("writing \(plan.scannedEvents) events to scan")
    try EventSource().append(
      0..<plan.scannedEvents, batch: 1000, to: EventSource.makeLedger(at: ledgerPath))
    try measureInMemory(into: &results)
    try measureCold(into: &results)
    try workspace.remove(Self.name)
  }

  private func measureInMemory(into results: inout BenchmarkResults) throws {
    var ours: [Timing] = []
    var loop: [Timing] = []
    var uncheckedLoop: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("scan, round \(round + 1) of \(plan.rounds)")
      if round.isMultiple(of: 2) { loop.append(try runLoop(verifies: true)) }
      ours.append(try runLedger(into: &results))
      uncheckedLoop.append(try runLoop(verifies: false))
      if !round.isMultiple(of: 2) { loop.append(try runLoop(verifies: true)) }
    }
    let count = plan.scannedEvents
    func figure(_ id: String, _ baseline: String, _ timings: [Timing]) -> Figure {
      Figure(
        id: id, title: "scan that touches each body, in memory", unit: "events/s", count: count,
        ours
      )
      .against(baseline, count: count, timings, ours: ours, ourCount: count, by: .processor)
    }
    results.figures += [
      figure("scan_touch", "C cursor loop", loop).reaching(.ratioAtLeast(0.7)),
      figure("scan_touch_unchecked", "C loop without checksums", uncheckedLoop),
    ]
  }

  private func runLedger(into results: inout BenchmarkResults) throws -> Timing {
    var events = 0
    var touched: UInt64 = 0
    let timing = try Timing.measure {
      try Ledger.open(at: ledgerPath, access: .readOnly).scan { _, body in
        touched &+= Self.touch(body)
        events += 1
        return true
      }
    }
    guard events == plan.scannedEvents else { throw BenchmarkError("the scan missed events") }
    results.digests["scan_touch"] = hexadecimal(touched)
    return timing
  }

  /// A word of each cache line of a body, added up.
  @inline(__always)
  private static func touch(_ body: UnsafeRawBufferPointer) -> UInt64 {
    var sum: UInt64 = 0
    var offset = 0
    while offset + 8 <= body.count {
      sum &+= body.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      offset += 64
    }
    return sum
  }

  private func runLoop(verifies: Bool) throws -> Timing {
    var result = wattledger_scan_result()
    let timing = Timing.measure { result = wattledger_c_scan(logPath, verifies ? 1 : 0) }
    guard result.code == 0, result.events == UInt64(plan.scannedEvents) else {
      throw BenchmarkError("the C cursor loop failed with LMDB's code \(result.code)")
    }
    return timing
  }
}

extension ScanBenchmark {
  private func measureCold(into results: inout BenchmarkResults) throws {
    var ours: [Timing] = []
    var copies: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("cold scan, round \(round + 1) of \(plan.rounds)")
      for turn in 0..<2 {
        guard try FileCache.drop(dataPath) else {
          return results.skip("the cold scan", because: "the system keeps the file in memory")
        }
        if (round + turn).isMultiple(of: 2) {
          ours.append(try runLedger(into: &results))
        } else {
          copies.append(try readWithDD())
        }
      }
    }
    let bytes = try FileManager.default.attributesOfItem(atPath: dataPath)[.size] as? Int ?? 0
    let megabytes = max(1, bytes / 1_000_000)
    var figure = Figure(
      id: "scan_cold", title: "that from a cold disk", unit: "MB/s", count: megabytes, ours
    )
    .against("dd", count: megabytes, copies, ours: ours, ourCount: megabytes, by: .wall)
    // Of the copy's processor time this process knows nothing, and of waiting for the disk neither.
    figure.perProcessorSecond = nil
    results.figures.append(figure.reaching(.ratioAtLeast(0.7)))
  }

  private func readWithDD() throws -> Timing {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["dd", "if=\(dataPath)", "of=/dev/null", "bs=1M", "status=none"]
    let timing = try Timing.measure {
      try process.run()
      process.waitUntilExit()
    }
    guard process.terminationStatus == 0 else { throw BenchmarkError("dd failed") }
    return timing
  }
}
