import ChargerEvents
import Quantities

extension Session {
  /// Which of two sessions keeps its id when they are merged.
  public func isOlder(than other: Session) -> Bool {
    (startedAt, id.high, id.low) < (other.startedAt, other.id.high, other.id.low)
  }

  /// This session and a later one as one; nil if they are not both over, or overlap, or if one of the
  /// two is void: what was taken back must not be billed with the other.
  ///
  /// Their energies add up. The time between them is a pause without power: a point of the curve at
  /// each of its ends, at the position of the fact, says so. Like a part of a split session it is a
  /// conclusion, not to be concluded again.
  func merged(with later: Session, correctedAt position: UInt64) -> Session? {
    guard state == .closed, later.state == .closed, station == later.station,
      let pause = endedAt, pause <= later.startedAt, isVoid == later.isVoid
    else { return nil }
    var whole = self
    whole.endedAt = later.endedAt
    whole.closing = later.closing
    whole.isEstimated = later.isEstimated
    whole.stopReason = later.stopReason
    whole.meterStop = later.meterStop
    whole.energy = energy + later.energy
    whole.exportedEnergy = exportedEnergy + later.exportedEnergy
    whole.billed = billed(with: later)
    whole.statedEnergy = nil
    whole.energyEvidence =
      later.energyEvidence.rawValue > energyEvidence.rawValue
      ? later.energyEvidence : energyEvidence
    whole.token = token ?? later.token
    whole.evse = evse ?? later.evse
    whole.connector = connector ?? later.connector
    whole.lastPosition = max(lastPosition, later.lastPosition)
    whole.lastReceivedAt = max(lastReceivedAt, later.lastReceivedAt)
    whole.mergedIDs += [later.id] + later.mergedIDs
    whole.takeNames(of: later)
    whole.append(later, after: pause, position)
    whole.revisions = [Revision].bounded(revisions + later.revisions)
    return whole
  }

  /// What both were billed; nil if that is not known of both in one currency.
  private func billed(with later: Session) -> BilledAmount? {
    guard let billed, let other = later.billed, billed.currency == other.currency else {
      return nil
    }
    func sum(_ amount: ExactAmount?, _ other: ExactAmount?) -> ExactAmount? {
      if let amount, let other { amount + other } else { nil }
    }
    return BilledAmount(
      currency: billed.currency, exclVAT: sum(billed.exclVAT, other.exclVAT),
      inclVAT: sum(billed.inclVAT, other.inclVAT))
  }

  private mutating func takeNames(of later: Session) {
    for name in [later.transactionID] + later.transactionAliases
    where !name.isEmpty && name != transactionID && !transactionAliases.contains(name) {
      transactionAliases.append(name)
    }
  }

  private mutating func append(_ later: Session, after pause: Instant, _ position: UInt64) {
    let delivered = energy - later.energy
    let isCut = later.splitFrom != nil && pause == later.startedAt
    if isCut, !energyPoints.isEmpty, !later.energyPoints.isEmpty {
      energyPoints = energyPoints.dropLast() + later.energyPoints.dropFirst()
    } else {
      energyPoints += later.energyPoints
    }
    if !isCut {
      for time in [pause, later.startedAt] {
        readings.append(
          Reading(
            at: time, energy: delivered, power: nil, current: nil, stateOfChargePercent: nil,
            position: position))
      }
      states.append(StateChange(at: pause, state: .idle, position: position))
    }
    for var reading in later.readings {
      reading.energy = reading.energy.map { $0 + delivered }
      readings.append(reading)
    }
    let isSameState = isCut && states.last?.state == later.states.first?.state
    states += isSameState ? later.states.dropFirst() : later.states[...]
    setAside += later.setAside
    signedPositions = Set(signedPositions + later.signedPositions).sorted()
    messages += later.messages
    for finding in later.findings { findings.take(finding) }
  }
}

extension [Finding] {
  /// Adds what was found elsewhere to what is known.
  mutating func take(_ other: Finding) {
    guard let index = firstIndex(where: { $0.code == other.code }) else { return append(other) }
    let (count, overflow) = self[index].count.addingReportingOverflow(other.count)
    let more = other.positions.filter { !self[index].positions.contains($0) }
    self[index].count = overflow ? .max : count
    self[index].positions = [UInt64](
      (self[index].positions + more).prefix(Finding.greatestPositions))
  }
}
