import ChargerEvents
import Quantities

extension Session {
  /// Brings the readings into time order, drops copies, and sets aside what cannot belong to the
  /// session.
  mutating func arrangeReadings() {
    if !setAside.isEmpty {
      readings += setAside
      setAside.removeAll(keepingCapacity: true)
    }
    if !isInOrder { readings.sort(by: Reading.precedes) }
    let onlyBegins = !readings.contains { $0.register != nil && $0.context != .transactionBegin }
    let stopPosition = messages.first { $0.kind == .ended }?.position
    let (startedAt, endedAt) = (startedAt, endedAt)
    var hasRegister = false
    setAside { reading, previous in
      if let previous, reading.saysTheSame(as: previous) { return .drop }
      if reading.at.advanced(byMilliseconds: SessionPolicy.clockToleranceMilliseconds) < startedAt {
        return .setAside(.readingBeforeStart)
      }
      if let endedAt, reading.at > endedAt, reading.context != .transactionEnd,
        reading.position != stopPosition
      {
        return .setAside(.readingAfterStop)
      }
      if reading.register != nil {
        if reading.context == .transactionBegin, hasRegister, !onlyBegins {
          return .setAside(.repeatedBegin)
        }
        hasRegister = true
      }
      return .keep
    }
  }

  private var isInOrder: Bool {
    guard var previous = readings.first else { return true }
    for reading in readings.dropFirst() {
      if !Reading.precedes(previous, reading) { return false }
      previous = reading
    }
    return true
  }

  /// What becomes of a reading.
  enum Verdict {
    case keep, drop
    case setAside(FindingCode)
  }

  /// Judges every reading, with the last one kept before it. What is set aside leaves the curve
  /// with a finding.
  mutating func setAside(_ verdict: (_ reading: Reading, _ previous: Reading?) -> Verdict) {
    var kept = 0
    for index in readings.indices {
      switch verdict(readings[index], kept > 0 ? readings[kept - 1] : nil) {
      case .keep:
        if kept != index { readings[kept] = readings[index] }
        kept += 1
      case .drop: break
      case .setAside(let code):
        findings.note(code, at: readings[index].position)
        setAside.append(readings[index])
        setAside[setAside.count - 1].energy = nil
      }
    }
    readings.removeSubrange(kept...)
  }
}

extension Session.Reading {
  /// Time order; at one moment the beginning comes first and the end last, then lower registers.
  static func precedes(_ left: Session.Reading, _ right: Session.Reading) -> Bool {
    if left.at != right.at { return left.at < right.at }
    if left.rank != right.rank { return left.rank < right.rank }
    if left.register != right.register {
      return (left.register ?? .leastKnown) < (right.register ?? .leastKnown)
    }
    if left.says != right.says { return left.says < right.says }
    return left.position < right.position
  }

  /// The rest of what it says, for an order that does not depend on which record came first.
  private var says: (Int64, Int64, Int64, Int32, UInt8) {
    (
      interval?.milliwattHours ?? .min, power?.milliwatts ?? .min, current?.milliamperes ?? .min,
      stateOfChargePercent ?? .min, context.rawValue
    )
  }

  private var rank: Int {
    switch context {
    case .transactionBegin: 0
    case .transactionEnd: 2
    default: 1
    }
  }

  /// Whether it is a copy, as a repeated message or a stop's transaction data brings it.
  func saysTheSame(as other: Session.Reading) -> Bool {
    at == other.at && context == other.context && register == other.register
      && exportRegister == other.exportRegister && interval == other.interval
      && power == other.power && current == other.current
      && stateOfChargePercent == other.stateOfChargePercent
  }
}

extension Energy {
  fileprivate static let leastKnown = Energy(milliwattHours: .min)
}
