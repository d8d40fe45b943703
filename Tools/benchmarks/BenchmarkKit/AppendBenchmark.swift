import Bytes
import CAppendLoop
import EventLog
import LMDB
import Quantities

/// Durable append through the event log against a plain C loop on liblmdb that writes the same
/// records and the same rows of stream heads in the same batches.
struct AppendBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  private static let bodyBytes = 256
  private static let stations = 100
  /// The C loop's first event is received one millisecond later.
  private static let epoch: Int64 = 1_735_689_600_000

  func run(into results: inout BenchmarkResults) throws {
    for size in plan.appends { try measure(size, into: &results) }
  }

  private func measure(
    _ size: BenchmarkPlan.AppendSize, into results: inout BenchmarkResults
  ) throws {
    var ours: [Timing] = []
    var loop: [Timing] = []
    var digest: UInt64 = 0
    for round in 0..<plan.rounds {
      results.note("append in batches of \(size.batch), round \(round + 1) of \(plan.rounds)")
      // Whoever goes second finds a disk that was just written to, so they take turns.
      if round.isMultiple(of: 2) { loop.append(try runLoop(size)) }
      ours.append(try runLedger(size))
      if !round.isMultiple(of: 2) { loop.append(try runLoop(size)) }
      digest = try compareRecords(size)
      if round == plan.rounds - 1 { try noteBytes(into: &results) }
      try workspace.remove("append")
      try workspace.remove("append-loop")
    }
    results.figures.append(
      Figure(
        id: "append_batch_\(size.batch)",
        title: "durable append, \(Self.bodyBytes) byte bodies, batches of \(size.batch)",
        unit: "events/s", count: size.events, ours
      )
      .against(
        "C loop", count: size.events, loop, ours: ours, ourCount: size.events, by: .wall
      )
      .reaching(.ratioAtLeast(0.7)))
    results.digests["append_batch_\(size.batch)"] = hexadecimal(digest)
  }

  private func runLoop(_ size: BenchmarkPlan.AppendSize) throws -> Timing {
    let directory = try workspace.makeDirectory("append-loop")
    let nanoseconds = wattledger_c_append(
      directory, UInt64(size.events), UInt64(size.batch), Self.bodyBytes,
      UInt32(Self.stations))
    guard nanoseconds > 0 else {
      throw BenchmarkError("the C loop failed with LMDB's code \(nanoseconds)")
    }
    let seconds = Double(nanoseconds) / 1e9
    return Timing(wallSeconds: seconds, processorSeconds: seconds)
  }

  private func runLedger(_ size: BenchmarkPlan.AppendSize) throws -> Timing {
    let ledger = try Ledger.create(at: workspace.file("append"))
    try ledger.append { batch in
      for station in 1...Self.stations { _ = try batch.stationID(named: "CP-\(station)") }
    }
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: Self.bodyBytes)
    return try body.withUnsafeBytes { body in
      try Timing.measure {
        var done = 0
        while done < size.events {
          let end = min(done + size.batch, size.events)
          try ledger.append { batch in
            while done < end {
              let event = NewEvent(
                kind: .ocpp16, station: UInt32(done % Self.stations) + 1,
                direction: .fromStation,
                receivedAt: Instant(millisecondsSinceEpoch: Self.epoch + Int64(done) + 1))
              try batch.append(event, body: body)
              done += 1
            }
          }
        }
      }
    }
  }
}

extension AppendBenchmark {
  /// Checks that both have written the same events, and returns the hash of them.
  private func compareRecords(_ size: BenchmarkPlan.AppendSize) throws -> UInt64 {
    let ours = try hash(ofLog: workspace.file("append/log"))
    let loop = try hash(ofLog: workspace.file("append-loop"))
    guard ours.value == loop.value, ours.events == size.events else {
      throw BenchmarkError("the C loop and the ledger did not write the same records")
    }
    return ours.value
  }

  /// Every key and record but what cannot be equal: recorded-at, checksum, salt.
  private func hash(ofLog path: String) throws -> (events: Int, value: UInt64) {
    let environment = try Environment(path: path)
    let events = try environment.openDatabase("events")
    var hash = StableHash64()
    var count = 0
    try environment.read { transaction in
      try transaction.forEach(in: events) { entry in
        hash.combine(entry.key)
        for range in [0..<16, 24..<36, 56..<entry.value.count] {
          hash.combine(UnsafeRawBufferPointer(rebasing: entry.value[range]))
        }
        count += 1
        return true
      }
    }
    return (count, hash.value)
  }

  private func noteBytes(into results: inout BenchmarkResults) throws {
    let statistics = try Ledger.open(at: workspace.file("append")).statistics()
    let id = "bytes_per_event_of_256"
    guard statistics.events >= 1000, !results.figures.contains(where: { $0.id == id }) else {
      return
    }
    results.figures.append(
      Figure(
        id: id, title: "used pages for each event with a 256 byte body", unit: "bytes",
        value: Spread([statistics.bytesPerEvent])))
  }
}
