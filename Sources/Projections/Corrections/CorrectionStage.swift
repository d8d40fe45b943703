import LMDB
import Quantities
import Sessions

/// The stage behind the folds: it gives sessions that people have corrected their rows.
///
/// What the fold has concluded of such a session is kept aside (`evidence`), and its rows are what
/// the corrections make of that. The rows are a function of the evidence and of the facts alone, so
/// a rebuild gives the same, and undoing a fact gives what was there before.
struct CorrectionStage {
  let generation: Generation
  let facts: Facts

  /// Where a session is that a fact is about.
  private struct Place {
    var station: StationID
    var sessionKey: UInt64
    var isKeptAside: Bool
  }

  /// Writes the corrected sessions anew.
  ///
  /// - Parameter changed: the stations of which something was folded; nil stands for all.
  /// - Complexity: O(sessions that are or were corrected), and the sessions of stations of which a
  ///   meter was exchanged.
  func run(changed: Set<StationID>?) throws {
    let places = try places()
    var stations: [StationID: [UInt64]] = [:]
    for place in places.values { stations[place.station, default: []].append(place.sessionKey) }
    for (station, keys) in stations.sorted(by: { $0.key < $1.key })
    where changed?.contains(station) != false {
      let batch = try batch(for: station, sessionKeys: keys.sorted())
      try generation.environment.write { transaction in
        try generation.write([batch], in: transaction)
      }
    }
  }

  /// Every session that is kept aside or that a fact is about.
  private func places() throws -> [SessionID: Place] {
    try generation.environment.read { transaction in
      var places: [SessionID: Place] = [:]
      for header in try generation.evidenceHeaders(in: transaction) {
        places[header.id] = Place(
          station: header.station, sessionKey: header.openedAtPosition, isKeptAside: true)
      }
      for id in facts.corrections.namedSessions where places[id] == nil {
        guard let header = try generation.header(of: id, in: transaction) else { continue }
        places[header.id] = Place(
          station: header.station, sessionKey: header.openedAtPosition, isKeptAside: false)
      }
      for name in facts.corrections.stationsWithMeterExchange {
        let exchanges = facts.corrections.meterExchanges(ofStation: name)
        guard let station = facts.station(named: name) else { continue }
        for header in try generation.headers(of: station, changedBy: exchanges, in: transaction)
        where places[header.id] == nil {
          places[header.id] = Place(
            station: station, sessionKey: header.openedAtPosition, isKeptAside: false)
        }
      }
      return places
    }
  }

  /// What is to be written for one station.
  private func batch(for station: StationID, sessionKeys: [UInt64]) throws -> WriteBatch {
    let context = RowContext(facts: facts)
    context.stationName = facts.stationName(station)
    let book = facts.corrections
    var batch = WriteBatch()
    var evidence: [Session] = []
    let splits = Set(book.splitPositions)
    try generation.environment.read { transaction in
      for key in sessionKeys where !splits.contains(key) {
        if let session = try generation.foldedSession(key, in: transaction) {
          evidence.append(session)
        }
      }
    }
    let touched = evidence.filter { book.touches($0, stationName: context.stationName) }
    let restored = evidence.filter { !book.touches($0, stationName: context.stationName) }
    let corrected = CorrectedSessions(touched, stationName: context.stationName, book: book)
    let told = corrected.sessions.values.sorted { $0.openedAtPosition < $1.openedAtPosition }

    // What was told before goes with all that leads to it: what is told now may be less.
    for session in evidence {
      batch.removals.append(
        .init(sessionKey: session.openedAtPosition, station: station, id: session.id))
    }
    for entry in book.entries(reaching: evidence.flatMap(\.ids)) {
      guard let part = entry.correction.change.product else { continue }
      batch.removals.append(.init(sessionKey: entry.position, station: station, id: part))
    }
    for session in restored + told { batch.appendRows(of: session, in: context) }
    for session in touched { batch.keepEvidence(session) }
    for (id, whole) in corrected.aliases {
      guard let session = corrected.session(whole) else { continue }
      batch.aliases.append((id, session.openedAtPosition))
    }
    return batch
  }
}

extension Generation {
  /// The sessions that are kept aside, because facts correct them.
  func evidenceHeaders(
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [SessionHeader] {
    var headers: [SessionHeader] = []
    try transaction.forEach(in: evidence) { entry in
      headers.append(try SessionHeader(row: entry.value))
      return true
    }
    return headers
  }

  /// The sessions of a station that exchanges of its meters may change: those that were going on, and
  /// those that the exchange parts from the one before.
  /// - Complexity: O(sessions of the station).
  func headers(
    of station: StationID, changedBy exchanges: [MeterExchange],
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [SessionHeader] {
    var found: [SessionHeader] = []
    for (key, _) in try sessionKeys(of: station, in: transaction) {
      guard let row = try transaction.value(of: key, in: rows[0]) else { continue }
      let header = try SessionHeader(row: row)
      if exchanges.contains(where: { header.spans($0.at) }) {
        found.append(header)
      } else if exchanges.contains(where: { $0.at <= header.startedAt }) {
        let session = try Session(row: row)
        if exchanges.contains(where: { session.follows($0) }) { found.append(header) }
      }
    }
    return found
  }

  /// The session that has this id now, or that it was merged into; nil if there is none.
  func header(
    of id: SessionID, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> SessionHeader? {
    guard
      let key = try Key.with(id, { try transaction.value(of: $0, in: ids) })
        .flatMap({ Key.number($0) })
    else { return nil }
    return try transaction.value(of: key, in: rows[0]).map { try SessionHeader(row: $0) }
  }
}
