import Bytes
import LMDB
import Quantities
import Sessions
import Sites

/// A session as the read models tell it.
public struct SessionEntry: Sendable {
  public var session: Session
  public var stationName: String
  /// Nil for a station without a site.
  public var placement: Placement?
  public var cost: SessionCost?
  /// What was told of it when, if that was asked for.
  public var timeline = SessionTimeline()
  /// The last record that was known, if it is told as of then; nil if it is told as of now.
  public var asOfPosition: UInt64?

  /// Judges the session by the power that its place has: a fold does not know places.
  public init(
    session: Session, stationName: String, placement: Placement?, cost: SessionCost? = nil
  ) {
    self.session = session
    self.session.judge(
      connectorPower: placement?.maxPower(evse: session.evse, connector: session.connector))
    self.stationName = stationName
    self.placement = placement
    self.cost = cost
  }
}

extension ReadModels {
  /// The session with this id; nil if there is none.
  public func session(_ id: SessionID) throws -> SessionEntry? {
    try generation.environment.read { transaction in
      guard
        let key = try Key.with(id, { try transaction.value(of: $0, in: generation.ids) })
          .flatMap({ Key.number($0) }),
        let session = try generation.session(key, in: transaction)
      else { return nil }
      return try self.entry(session, facts(in: transaction), transaction)
    }
  }

  /// The ids that begin with some hexadecimal digits, at most two: enough to see whether one is
  /// meant.
  public func sessionIDs(beginningWith digits: String) throws -> [SessionID] {
    guard digits.count <= 32,
      let first = SessionID(digits + String(repeating: "0", count: 32 - digits.count))
    else { return [] }
    return try generation.environment.read { transaction in
      var found: [SessionID] = []
      try Key.with(first) { start in
        try transaction.forEach(in: generation.ids, from: start) { entry in
          guard let high = Key.number(entry.key), let low = Key.number(entry.key, at: 8) else {
            throw ProjectionError.damagedRow("ids")
          }
          let id = SessionID(high: high, low: low)
          guard found.count < 2, id.description.hasPrefix(digits.lowercased()) else { return false }
          found.append(id)
          return true
        }
      }
      return found
    }
  }

  /// How many sessions there are.
  public func sessionCount() throws -> Int {
    try generation.environment.read { try $0.statistics(of: generation.rows[0]).entries }
  }

  /// The facts that the rows were written under.
  public func facts() throws -> Facts {
    try generation.environment.read { transaction in try facts(in: transaction) }
  }

  /// The facts of the same snapshot as the rows: another process may be bringing both up to date.
  func facts(in transaction: borrowing ReadTransaction) throws -> Facts {
    try Facts(reading: ledger, through: try generation.checkpoint(in: transaction).position)
  }

  public func digests() throws -> [ReadModelDigest] { try generation.digests() }

  /// The session with this key if it is one of those asked for.
  func entry(
    _ sessionKey: UInt64, matching filter: SessionFilter, _ facts: Facts,
    _ transaction: borrowing ReadTransaction
  ) throws -> SessionEntry? {
    guard let session = try generation.session(sessionKey, in: transaction) else {
      throw ProjectionError.damagedRow("sessions")
    }
    let entry = try self.entry(session, facts, transaction)
    return filter.matches(entry) ? entry : nil
  }

  private func entry(
    _ session: Session, _ facts: Facts, _ transaction: borrowing ReadTransaction
  ) throws -> SessionEntry {
    let name = facts.stationName(session.station)
    let priced = try transaction.value(of: session.openedAtPosition, in: generation.costs)
      .map { try SessionCost(row: $0) }
    let cost = session.isVoid ? .unpriced(.void) : priced
    let placement = facts.placement(ofStation: name, at: session.startedAt)
    return SessionEntry(session: session, stationName: name, placement: placement, cost: cost)
  }
}
