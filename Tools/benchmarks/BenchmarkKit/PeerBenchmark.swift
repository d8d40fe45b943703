import CPeers
import Dispatch
import EventLog
import Foundation
import LMDB
import Quantities
import Synchronization

/// The same durable work by the ledger, by SQLite and by PostgreSQL, in turns: events by position,
/// each added once by its id, readable by station (decision 24).
///
/// The ledger is given its events by one thread through a `LogWriter`: the next batch gathers while one
/// commits. PostgreSQL is sent the next batch meanwhile, too.
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
    for size in plan.peers {
      for ids in IDs.allCases { try measure(size, ids, peers, into: &results) }
    }
  }

  /// What producers name their events by.
  enum IDs: CaseIterable {
    /// As UUIDs of version 4: what chargers give their messages.
    case random
    /// As UUIDs of version 7, which grow with time: gentle on an index.
    case growing

    func id(of number: Int) -> EventID {
      let seed = UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
      return EventID(low: self == .random ? seed ^ seed >> 30 : UInt64(number), high: seed)
    }
  }

  private func measure(
    _ size: BenchmarkPlan.AppendSize, _ ids: IDs, _ peers: [Peer],
    into results: inout BenchmarkResults
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
          theirs[contender].append(try run(peers[contender], size, ids))
        } else {
          let run = try runLedger(size, ids)
          ours.append(run.timing)
          eventsPerCommit.append(run.eventsPerCommit)
        }
      }
    }
    for (peer, timings) in zip(peers, theirs) {
      var figure = Figure(
        id: "append_against_\(peer.id)_\(size.batch)" + (ids == .random ? "" : "_growing_ids"),
        title: "append by \(ids) ids through a writer, \(size.batch) a commit", unit: "events/s",
        count: size.events, ours
      )
      .against(
        peer.name, count: size.events, timings, ours: ours, ourCount: size.events, by: .wall)
      if size.batch == 100 && ids == .random { figure.goal = .ratioAtLeast(3) }
      results.figures.append(figure)
    }
    guard ids == .random else { return }
    results.figures.append(
      Figure(
        id: "writer_commit_\(size.batch)",
        title: "events in a commit of the writer, \(size.batch) at most", unit: "events",
        value: Spread(eventsPerCommit)))
  }

  private func run(
    _ peer: Peer, _ size: BenchmarkPlan.AppendSize, _ ids: IDs
  ) throws -> Timing {
    let result = try peer.append(
      wattledger_peer_work(
        events: UInt64(size.events), batch: UInt64(size.batch),
        body_bytes: EventSource.bodyBytes, stations: UInt32(EventSource.stations),
        has_random_ids: ids == .random))
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

  private func runLedger(_ size: BenchmarkPlan.AppendSize, _ ids: IDs) throws -> LedgerRun {
    let name = "peers"
    let ledger = try EventSource.makeLedger(at: workspace.file(name))
    // A queue of one batch, so that every commit takes a whole one: who comes next waits in line. And
    // a window that holds all ids of the run, as the unique indexes of the others do.
    let writer = try LogWriter(
      ledger,
      options: .init(
        maxQueuedEvents: size.batch, maxBatchEvents: size.batch,
        eventIDWindow: 1 << 20))
    let feed = Feed(batch: size.batch)
    let timing = Timing.measure { feed.run(size.events, ids, into: writer) }
    let commits = writer.status.counters.batches
    try Self.appendAgain(ids, to: writer)
    writer.stop()
    if let failure = feed.failure { throw failure }
    try check(ledger, size)
    try workspace.remove(name)
    return LedgerRun(
      timing: timing, eventsPerCommit: Double(size.events) / Double(max(commits, 1)))
  }

  /// Adds nothing: the id is known.
  private static func appendAgain(_ ids: IDs, to writer: LogWriter) throws {
    try writer.append(EventSource.event(0), body: EventSource().body.span.bytes, id: ids.id(of: 0))
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

/// One thread that hands over events in order, with two batches under way at most: while one commits,
/// the next gathers.
private final class Feed: Sendable {
  private let batch: Int
  private let free = DispatchSemaphore(value: 2)
  private let answered = Atomic<Int>(0)
  private let firstFailure = Mutex<AppendError?>(nil)

  init(batch: Int) { self.batch = batch }

  var failure: AppendError? { firstFailure.withLock { $0 } }

  /// Returns when all are acknowledged.
  func run(_ count: Int, _ ids: PeerBenchmark.IDs, into writer: LogWriter) {
    let source = EventSource()
    source.body.withUnsafeBytes { body in
      for number in 0..<count {
        if number.isMultiple(of: batch) { free.wait() }
        writer.submit(EventSource.event(number), body: body, id: ids.id(of: number)) { result in
          self.take(result, isLast: number == count - 1)
        }
      }
    }
    for _ in 0..<2 { free.wait() }
    for _ in 0..<2 { free.signal() }
  }

  private func take(_ result: Result<UInt64, AppendError>, isLast: Bool) {
    if case .failure(let error) = result { firstFailure.withLock { $0 = $0 ?? error } }
    let count = answered.add(1, ordering: .relaxed).newValue
    if count.isMultiple(of: batch) || isLast { free.signal() }
  }
}
