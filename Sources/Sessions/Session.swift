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
public struct Session: Sendable, Hashable {
  public enum State: UInt8, Sendable { case open, closed }

  /// What the energy of a session rests on, best evidence first (SEMANTICS 16).
  public enum EnergyEvidence: UInt8, Sendable, CaseIterable {
    case startAndStop, beginAndEnd, samples, none
  }

  public var id: SessionID
  public var station: StationID
  /// The log position of the record that opened it. Unique: a record opens at most one session.
  public var openedAtPosition: UInt64
  /// The position of the last record that changed it.
  public var lastPosition: UInt64
  /// The charger's or back end's name for the transaction; empty while a 1.6 start is unanswered.
  public var transactionID: String
  public var evse: Int32?
  public var connector: Int32?
  public var token: String?
  public var state: State
  public var startedAt: Instant
  /// When the transaction ended; nil while open.
  public var endedAt: Instant?
  /// As the charger said it (`EVDisconnected`, `Local`…); nil while open or when it said nothing.
  public var stopReason: String?
  /// The end was not reported but concluded from silence or from the next transaction.
  public var isEstimated: Bool
  public var meterStart: Energy?
  public var meterStop: Energy?
  public var energy: Energy
  public var energyEvidence: EnergyEvidence
  /// The curve in time order: one point a reading.
  public var readings: [Reading]
  /// Changes of the charging state in time order; the first is at the start.
  public var states: [StateChange]
  public var findings: [Finding]

  /// A point of the curve.
  public struct Reading: Sendable, Hashable {
    public var at: Instant
    /// Energy delivered in this session up to `at`, never falling; nil where only power is known.
    public var energy: Energy?
    public var power: Power?
    public var current: Current?
    public var stateOfChargePercent: Int32?
    public var position: UInt64

    public init(
      at: Instant, energy: Energy?, power: Power?, current: Current?,
      stateOfChargePercent: Int32?, position: UInt64
    ) {
      self.at = at
      self.energy = energy
      self.power = power
      self.current = current
      self.stateOfChargePercent = stateOfChargePercent
      self.position = position
    }
  }

  public struct StateChange: Sendable, Hashable {
    public var at: Instant
    public var state: ChargingState
    public var position: UInt64

    public init(at: Instant, state: ChargingState, position: UInt64) {
      self.at = at
      self.state = state
      self.position = position
    }
  }

  public init(id: SessionID, station: StationID, openedAtPosition: UInt64, startedAt: Instant) {
    self.id = id
    self.station = station
    self.openedAtPosition = openedAtPosition
    self.lastPosition = openedAtPosition
    self.transactionID = ""
    self.state = .open
    self.startedAt = startedAt
    self.isEstimated = false
    self.energy = .zero
    self.energyEvidence = .none
    self.readings = []
    self.states = []
    self.findings = []
  }
}
