import CPeers
import EventLog
import Foundation
import LMDB
import Quantities
import Synchronization

/// The same durable work by the ledger, by SQLite and by PostgreSQL, in turns: events by position,
/// each added once by its id, readable by station (decision 24).
///
/// The ledger is given its events by tasks through a `LogWriter`, twice as many as a commit takes, so
/// that the next batch gathers while one commits. PostgreSQL is sent the next batch meanwhile, too.
struct PeerBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  func run(into results: inout BenchmarkResults) throws {
    var peers: [Peer] = []
    if let sqlite = Peer.sqlite(in: workspace) {
      peers.append(sqlite)
    } else {
      results.skip("SQLite", because: "its library is not installed")
    }
    guard PostgreSQLServer.obstacle == nil else {
      results.skip("PostgreSQL", because: PostgreSQLServer.obstacle ?? "")
      return try measure(peers, into: &results)
    }
    results.note("starting PostgreSQL")
    let server = try PostgreSQLServer(in: workspace)
    defer { server.stop() }
    try measure(peers + [.postgreSQL(server)], into: &results)
  }

  private func measure(_ peers: [Peer], into results: inout BenchmarkResults) throws {
    guard !peers.isEmpty else { return }
    for size in plan.peers { try measure(size, peers, into: &results) }
  }

  private func measure(
    _ size: BenchmarkPlan.AppendSize, _ peers: [Peer], into results: inout BenchmarkResults
  ) throws {
    var ours: [Timing] = []
    var eventsPerCommit: [Double] = []
    var theirs = [[Timing]](repeating: [], count: peers.count)
    for round in 0..<plan.rounds {
      results.note("peers, batches of \(size.batch), round \(round + 1) of \(plan.rounds)")
      // Everybody is first in some rounds: the disk remembers what was written before.
      for turn in 0...peers.count {
        let contender = (round + turn) % (peers.count + 1)
        if contender < peers.count {
          theirs[contender].append(try run(peers[contender], size))
        } else {
          let run = try runLedger(size)
          ours.append(run.timing)
          eventsPerCommit.append(run.eventsPerCommit)
        }
      }
    }
    for (peer, timings) in zip(peers, theirs) {
      var figure = Figure(
        id: "append_against_\(peer.id)_\(size.batch)",
        title: "append by ids through a writer, \(size.batch) a commit", unit: "events/s",
        count: size.events, ours
      )
      .against(
        peer.name, count: size.events, timings, ours: ours, ourCount: size.events, by: .wall)
      if size.batch == 100 { figure.goal = .ratioAtLeast(3) }
      results.figures.append(figure)
    }
    results.figures.append(
      Figure(
        id: "writer_commit_\(size.batch)",
        title: "events in a commit of the writer, \(size.batch) at most", unit: "events",
        value: Spread(eventsPerCommit)))
  }

  private func run(_ peer: Peer, _ size: BenchmarkPlan.AppendSize) throws -> Timing {
    let result = try peer.append(
      wattledger_peer_work(
        events: UInt64(size.events), batch: UInt64(size.batch),
        body_bytes: EventSource.bodyBytes, stations: UInt32(EventSource.stations)))
    if let error = result.error { throw BenchmarkError(String(cString: error)) }
    guard result.events == UInt64(size.events),
      result.station_events == Self.eventsOfFirstStation(size)
    else { throw BenchmarkError("\(peer.name) did not store what it was given, once each") }
    let seconds = Double(result.nanoseconds) / 1e9
    return Timing(wallSeconds: seconds, processorSeconds: seconds)
  }

  private static func eventsOfFirstStation(_ size: BenchmarkPlan.AppendSize) -> UInt64 {
    UInt64((size.events + EventSource.stations - 1) / EventSource.stations)
  }
}

extension PeerBenchmark {
  private struct LedgerRun {
    var timing: Timing
    var eventsPerCommit: Double
  }

  private func runLedger(_ size: BenchmarkPlan.AppendSize) throws -> LedgerRun {
    let name = "peers"
    let ledger = try EventSource.makeLedger(at: workspace.file(name))
    // A queue of one batch, so that every commit takes a whole one: who comes next waits in line. And
    // a window that holds all ids of the run, as the unique indexes of the others do.
    let writer = try LogWriter(
      ledger,
      options: .init(
        maxQueuedEvents: size.batch, maxBatchEvents: size.batch,
        eventIDWindow: 1 << 20))
    let failures = Mutex<[any Error]>([])
    let timing = Timing.measure {
      let producers = min(2 * size.batch, size.events)
      ProducerPool.run(producers) { producer in
        do {
          try await Self.append(stride(from: producer, to: size.events, by: producers), writer)
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
    }
    let commits = writer.status.counters.batches
    try Self.appendAgain(to: writer)
    writer.stop()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    try check(ledger, size)
    try workspace.remove(name)
    return LedgerRun(
      timing: timing, eventsPerCommit: Double(size.events) / Double(max(commits, 1)))
  }

  private static func append(_ numbers: StrideTo<Int>, _ writer: LogWriter) async throws {
    let source = EventSource()
    for number in numbers {
      try await writer.append(
        EventSource.event(number), body: source.body.span.bytes, id: id(of: number))
    }
  }

  /// Adds nothing: the id is known.
  private static func appendAgain(to writer: LogWriter) throws {
    try writer.append(EventSource.event(0), body: EventSource().body.span.bytes, id: id(of: 0))
  }

  private static func id(of number: Int) -> EventID {
    EventID(low: UInt64(number), high: UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// That every event is there once, and those of a station are found by it.
  private func check(_ ledger: Ledger, _ size: BenchmarkPlan.AppendSize) throws {
    var found: UInt64 = 0
    let head = try ledger.read { snapshot in
      try snapshot.forEachEventBackwards(ofStream: 1) { _, _ in
        found += 1
        return true
      }
      return snapshot.head
    }
    guard head == UInt64(size.events), found == Self.eventsOfFirstStation(size) else {
      throw BenchmarkError("the ledger did not store what it was given, once each")
    }
  }
}
