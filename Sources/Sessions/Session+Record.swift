import Bytes
import ChargerEvents
import Quantities

/// Sessions that come from records of the whole of them, for want of frames.
extension Session {
  /// Takes everything from a record, in the place of what an earlier one said.
  mutating func adopt(_ record: SessionRecord, _ stamp: EventStamp) {
    dialect = .imported
    recordRank = record.source.rawValue
    // The record that came last is the one that a credit can take back.
    recordNames.removeAll { record.names.contains($0) }
    recordNames += record.names
    recordNames.removeFirst(max(0, recordNames.count - SessionPolicy.greatestRecordNames))
    transactionID = record.id
    evse = record.evse ?? evse
    connector = record.connector ?? connector
    token = record.token ?? token
    stopReason = record.stopReason
    startedAt = record.startedAt
    meterStart = record.meterStart.map(bounded)
    meterStop = record.meterStop.map(bounded)
    grain = record.hasPeriods ? .periods : .total
    billed = record.billed ?? billed
    isVoid = record.isInvalid
    closing = record.isOngoing ? nil : .stop
    messages = [
      Message(
        kind: record.isOngoing ? .updated : .ended,
        at: record.endedAt ?? record.pieces.last?.end ?? record.startedAt,
        receivedAt: stamp.receivedAt, position: stamp.position,
        contentHash: record.contentHash)
    ]
    adopt(record.pieces, at: stamp.position)
    statedEnergy = record.energy.map(bounded)
    recordRemarks = record.remarks
    if record.isInvalid { findings.note(.coarseInvalid, at: stamp.position) }
  }

  /// The pieces as a curve with a point at each end, and as states.
  private mutating func adopt(_ pieces: [SessionRecord.Piece], at position: UInt64) {
    readings = []
    states = []
    var reached = Energy.zero
    for piece in kept(pieces, at: position) {
      let state: ChargingState = piece.activity == .charging ? .charging : .suspendedEV
      if states.last?.at == piece.start { states.removeLast() }
      if states.last?.state != state {
        states.append(StateChange(at: piece.start, state: state, position: position))
      }
      if piece.energy > .zero { reached = bounded(reached + bounded(piece.energy)) }
      for (power, current) in piece.extremes {
        readings.append(reading(piece.end, power, current, position))
      }
      var last = reading(piece.end, nil, nil, position)
      last.energy = reached
      readings.append(last)
    }
    energy = reached
  }

  /// As many pieces as the curve keeps points of; the last one carries the rest of the energy.
  private mutating func kept(
    _ pieces: [SessionRecord.Piece], at position: UInt64
  ) -> [SessionRecord.Piece] {
    let greatest = SessionPolicy.greatestReadings / 3
    guard pieces.count > greatest else { return pieces }
    findings.note(.tooManyReadings, at: position)
    var rest = SessionRecord.Piece(
      start: pieces[greatest - 1].start, end: pieces[pieces.count - 1].end, energy: .zero,
      activity: .charging)
    for piece in pieces[(greatest - 1)...] where piece.energy > .zero {
      rest.energy = bounded(rest.energy + bounded(piece.energy))
    }
    return pieces.prefix(greatest - 1) + [rest]
  }

  /// No more energy than a register can show, so that later sums stay within 64 bits.
  private func bounded(_ energy: Energy) -> Energy {
    let greatest = SessionPolicy.greatestRegisterMilliwattHours
    return Energy(milliwattHours: min(max(energy.milliwattHours, -greatest), greatest))
  }

  private func reading(
    _ time: Instant, _ power: Power?, _ current: Current?, _ position: UInt64
  ) -> Reading {
    Reading(
      at: time, energy: nil, power: power, current: current, stateOfChargePercent: nil,
      position: position)
  }

  /// What follows from the record: the end, and the findings about it. The rules of plausibility are
  /// those of sessions from frames.
  mutating func concludeRecord() {
    findings.removeAll { $0.code.isConcluded }
    state = closing == nil ? .open : .closed
    isEstimated = closing == .silence
    energyEvidence = statedEnergy == nil && energy == .zero ? .none : .importedTotal
    let position = messages.last?.position ?? 0
    endedAt = closing == nil ? nil : max(startedAt, messages.last?.at ?? startedAt)
    findings.note(grain == .periods ? .coarsePeriods : .coarseTotal, at: position)
    for remark in recordRemarks { findings.note(once: remark.finding, at: position) }
    if closing == .silence { findings.note(.closedBySilence, at: 0) }
    if closing != nil, energyEvidence == .none { findings.note(.energyUnknown, at: position) }
    // Of periods and a total either may be absurd; the rules judge the total.
    if energy.milliwattHours > Plausibility.greatestEnergyMilliwattHours {
      findings.note(once: .energyAbsurd, at: position)
    }
    notePlausibility()
  }

  /// What the record states, be it possible or not.
  func statedFigures(connectorPower: Power?) -> SessionFigures {
    SessionFigures(
      startedAt: startedAt, endedAt: closing == nil ? nil : messages.last?.at ?? endedAt,
      milliwattHours: (statedEnergy ?? energy).milliwattHours,
      periodMilliwattHours: grain == .periods ? energy.milliwattHours : nil,
      receivedAt: messages.last?.receivedAt, connectorPower: connectorPower)
  }
}

extension SessionRecord {
  /// What tells a repetition of a record from another version of it.
  var contentHash: UInt32 {
    var hash = StableHash64()
    hash.combine(UInt64(bitPattern: startedAt.millisecondsSinceEpoch))
    hash.combine(UInt64(bitPattern: endedAt?.millisecondsSinceEpoch ?? .min))
    hash.combine(UInt64(bitPattern: energy?.milliwattHours ?? .min))
    hash.combine(UInt64(isInvalid ? 2 : isOngoing ? 1 : 0))
    hash.combine(text: token ?? "")
    hash.combine(text: names.last ?? "")
    for piece in pieces {
      hash.combine(UInt64(bitPattern: piece.start.millisecondsSinceEpoch))
      hash.combine(UInt64(bitPattern: piece.energy.milliwattHours))
      hash.combine(UInt64(piece.activity.rawValue))
    }
    for amount in [billed?.exclVAT, billed?.inclVAT] {
      hash.combine(UInt64(truncatingIfNeeded: amount?.numerator ?? .min))
    }
    return UInt32(truncatingIfNeeded: hash.value >> 32)
  }
}

extension SessionRecord.Piece {
  /// The least and the greatest power and current, as far as they are known.
  fileprivate var extremes: [(Power?, Current?)] {
    let all = [(minPower, minCurrent), (maxPower, maxCurrent)]
    return all.filter { $0.0 != nil || $0.1 != nil }
  }
}

extension SessionRecord.Remark {
  fileprivate var finding: FindingCode {
    switch self {
    case .unreadableField: .coarseFieldUnreadable
    case .registersDisagree: .energyEvidenceDisagrees
    case .periodsInWattHours: .totalDiffersFromPeriods
    case .timeDisagrees: .coarseTimeDisagrees
    case .missingTime: .coarseTimeMissing
    case .reservation: .coarseReservation
    case .negativeEnergy: .energyNegative
    }
  }
}
