import Bytes
import ChargerEvents
import Quantities

extension Session {
  /// The two sessions that this one is if it is cut at `time`; nil if the time is not inside it or it
  /// is not over.
  ///
  /// Readings go to the part that they lie in. Energy at the cut is linear over the charging part of
  /// the time between two readings and rounds down to mWh; the second part takes the rest
  /// (SEMANTICS 18), so both together have the energy of the whole. The parts are conclusions, not
  /// evidence: they are not to be concluded again.
  func split(
    at time: Instant, into secondID: SessionID, correctedAt position: UInt64
  ) -> (first: Session, second: Session)? {
    guard state == .closed, let endedAt, startedAt < time, time < endedAt else { return nil }
    let delivered = energy(until: time)
    var (first, second) = (self, self)
    (first.statedEnergy, second.statedEnergy) = (nil, nil)
    // What was billed was billed for the whole.
    (first.billed, second.billed) = (nil, nil)
    if !energyPoints.isEmpty {
      // Nobody read the register at the cut.
      let cut = { EnergyPoint(role: $0, at: time, register: nil, position: position) }
      first.energyPoints = energyPoints.filter { $0.at <= time } + [cut(.end)]
      second.energyPoints = [cut(.begin)] + energyPoints.filter { $0.at > time }
    }
    first.endedAt = time
    first.energy = delivered
    first.isEstimated = false
    first.stopReason = nil
    first.meterStop = nil
    first.keep(until: time, atMost: delivered)
    first.exportedEnergy = min(first.exportOfReadings, exportedEnergy)

    second.id = secondID
    second.splitFrom = id
    second.mergedIDs = []
    second.revisions = []
    second.openedAtPosition = position
    second.lastPosition = position
    second.startedAt = time
    second.energy = energy - delivered
    second.exportedEnergy = exportedEnergy - first.exportedEnergy
    second.meterStart = nil
    second.findings = []
    second.keep(from: time, less: delivered)
    return (first, second)
  }

  /// What was delivered from the start to `time`.
  private func energy(until time: Instant) -> Energy {
    var total: Int64 = 0
    for piece in intervals {
      if piece.end <= time {
        total += piece.energy.milliwattHours
      } else if piece.start < time {
        let (elapsed, whole) = (
          time.milliseconds(since: piece.start), piece.end.milliseconds(since: piece.start)
        )
        total += Int64(Int128(piece.energy.milliwattHours) * Int128(elapsed) / Int128(whole))
      }
    }
    return min(Energy(milliwattHours: total), energy)
  }

  private mutating func keep(until time: Instant, atMost delivered: Energy) {
    readings.removeAll { $0.at > time }
    for index in readings.indices {
      readings[index].energy = readings[index].energy.map { min($0, delivered) }
    }
    setAside.removeAll { $0.at > time }
    states.removeAll { $0.at >= time }
    messages.removeAll { $0.at > time }
  }

  private mutating func keep(from time: Instant, less delivered: Energy) {
    readings.removeAll { $0.at <= time }
    for index in readings.indices {
      readings[index].energy = readings[index].energy.map {
        Energy(milliwattHours: max(0, $0.milliwattHours - delivered.milliwattHours))
      }
    }
    setAside.removeAll { $0.at <= time }
    if let current = states.lastIndex(where: { $0.at <= time }) {
      states.removeFirst(current)
      states[0].at = time
    }
    messages.removeAll { $0.at <= time }
  }
}

extension SessionID {
  /// The id of the second part of a session that was cut at `time`: SHA-256 of the id and the time,
  /// cut to 16 bytes. No position takes part, so it is the same in a copy of the ledger.
  static func secondPart(of id: SessionID, from time: Instant) -> SessionID {
    hash { writer in
      writer.string("split session")
      writer.fixed64(id.high)
      writer.fixed64(id.low)
      writer.zigzag(time.millisecondsSinceEpoch)
    }
  }
}
