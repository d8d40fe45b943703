import EventLog
import LMDB
import Quantities
import Sessions

/// How far a generation is behind the log, and what it has to do about it.
struct Backlog {
  var position: UInt64
  var work = PendingWork()
  /// How far its log time lies behind.
  var lagSeconds: UInt64 = 0
}

extension ModelGeneration {
  /// What catching up will have to do. Changes nothing.
  /// - Complexity: O(events behind the checkpoint); with new facts O(facts, and sessions of the
  ///   stations that they may be about).
  func backlog(in ledger: Ledger, through head: UInt64) throws -> Backlog {
    let checkpoint = try checkpoint()
    var backlog = Backlog(position: checkpoint.position)
    guard checkpoint.position < head || !checkpoint.isSettled else { return backlog }
    backlog.work.events = head - min(head, checkpoint.position)
    var late = Set(checkpoint.stationsToRefold)
    var time = LogTime()
    try ledger.read { log in
      var through: [StationID: Instant] = [:]
      try log.forEachEvent(from: checkpoint.position + 1, through: head) { envelope, _ in
        time.note(envelope)
        if envelope.kind.isFact {
          if backlog.work.facts.count < PendingWork.mostFacts {
            backlog.work.facts.append(envelope.position)
          }
        }
        guard envelope.station != 0 else { return true }
        let station = StationID(rawValue: envelope.station)
        let known = try through[station] ?? foldedThrough(station) ?? .distantPast
        if envelope.receivedAt < known { late.insert(station) }
        through[station] = max(known, envelope.receivedAt)
        return true
      }
      backlog.work.lateStations = try late.map { station in
        try log.stationName(station.rawValue) ?? "\(station.rawValue)"
      }.sorted()
    }
    if checkpoint.position > 0, !backlog.work.facts.isEmpty {
      let facts = try Facts(reading: ledger, through: head)
      let impact = try FactImpact(
        reading: ledger, facts, after: checkpoint.factsPosition, through: head)
      backlog.work.rows = try rowsWrittenAgain(for: impact)
    }
    if checkpoint.logTime > .distantPast, time.latest > checkpoint.logTime {
      backlog.lagSeconds = UInt64(time.latest.milliseconds(since: checkpoint.logTime) / 1000)
    }
    return backlog
  }

  func foldedThrough(_ station: StationID) throws -> Instant? { nil }

  func rowsWrittenAgain(for impact: FactImpact) throws -> UInt64 { 0 }
}

extension ProjectionStore {
  func foldedThrough(_ station: StationID) throws -> Instant? {
    try self.station(station)?.foldedThrough
  }
}

extension Generation {
  func foldedThrough(_ station: StationID) throws -> Instant? {
    try state(of: station, name: "")?.foldedThrough
  }

  func rowsWrittenAgain(for impact: FactImpact) throws -> UInt64 {
    let tables = SessionTables.stored.count { $0.dependsOnFacts }
    return UInt64(try sessionKeys(within: impact).count * tables)
  }
}
