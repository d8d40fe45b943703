import Bytes
import ChargerEvents
import Quantities

/// Writes and reads a series of readings as differences.
///
/// Times and registers grow evenly, so what is written is how much their step changed; the energy of
/// the session follows the register, so only its deviation is written. Differences wrap around:
/// whatever was read is a value, never a crash.
struct ReadingDeltas {
  private var at: Int64
  private var step: Int64 = 0
  private var position: UInt64
  private var register: Int64 = 0
  private var rise: Int64 = 0
  private var energy: Int64 = 0
  private var power: Int64 = 0
  private var current: Int64 = 0
  private var stateOfCharge: Int64 = 0
  private var exportRegister: Int64 = 0

  init(_ start: Instant, _ position: UInt64) {
    self.at = start.millisecondsSinceEpoch
    self.position = position
  }

  /// What a reading has, one bit each; the context stands above them.
  private struct Presence: OptionSet {
    var rawValue: UInt64
    static let energy = Presence(rawValue: 1)
    static let power = Presence(rawValue: 2)
    static let current = Presence(rawValue: 4)
    static let stateOfCharge = Presence(rawValue: 8)
    static let register = Presence(rawValue: 16)
    static let interval = Presence(rawValue: 32)
    static let signature = Presence(rawValue: 64)
    static let exportRegister = Presence(rawValue: 128)
    static let contextShift: UInt64 = 8

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ reading: Session.Reading) {
      self.rawValue = UInt64(reading.context.rawValue) << Self.contextShift
      if reading.energy != nil { insert(.energy) }
      if reading.power != nil { insert(.power) }
      if reading.current != nil { insert(.current) }
      if reading.stateOfChargePercent != nil { insert(.stateOfCharge) }
      if reading.register != nil { insert(.register) }
      if reading.interval != nil { insert(.interval) }
      if reading.isSigned { insert(.signature) }
      if reading.exportRegister != nil { insert(.exportRegister) }
    }
  }

  mutating func encode(_ reading: Session.Reading, into writer: inout ByteWriter) {
    writer.varint(Presence(reading).rawValue)
    let newStep = reading.at.millisecondsSinceEpoch &- at
    writer.zigzag(newStep &- step)
    (step, at) = (newStep, reading.at.millisecondsSinceEpoch)
    writer.zigzag(Int64(bitPattern: reading.position &- position))
    position = reading.position
    if let value = reading.register?.milliwattHours {
      let newRise = value &- register
      writer.zigzag(newRise &- rise)
      (rise, register) = (newRise, value)
    }
    if let value = reading.energy?.milliwattHours {
      writer.zigzag(value &- energy &- (reading.register == nil ? 0 : rise))
      energy = value
    }
    if let value = reading.interval?.milliwattHours { writer.zigzag(value) }
    if let value = reading.power?.milliwatts {
      writer.zigzag(value &- power)
      power = value
    }
    if let value = reading.current?.milliamperes {
      writer.zigzag(value &- current)
      current = value
    }
    if let value = reading.stateOfChargePercent.map({ Int64($0) }) {
      writer.zigzag(value &- stateOfCharge)
      stateOfCharge = value
    }
    if let value = reading.exportRegister?.milliwattHours {
      writer.zigzag(value &- exportRegister)
      exportRegister = value
    }
  }

  mutating func decode(_ reader: inout ByteReader) throws(ByteReaderError) -> Session.Reading {
    let presence = Presence(rawValue: try reader.varint())
    guard let contextValue = UInt8(exactly: presence.rawValue >> Presence.contextShift),
      let context = MeterReading.Context(rawValue: contextValue)
    else { throw reader.unknownValue }
    step = try reader.zigzag() &+ step
    at = at &+ step
    position = position &+ UInt64(bitPattern: try reader.zigzag())
    var reading = Session.Reading(
      at: Instant(millisecondsSinceEpoch: at), energy: nil, power: nil, current: nil,
      stateOfChargePercent: nil, position: position, context: context,
      isSigned: presence.contains(.signature))
    let hasRegister = presence.contains(.register)
    if hasRegister {
      rise = try reader.zigzag() &+ rise
      register = register &+ rise
      reading.register = Energy(milliwattHours: register)
    }
    if presence.contains(.energy) {
      energy = try reader.zigzag() &+ energy &+ (hasRegister ? rise : 0)
      reading.energy = Energy(milliwattHours: energy)
    }
    if presence.contains(.interval) {
      reading.interval = Energy(milliwattHours: try reader.zigzag())
    }
    try decodeElectricity(of: &reading, presence, &reader)
    if presence.contains(.exportRegister) {
      exportRegister = try reader.zigzag() &+ exportRegister
      reading.exportRegister = Energy(milliwattHours: exportRegister)
    }
    return reading
  }

  private mutating func decodeElectricity(
    of reading: inout Session.Reading, _ presence: Presence, _ reader: inout ByteReader
  ) throws(ByteReaderError) {
    if presence.contains(.power) {
      power = try reader.zigzag() &+ power
      reading.power = Power(milliwatts: power)
    }
    if presence.contains(.current) {
      current = try reader.zigzag() &+ current
      reading.current = Current(milliamperes: current)
    }
    if presence.contains(.stateOfCharge) {
      stateOfCharge = try reader.zigzag() &+ stateOfCharge
      guard let percent = Int32(exactly: stateOfCharge) else { throw reader.unknownValue }
      reading.stateOfChargePercent = percent
    }
  }
}

/// Writes and reads the messages of a session as differences.
struct MessageDeltas {
  private var at: Int64
  private var position: UInt64
  private var sequence: Int64 = 0

  init(_ start: Instant, _ position: UInt64) {
    self.at = start.millisecondsSinceEpoch
    self.position = position
  }

  mutating func encode(_ message: Session.Message, into writer: inout ByteWriter) {
    let time = message.at.millisecondsSinceEpoch
    writer.write(message.kind.rawValue << 4 | (message.state.map { $0.rawValue + 1 } ?? 0))
    writer.zigzag(time &- at)
    writer.zigzag(message.receivedAt.millisecondsSinceEpoch &- time)
    writer.zigzag(Int64(bitPattern: message.position &- position))
    (at, position) = (time, message.position)
    writer.boolean(message.sequence != nil)
    if let number = message.sequence {
      writer.zigzag(number &- sequence)
      sequence = number
      writer.fixed32(message.contentHash)
    } else {
      writer.varint(UInt64(message.contentHash))
    }
  }

  mutating func decode(_ reader: inout ByteReader) throws(ByteReaderError) -> Session.Message {
    let head = try reader.byte()
    guard let kind = TransactionEvent.Kind(rawValue: head >> 4) else { throw reader.unknownValue }
    let state = head & 15 == 0 ? nil : ChargingState(rawValue: (head & 15) - 1)
    guard head & 15 == 0 || state != nil else { throw reader.unknownValue }
    at = at &+ (try reader.zigzag())
    let receivedAt = at &+ (try reader.zigzag())
    position = position &+ UInt64(bitPattern: try reader.zigzag())
    var message = Session.Message(
      kind: kind, at: Instant(millisecondsSinceEpoch: at),
      receivedAt: Instant(millisecondsSinceEpoch: receivedAt), position: position, state: state)
    if try reader.boolean() {
      sequence = sequence &+ (try reader.zigzag())
      message.sequence = sequence
      message.contentHash = try reader.fixed32()
    } else {
      message.contentHash = try reader.uint32()
    }
    return message
  }
}
