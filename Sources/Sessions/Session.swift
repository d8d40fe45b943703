import ChargerEvents
import Quantities

/// Names a session for ever: 16 bytes, shown as 32 hexadecimal digits (SEMANTICS 15).
public struct SessionID: Hashable, Sendable {
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// A station's number in this ledger, given in order of first appearance.
public struct StationID: Hashable, Sendable, Comparable {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static func < (left: StationID, right: StationID) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// One charging session, as the log so far tells it: a row of the `sessions` read model.
///
/// A session carries its evidence (messages, readings with their registers) beside what was
/// concluded from it (start, end, energy, curve, states). ``conclude()`` makes the second from the
/// first, so a session that was closed can take in a late record and be concluded again.
public struct Session: Sendable, Hashable {
  public enum State: UInt8, Sendable { case open, closed }

  /// What the energy of a session rests on, best evidence first (SEMANTICS 16).
  public enum EnergyEvidence: UInt8, Sendable, CaseIterable {
    case startAndStop, beginAndEnd, samples, none
    /// A record of the whole session states it; there are no frames.
    case importedTotal
  }

  /// What closed a session.
  public enum Closing: UInt8, Sendable, CaseIterable {
    /// The station said that the transaction ended.
    case stop
    /// Nothing was heard of it for ``SessionPolicy/silenceBeforeClosingMilliseconds``.
    case silence
    /// Another transaction began in its place.
    case nextTransaction
    /// Its connector became available, and nothing was heard of it for
    /// ``SessionPolicy/silenceOfFreeConnectorMilliseconds``. 1.6 only.
    case connectorFreed
    /// The back end refused the start, and nothing was heard of it for
    /// ``SessionPolicy/silenceAfterRefusalMilliseconds``: no energy was asked for. 1.6 only.
    case refused
  }

  /// Whose rules the transaction follows.
  public enum Dialect: UInt8, Sendable, CaseIterable {
    case ocpp16, ocpp2
    /// There are no frames: the session comes from a CDR, an OCPI Session or a row of a table.
    case imported
  }

  /// How finely the log tells what went on.
  public enum Grain: UInt8, Sendable, CaseIterable {
    /// By the frames of the station.
    case frames
    /// By the charging periods of a record.
    case periods
    /// By a total: the curve is a straight line.
    case total
  }

  /// What the back end said to a 1.6 start; an acceptance outweighs a refusal of its repetition.
  public enum StartAnswer: UInt8, Sendable, CaseIterable { case none, refused, accepted }

  public var id: SessionID
  public var station: StationID
  /// The log position of the record that opened it. Unique: a record opens at most one session.
  public var openedAtPosition: UInt64
  /// The position of the last record that changed it.
  public var lastPosition: UInt64
  /// When the ledger received the last record of it: silence counts from here.
  public var lastReceivedAt: Instant
  public var dialect: Dialect
  /// The charger's or back end's name for the transaction; empty while a 1.6 start is unanswered.
  public var transactionID: String
  /// Other ids that the back end gave to repetitions of the same 1.6 start.
  public var transactionAliases: [String]
  public var evse: Int32?
  public var connector: Int32?
  public var token: String?
  public var state: State
  public var startedAt: Instant
  /// When the transaction ended; nil while open.
  public var endedAt: Instant?
  /// As the charger said it (`EVDisconnected`, `Local`…); nil while open or when it said nothing.
  public var stopReason: String?
  /// What closed it; nil while open.
  public var closing: Closing?
  /// The back end refused the start and nothing followed: there is nothing to bill, not even a fee
  /// for starting.
  public var wasRefused: Bool { closing == .refused }
  /// The end was not reported but concluded: from silence, from the next transaction, or from a
  /// connector that is free again.
  public var isEstimated: Bool
  public var startAnswer: StartAnswer
  public var meterStart: Energy?
  public var meterStop: Energy?
  public var energy: Energy
  public var energyEvidence: EnergyEvidence
  /// The registers that ``energy`` rests on, in time order.
  public var energyPoints: [EnergyPoint]
  /// What the vehicle fed back, by the export register. Not taken off ``energy``.
  public var exportedEnergy: Energy
  /// The curve in time order: one point a reading.
  public var readings: [Reading]
  /// Readings that the curve leaves out, with a finding each that says why.
  public var setAside: [Reading]
  /// Changes of the charging state in time order; the first is at the start.
  public var states: [StateChange]
  /// The messages of the transaction that shaped it, meter values alone excepted.
  public var messages: [Message]
  public var findings: [Finding]
  /// How finely the log tells what went on.
  public var grain: Grain
  /// What the record that it comes from says was billed; nil if it does not, and for frames.
  public var billed: BilledAmount?
  /// Whether it was taken back, by a credit CDR, by declaring it invalid, or by a person: it has no
  /// price.
  public var isVoid: Bool

  /// What was told of it, once it was closed, before late records changed that; oldest first.
  public var revisions: [Revision] = []
  /// The session that it was split from by hand.
  public var splitFrom: SessionID?
  /// The ids of sessions that were found to be parts of it, or merged into it by hand; they lead
  /// here.
  public var mergedIDs: [SessionID] = []
  /// All ids that lead to it.
  public var ids: [SessionID] { [id] + mergedIDs }
  /// Records whose signed values say no number that could be a reading, in order.
  var signedPositions: [UInt64] = []
  /// 1.6: the session before it on its connector, if it was known when this one was closed.
  public var predecessor: Predecessor?
  /// The station labels kW as W; the readings hold the true power.
  var hasPowerInKilowatts: Bool
  /// A 64-bit name of what the start said; retries of a start have the same (SEMANTICS 7).
  var startKey: SessionKey
  /// The sequence number that `token` was taken from: the lowest that names one. 2.x only.
  var tokenSequence: Int64
  /// The sequence number that `evse` was taken from. 2.x only.
  var placeSequence: Int64
  /// The sequence number that `connector` was taken from. 2.x only.
  var connectorSequence: Int64
  /// The sequence number that `stopReason` was taken from. 2.x only.
  var reasonSequence: Int64
  /// The names under which records of it are found; empty unless it is imported.
  var recordNames: [String]
  /// The name under which a CDR that knows no Session, or a Session that no CDR names, waits for the
  /// other; nil once both have come, and where the records name each other.
  var chargeName: String?
  /// The rank of the record that it shows (``ChargerEvents/SessionRecord/Source``).
  var recordRank: UInt8
  /// The energy that the record states, which ``energy`` need not be: it may be negative, or not the
  /// sum of the periods. Nil if it states none, and for frames.
  var statedEnergy: Energy?
  /// What a reader remarked about the record.
  var recordRemarks: [SessionRecord.Remark] = []

  public init(id: SessionID, station: StationID, openedAtPosition: UInt64, startedAt: Instant) {
    self.id = id
    self.station = station
    self.openedAtPosition = openedAtPosition
    self.lastPosition = openedAtPosition
    self.lastReceivedAt = startedAt
    self.dialect = .ocpp16
    self.transactionID = ""
    self.transactionAliases = []
    self.state = .open
    self.startedAt = startedAt
    self.isEstimated = false
    self.startAnswer = .none
    self.energy = .zero
    self.energyEvidence = .none
    self.energyPoints = []
    self.exportedEnergy = .zero
    self.hasPowerInKilowatts = false
    self.readings = []
    self.setAside = []
    self.states = []
    self.messages = []
    self.findings = []
    self.startKey = SessionKey(rawValue: 0)
    self.tokenSequence = .max
    self.placeSequence = .max
    self.connectorSequence = .max
    self.reasonSequence = .max
    self.grain = .frames
    self.isVoid = false
    self.recordNames = []
    self.recordRank = 0
  }
}
