import ChargerEvents
import Quantities

extension Session {
  /// Notes that the station said something of this session.
  mutating func touch(_ stamp: EventStamp) {
    lastPosition = stamp.position
    lastReceivedAt = max(lastReceivedAt, stamp.receivedAt)
  }

  /// Notes what a record shows that is no sign of life of the transaction.
  mutating func note(_ code: FindingCode, _ stamp: EventStamp) {
    findings.note(code, at: stamp.position)
    lastPosition = stamp.position
  }

  /// The station's time if it can be right; else the time of receipt, with a finding (SEMANTICS 4).
  mutating func credible(_ time: Instant?, _ stamp: EventStamp) -> Instant {
    if let time = stamp.credible(time) { return time }
    findings.note(.clockNotCredible, at: stamp.position)
    return stamp.receivedAt
  }

  /// Takes in the readings of one message.
  ///
  /// - Parameter isLive: the readings tell of now, so a time that went back while the register went
  ///   on is a clock that was set back. A stop's transaction data may go back as it likes.
  mutating func take(
    _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp, isLive: Bool
  ) {
    restorePower()
    let latest = isLive ? latestOfLastMessage : nil
    for sample in samples {
      if sample.hasUnreadableSample { findings.note(.unreadableSample, at: stamp.position) }
      if sample.isTwoPhaseSum { findings.note(.twoPhasesOnly, at: stamp.position) }
      var reading = Reading(sample, at: .distantPast, position: stamp.position)
      guard reading.saysAnything else {
        if sample.isSigned { noteSignature(at: stamp.position) }
        continue
      }
      guard readings.count < SessionPolicy.greatestReadings else {
        findings.note(.tooManyReadings, at: stamp.position)
        return
      }
      reading.at = credible(sample.at, stamp)
      if let latest, reading.at < readings[latest].at, reading.followed(readings[latest]),
        !isCopy(reading)
      {
        findings.note(.clockNotCredible, at: stamp.position)
        reading.at = stamp.receivedAt
      }
      readings.append(reading)
    }
  }

  /// Remembers a record with signed values that are no numbers.
  private mutating func noteSignature(at position: UInt64) {
    guard signedPositions.count < SessionPolicy.greatestReadings,
      !signedPositions.contains(position)
    else { return }
    signedPositions.append(position)
    signedPositions.sort()
  }

  /// The positions of all records with signed values of the session, in order.
  public var positionsOfSignatures: [UInt64] {
    let readings = (readings + setAside).filter(\.isSigned).map(\.position)
    return Set(signedPositions + readings).sorted()
  }

  /// The reading with the latest time in the last message that brought any: within a message, the
  /// order of readings says nothing.
  private var latestOfLastMessage: Int? {
    guard var latest = readings.indices.last else { return nil }
    var index = latest
    let position = readings[index].position
    while index > 0, readings[index - 1].position == position {
      index -= 1
      if readings[index].at > readings[latest].at { latest = index }
    }
    return latest
  }

  /// Whether one of the last readings is the same: sent again, it says nothing about the clock.
  private func isCopy(_ reading: Reading) -> Bool {
    readings.suffix(SessionPolicy.greatestCopyDistance).contains { reading.saysTheSame(as: $0) }
  }
}

extension Session.Reading {
  /// A reading from a sample. Figures beyond anything a meter can show are left out.
  fileprivate init(_ sample: MeterReading, at: Instant, position: UInt64) {
    self.init(
      at: at, energy: nil, power: sample.power, current: sample.current,
      stateOfChargePercent: sample.stateOfChargePercent, position: position,
      register: sample.importRegister, exportRegister: sample.exportRegister,
      interval: sample.importInterval, context: sample.context, isSigned: sample.isSigned)
    let register = SessionPolicy.greatestRegisterMilliwattHours
    let power = SessionPolicy.greatestMilliwatts
    if (self.register?.milliwattHours.magnitude ?? 0) > register { self.register = nil }
    if (exportRegister?.milliwattHours.magnitude ?? 0) > register { exportRegister = nil }
    if (interval?.milliwattHours.magnitude ?? 0) > register { interval = nil }
    if (self.power?.milliwatts.magnitude ?? 0) > power { self.power = nil }
    if (current?.milliamperes.magnitude ?? 0) > power { current = nil }
  }

  fileprivate var saysAnything: Bool {
    register != nil || exportRegister != nil || interval != nil || power != nil || current != nil
      || stateOfChargePercent != nil
  }

  /// Whether the registers show that this reading was taken after `other`.
  fileprivate func followed(_ other: Session.Reading) -> Bool {
    guard context != .transactionBegin, let register, let earlier = other.register else {
      return false
    }
    return register > earlier
  }
}
