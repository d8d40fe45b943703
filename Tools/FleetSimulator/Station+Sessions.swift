import Quantities

extension Station {
  /// Opens the transaction and decides its fate.
  mutating func begin(_ index: Int) {
    guard let visit = connectors[index].visit else { return }
    let transaction = Transaction(
      connector: connectors[index].number, number: nextTransactionNumber,
      uuid: random.uuid(), token: visit.token, isRemote: visit.isRemote, startedAt: now)
    transactionsBegun += 1
    var session = OpenSession(
      transaction: transaction, begin: connectors[index].sample(at: now),
      trueRegister: connectors[index].register, chargedUntil: now)
    planFault(of: &session, until: visit.departsAt)
    if link != .online { session.suffer(.lateDelivery) }
    let isRepeated = session.plannedFault == .duplicateStart && link == .online
    if isRepeated { session.suffer(.duplicateStart) }
    post(.begin(transaction, session.begin), losingAnswer: isRepeated)
    session.transaction.sequence += 1
    connectors[index].visit?.session = session
  }

  /// Lets energy flow from now on.
  mutating func startFlow(_ index: Int) {
    connectors[index].phase = .inSession
    connectors[index].visit?.session?.chargedUntil = now
    connectors[index].visit?.session?.nextReadingAt =
      now + Int64(plan.meterIntervalSeconds) * 1000
    report(.charging, index)
    if identity.isOCPP201 { tellReading(index, isStateChange: true) }
    connectors[index].nextAt = connectors[index].nextSessionStepAt
  }

  /// Does what is due now in a session whose energy is counted up to now.
  mutating func stepSession(_ index: Int) {
    guard let visit = connectors[index].visit, let session = visit.session else { return }
    if now >= visit.departsAt {
      end(index)
      return
    }
    if now >= session.faultAt {
      strike(index)
      guard connectors[index].phase == .inSession else { return }
    } else if !session.isSuspended, visit.battery.wanted == 0 {
      suspend(index)
    } else if now >= session.nextReadingAt {
      let seconds = session.isSuspended ? plan.idleMeterIntervalSeconds : plan.meterIntervalSeconds
      connectors[index].visit?.session?.nextReadingAt += Int64(seconds) * 1000
      tellReading(index, isStateChange: false)
    }
    connectors[index].nextAt = connectors[index].nextSessionStepAt
  }

  private mutating func suspend(_ index: Int) {
    connectors[index].visit?.session?.isSuspended = true
    connectors[index].visit?.session?.nextReadingAt =
      now + Int64(plan.idleMeterIntervalSeconds) * 1000
    report(.suspendedEV, index)
    if identity.isOCPP201 { tellReading(index, isStateChange: true) }
  }

  private mutating func tellReading(_ index: Int, isStateChange: Bool) {
    guard let session = connectors[index].visit?.session else { return }
    var sample = connectors[index].sample(at: now)
    // Mains voltage and the car's appetite are never quite still.
    sample.powerWatts = sample.powerWatts * random.within(990...1000) / 1000
    let (transaction, isSuspended) = (session.transaction, session.isSuspended)
    post(
      isStateChange
        ? .stateChange(transaction, sample, isSuspended: isSuspended)
        : .reading(transaction, sample, isSuspended: isSuspended))
    connectors[index].visit?.session?.transaction.sequence += 1
  }

  /// The driver ends the transaction.
  private mutating func end(_ index: Int) {
    guard let visit = connectors[index].visit, var session = visit.session else { return }
    let isUnplugged = visit.isRemote || random.chance(3, in: 5)
    if session.plannedFault == .lostStop {
      session.suffer(.lostStop)
      told.append(truth(of: session, index))
    } else {
      let isRepeated = session.plannedFault == .duplicateStop && link == .online
      if isRepeated { session.suffer(.duplicateStop) }
      ending.append(truth(of: session, index))
      let sample = connectors[index].sample(at: now)
      post(
        .end(
          session.transaction, begin: session.begin, end: sample, isUnplugged ? .unplugged : .local),
        losingAnswer: isRepeated)
    }
    connectors[index].visit?.session = nil
    enter(.ended, index, nextWithin: isUnplugged ? 1_000...3_000 : 5_000...45_000)
    report(.finishing, index)
  }

  /// The session as it really was, with its energy as finely as the messages say it.
  func truth(of session: OpenSession, _ index: Int) -> TrueSession {
    let transaction = session.transaction
    let step = Battery.millijoulesPerWattHour / (identity.isOCPP201 ? 10 : 1)
    let steps = session.trueRegister / step - session.begin.register / step
    return TrueSession(
      station: identity.name, connector: connectors[index].number,
      transactionID: identity.isOCPP201
        ? uuidText(transaction.uuid) : String(transaction.number),
      start: Instant(millisecondsSinceEpoch: transaction.startedAt),
      end: Instant(millisecondsSinceEpoch: session.chargedUntil),
      energy: Energy(milliwattHours: steps * (identity.isOCPP201 ? 100 : 1000)),
      faults: session.faults)
  }
}
