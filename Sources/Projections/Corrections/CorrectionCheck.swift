import Quantities
import Sessions
import Sites

/// Judges a correction by what the read models tell.
struct CorrectionCheck {
  let models: ReadModels
  let facts: Facts
  /// The position of the last record that is folded in.
  let head: UInt64

  var book: CorrectionBook { facts.corrections }

  init(_ models: ReadModels) throws {
    self.models = models
    facts = try models.facts()
    head = try models.generation.checkpoint().position
  }

  /// The same change of the sessions that there are: an id of a merged one stands for the whole.
  func resolved(_ change: Correction.Change) throws -> Correction.Change {
    switch change {
    case .token(let id, let token): .token(try session(id).id, token: token)
    case .split(let id, let time): .split(try session(id).id, at: time)
    case .void(let id): .void(try session(id).id)
    case .merge(let ids): .merge(try ids.map { try session($0).id })
    case .meter, .station, .undo: change
    }
  }

  private func session(_ id: SessionID) throws -> Session {
    guard let entry = try models.session(id) else { throw CorrectionRefusal.unknownSession(id) }
    return entry.session
  }

  /// - Throws: ``CorrectionRefusal``.
  func check(_ change: Correction.Change) throws {
    switch change {
    case .token(let id, let token):
      let session = try valid(id)
      if session.token == token { throw CorrectionRefusal.sameToken(id, token) }
    case .void(let id):
      _ = try valid(id)
    case .split(let id, let time):
      let (_, range) = try ended(id)
      guard range.lowerBound < time, range.contains(time) else {
        throw CorrectionRefusal.outside(id, time, range)
      }
    case .merge(let ids): try check(merging: ids)
    case .meter(let exchange): try check(exchange)
    case .station(let exchange): try check(exchange)
    case .undo(let position): try check(undoing: position)
    }
  }

  private func valid(_ id: SessionID) throws -> Session {
    let session = try session(id)
    if session.isVoid { throw CorrectionRefusal.isVoid(id) }
    return session
  }

  private func ended(_ id: SessionID) throws -> (Session, Range<Instant>) {
    let session = try valid(id)
    guard session.state == .closed, let end = session.endedAt else {
      throw CorrectionRefusal.isOpen(id)
    }
    return (session, session.startedAt..<max(session.startedAt, end))
  }

  private func check(merging ids: [SessionID]) throws {
    let parts = try ids.map { try ended($0) }.sorted {
      ($0.1.lowerBound, $0.1.upperBound) < ($1.1.lowerBound, $1.1.upperBound)
    }
    for (one, other) in zip(parts, parts.dropFirst()) {
      if one.0.id == other.0.id { throw CorrectionRefusal.sameSession(one.0.id) }
      guard one.0.station == other.0.station else {
        throw CorrectionRefusal.differentStations(
          facts.stationName(one.0.station), facts.stationName(other.0.station))
      }
      guard one.1.upperBound <= other.1.lowerBound else {
        throw CorrectionRefusal.overlap(one.0.id, other.0.id)
      }
    }
  }

  private func check(_ exchange: MeterExchange) throws {
    guard isKnown(exchange.station) else {
      throw CorrectionRefusal.unknownStation(exchange.station)
    }
    try checkNotSaid(.meter(exchange))
  }

  private func check(_ exchange: StationExchange) throws {
    guard exchange.old != exchange.new else { throw CorrectionRefusal.sameStation(exchange.old) }
    guard isKnown(exchange.old) else { throw CorrectionRefusal.unknownStation(exchange.old) }
    try checkNotSaid(.station(exchange))
    // A station that comes back later is no circle: at each moment one stands in one place.
    if book.predecessor(ofStation: exchange.old, at: exchange.at) == exchange.new {
      throw CorrectionRefusal.stationCircle(old: exchange.old, new: exchange.new)
    }
  }

  private func isKnown(_ station: String) -> Bool {
    facts.station(named: station) != nil || !facts.sites.sites(ofStation: station).isEmpty
  }

  private func checkNotSaid(_ change: Correction.Change) throws {
    let same = book.entries.first { $0.correction.change == change && book.isActive($0) }
    if let same { throw CorrectionRefusal.alreadySaid(position: same.position) }
  }

  private func check(undoing position: UInt64) throws {
    guard let entry = book.entry(at: position) else {
      throw CorrectionRefusal.noCorrection(position: position)
    }
    if let undoing = book.undoing(entry) {
      throw CorrectionRefusal.alreadyUndone(position: position, by: undoing)
    }
  }
}
