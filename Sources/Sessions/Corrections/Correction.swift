import Quantities

/// What a person says about sessions that no charger said: a fact with a reason and an author.
///
/// Facts name sessions by their id and other facts by their position. They change no evidence: a
/// second stage applies them to what the fold has concluded, so undoing one leaves no trace but the
/// fact itself.
public struct Correction: Sendable, Hashable {
  /// What is corrected.
  public enum Change: Sendable, Hashable {
    /// The session belongs to another token, or to none.
    case token(SessionID, token: String?)
    /// The meter of a connector was exchanged.
    case meter(MeterExchange)
    /// One station took the place of another.
    case station(StationExchange)
    /// Two or more sessions of one station are one.
    case merge([SessionID])
    /// The session is two: one until this time, one from then on.
    case split(SessionID, at: Instant)
    /// The session never was: it is shown, and counts for nothing.
    case void(SessionID)
    /// The fact at this position no longer holds.
    case undo(position: UInt64)
  }

  public var change: Change
  /// Why, in words.
  public var reason: String
  /// Who says so.
  public var author: String
  /// From when on it is meant to hold, for people; an exchange or a cut has a time of its own.
  public var effectiveAt: Instant?

  public init(_ change: Change, reason: String, author: String, effectiveAt: Instant? = nil) {
    self.change = change
    self.reason = reason
    self.author = author
    self.effectiveAt = effectiveAt
  }
}

/// A meter was exchanged: registers go on from another figure.
public struct MeterExchange: Sendable, Hashable {
  /// The name of the station.
  public var station: String
  /// Nil where the station numbers its connectors through.
  public var evse: Int32?
  public var connector: Int32
  public var at: Instant
  /// What the old meter showed last.
  public var registerBefore: Energy
  /// What the new meter showed first.
  public var registerAfter: Energy

  public init(
    station: String, evse: Int32? = nil, connector: Int32, at: Instant, registerBefore: Energy,
    registerAfter: Energy
  ) {
    self.station = station
    self.evse = evse
    self.connector = connector
    self.at = at
    self.registerBefore = registerBefore
    self.registerAfter = registerAfter
  }
}

/// A station was exchanged: from then on the new one stands where the old one stood.
public struct StationExchange: Sendable, Hashable {
  /// The name of the station that is gone.
  public var old: String
  /// The name of the station in its place.
  public var new: String
  public var at: Instant

  public init(old: String, new: String, at: Instant) {
    self.old = old
    self.new = new
    self.at = at
  }
}

extension Correction.Change {
  /// The sessions that it names.
  public var sessions: [SessionID] {
    switch self {
    case .token(let id, _), .split(let id, _), .void(let id): [id]
    case .merge(let ids): ids
    case .meter, .station, .undo: []
    }
  }

  /// The session that it makes: the second part of a split one.
  public var product: SessionID? {
    if case .split(let id, let time) = self { .secondPart(of: id, from: time) } else { nil }
  }

  /// The name in the log, in the command and in JSON.
  public var name: String {
    switch self {
    case .token: "token"
    case .meter: "meter"
    case .station: "station"
    case .merge: "merge"
    case .split: "split"
    case .void: "void"
    case .undo: "undo"
    }
  }
}
