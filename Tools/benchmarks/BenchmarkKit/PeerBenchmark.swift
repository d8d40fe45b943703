import CPeers
import EventLog

/// The same durable work by the ledger, by SQLite and by PostgreSQL, in turns: events by position,
/// each added once by its id, readable by station (decision 24).
///
/// The ledger's next batch is made ready while one commits; PostgreSQL is sent the next one meanwhile,
/// too.
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
    var theirs = [[Timing]](repeating: [], count: peers.count)
    for round in 0..<plan.rounds {
      results.note("peers, batches of \(size.batch), round \(round + 1) of \(plan.rounds)")
      // Everybody is first in some rounds: the disk remembers what was written before.
      for turn in 0...peers.count {
        let contender = (round + turn) % (peers.count + 1)
        if contender < peers.count {
          theirs[contender].append(try run(peers[contender], size, ids))
        } else {
          ours.append(try runLedger(size, ids))
        }
      }
    }
    for (peer, timings) in zip(peers, theirs) {
      var figure = Figure(
        id: "append_against_\(peer.id)_\(size.batch)" + (ids == .random ? "" : "_growing_ids"),
        title: "append by \(ids) ids, \(size.batch) a commit", unit: "events/s",
        count: size.events, ours
      )
      .against(
        peer.name, count: size.events, timings, ours: ours, ourCount: size.events, by: .wall)
      if size.batch == 100 && ids == .random { figure.goal = .ratioAtLeast(3) }
      results.figures.append(figure)
    }
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
  private func runLedger(_ size: BenchmarkPlan.AppendSize, _ ids: IDs) throws -> Timing {
    let name = "peers"
    // A window that holds all ids of the run, as the unique indexes of the others do.
    let ledger = try EventSource.makeLedger(
      at: workspace.file(name), options: .init(eventIDWindow: 1 << 20))
    let source = EventSource()
    let timing = try Timing.measure {
      try BatchPipeline().append(0..<size.events, batch: size.batch, to: ledger) {
        try source.add($1, id: ids.id(of: $1), to: &$0)
      }
    }
    try Self.appendAgain(ids, to: ledger)
    try check(ledger, size)
    try workspace.remove(name)
    return timing
  }

  /// Adds nothing: the id is known.
  private static func appendAgain(_ ids: IDs, to ledger: Ledger) throws {
    var events = EventBatch()
    try EventSource().add(0, id: ids.id(of: 0), to: &events)
    try ledger.append(events)
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
