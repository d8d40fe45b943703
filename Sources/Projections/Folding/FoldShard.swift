import EventLog
import Quantities
import Sessions

/// One worker of a fold: it has every `count`-th station, scans the log, and folds the records of
/// its stations.
///
/// Stations share nothing, so shards need no locks and any number of them gives the same rows.
final class FoldShard<Work: FoldWork> {
  private let index: Int
  private let count: Int
  private let ledger: Ledger
  private let work: Work

  /// By station id; nil until the station's first record in this run.
  private var stations: [Work.Station?] = []
  /// Of the records seen.
  private var time = LogTime()
  /// The greatest time of receipt that counts among the records seen (SEMANTICS 5).
  var logTime: Instant { time.latest }

  init(index: Int, count: Int, ledger: Ledger, work: Work) {
    self.index = index
    self.count = count
    self.ledger = ledger
    self.work = work
  }

  /// The control stream has no fold, but somebody must read its records too: in one of them the
  /// number of the station may be damaged.
  private func isMine(_ station: UInt32) -> Bool { Int(station) % count == index }

  /// Folds the records at `positions` and returns what is to be written.
  func fold(_ positions: ClosedRange<UInt64>) throws -> Work.Batch {
    try ledger.read { snapshot in
      try snapshot.forEachEvent(
        from: positions.lowerBound, through: positions.upperBound,
        where: { envelope in
          time.note(envelope)
          return isMine(envelope.station)
        }
      ) { envelope, body in
        guard envelope.station != 0 else { return true }
        try fold(
          envelope, body, into: station(StationID(rawValue: envelope.station), in: snapshot))
        return true
      }
    }
    return try collect(since: positions.lowerBound)
  }

  private func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, into station: Work.Station
  ) throws {
    if station.needsRefold { return }
    station.isTouched = true
    if envelope.receivedAt < station.foldedThrough {
      station.needsRefold = true
      return
    }
    station.foldedThrough = envelope.receivedAt
    try work.fold(envelope, body, into: station, isAnew: false)
  }

  /// Fires the timers of all stations that are due at `logTime` (SEMANTICS 5).
  func fireTimers(through logTime: Instant, of stations: [StationID]) throws -> Work.Batch {
    try ledger.read { snapshot in
      for id in stations where isMine(id.rawValue) {
        let station = try self.station(id, in: snapshot)
        if !station.needsRefold { try work.fireTimers(of: station, through: logTime) }
      }
    }
    return try collect(since: .max)
  }

  /// Folds a station from its first record, in order of (received-at, position): the result is as
  /// if every record had come in order (SEMANTICS 3).
  func refold(_ id: StationID, through head: UInt64) throws -> Work.Batch {
    try ledger.read { snapshot in
      let station = work.newStation(id, name: try snapshot.stationName(id.rawValue) ?? "")
      keep(station)
      for position in try snapshot.foldOrder(ofStation: id, through: head) {
        guard let event = try snapshot.event(at: position) else { continue }
        station.foldedThrough = event.envelope.receivedAt
        station.isTouched = true
        try work.fold(event.envelope, event.body, into: station, isAnew: true)
      }
    }
    return try collect(since: 0, replacing: id)
  }
}

// MARK: - Results

extension FoldShard {
  /// The stations of which this shard has folded anything.
  var changedStations: [StationID] { stations.compactMap { $0?.id } }

  /// Stations of this shard that got a record older than what they had folded.
  var stationsToRefold: [StationID] {
    stations.compactMap { $0 }.filter(\.needsRefold).map(\.id)
  }

  private func collect(
    since position: UInt64, replacing replaced: StationID? = nil
  ) throws -> Work.Batch {
    let touched = stations.compactMap { $0?.isTouched == true ? $0 : nil }
    for station in touched { station.isTouched = false }
    return try work.collect(touched, since: position, replacing: replaced)
  }
}

// MARK: - Stations

extension FoldShard {
  private func station(
    _ id: StationID, in snapshot: borrowing LogSnapshot
  ) throws -> Work.Station {
    let index = Int(id.rawValue)
    if index < stations.count, let station = stations[index] { return station }
    let name = try snapshot.stationName(id.rawValue) ?? ""
    let station = try work.storedStation(id, name: name) ?? work.newStation(id, name: name)
    keep(station)
    return station
  }

  private func keep(_ station: Work.Station) {
    let index = Int(station.id.rawValue)
    while stations.count <= index { stations.append(nil) }
    stations[index] = station
  }
}
