import ChargerEvents
import Quantities

extension Session {
  /// A point of the curve: what the meter said, and the session's energy that follows from it.
  public struct Reading: Sendable, Hashable {
    /// The station's time if it can be right, else the time of receipt.
    public var at: Instant
    /// Energy delivered in this session up to `at`, never falling; nil where only power is known.
    public var energy: Energy?
    public var power: Power?
    public var current: Current?
    public var stateOfChargePercent: Int32?
    public var position: UInt64
    /// The import register as the meter showed it.
    public var register: Energy?
    /// The export register, from stations that can take energy back.
    public var exportRegister: Energy?
    /// Energy since the previous reading, from meters that report intervals.
    public var interval: Energy?
    public var context: MeterReading.Context
    public var isSigned: Bool

    public init(
      at: Instant, energy: Energy?, power: Power?, current: Current?,
      stateOfChargePercent: Int32?, position: UInt64, register: Energy? = nil,
      exportRegister: Energy? = nil, interval: Energy? = nil,
      context: MeterReading.Context = .periodic, isSigned: Bool = false
    ) {
      self.at = at
      self.energy = energy
      self.power = power
      self.current = current
      self.stateOfChargePercent = stateOfChargePercent
      self.position = position
      self.register = register
      self.exportRegister = exportRegister
      self.interval = interval
      self.context = context
      self.isSigned = isSigned
    }
  }

  public struct StateChange: Sendable, Hashable {
    public var at: Instant
    public var state: ChargingState
    /// The record that reported it; 0 if none did and the state was concluded.
    public var position: UInt64

    public init(at: Instant, state: ChargingState, position: UInt64) {
      self.at = at
      self.state = state
      self.position = position
    }
  }

  /// A message of the transaction: a start, a stop, a 2.x event, or a 1.6 status of its connector.
  public struct Message: Sendable, Hashable {
    public var kind: TransactionEvent.Kind
    /// The station's time if it can be right by itself, else the time of receipt.
    public var at: Instant
    public var receivedAt: Instant
    public var position: UInt64
    /// 2.x: the place in the transaction.
    public var sequence: Int64?
    public var state: ChargingState?
    /// 2.x: what it said, so that copies can be told from conflicts; 0 in 1.6.
    public var contentHash: UInt32

    public init(
      kind: TransactionEvent.Kind, at: Instant, receivedAt: Instant, position: UInt64,
      sequence: Int64? = nil, state: ChargingState? = nil, contentHash: UInt32 = 0
    ) {
      self.kind = kind
      self.at = at
      self.receivedAt = receivedAt
      self.position = position
      self.sequence = sequence
      self.state = state
      self.contentHash = contentHash
    }
  }
}

extension Session {
  /// The message that ended it: the first in sequence.
  var endMessage: Message? { messages.first { $0.kind == .ended } }
}
