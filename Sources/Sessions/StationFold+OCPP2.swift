import ChargerEvents
import Quantities

extension StationFold {
  /// OCPP 2.x TransactionEvent: everything about a transaction, in numbered events.
  mutating func take<History: SessionHistory>(
    _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    if let index = lastOpen(where: { $0.session.isTransaction(event) }) {
      takeInOpen(index, event, samples, stamp, &changes)
      return
    }
    let key = SessionKey.transaction(event.transactionID, station: station)
    guard var earlier = try earlierSession(key, history, changes), earlier.isTransaction(event)
    else {
      reopen(makeSession(event, stamp))
      takeInOpen(openSessions.count - 1, event, samples, stamp, &changes)
      return
    }
    earlier.take(event, samples, stamp)
    if event.kind == .ended {
      if earlier.isEstimated { earlier.findings.note(.lateStop, at: stamp.position) }
      earlier.closing = .stop
    }
    // Sent by a transaction that had only gone silent: it goes on. One that lost its place does not.
    if earlier.closing == .silence { earlier.closing = nil }
    write(&earlier, &changes)
    if earlier.closing == nil { reopen(earlier) }
  }

  private mutating func takeInOpen(
    _ index: Int, _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>,
    _ stamp: EventStamp, _ changes: inout SessionChanges
  ) {
    let hadPlace = openSessions[index].session.evse != nil
    openSessions[index].session.take(event, samples, stamp)
    let hasPlace = openSessions[index].session.evse != nil
    let newcomer = !hadPlace && hasPlace ? openSessions[index].session : nil
    if event.kind == .ended { close(index, because: .stop, &changes) }
    if let newcomer { closePredecessors(of: newcomer, &changes) }
  }

  private func makeSession(_ event: TransactionEvent, _ stamp: EventStamp) -> Session {
    let id = SessionID.transaction(event.transactionID, stationName: stationName)
    var session = Session(
      id: id, station: station, openedAtPosition: stamp.position, startedAt: .distantFuture)
    session.dialect = .ocpp2
    session.transactionID = event.transactionID.string
    session.lastReceivedAt = stamp.receivedAt
    return session
  }
}

extension Session {
  func isTransaction(_ event: TransactionEvent) -> Bool {
    dialect == .ocpp2 && event.transactionID == transactionID
  }

  /// Takes in one 2.x event: new, a copy, or one that contradicts a copy. Of two that contradict
  /// each other the one with the smaller content hash counts, whichever came first.
  mutating func take(
    _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp
  ) {
    touch(stamp)
    let hash = ContentHash.of(event, samples)
    let index = place(of: event.sequenceNumber, hash)
    if index < messages.count, messages[index].sequence == event.sequenceNumber,
      event.sequenceNumber != nil || messages[index].contentHash == hash
    {
      let isCopy = messages[index].contentHash == hash
      findings.note(isCopy ? .duplicateEvent : .conflictingEvent, at: stamp.position)
      guard !isCopy else { return }
      takeFacts(event)
      guard hash < messages[index].contentHash else { return }
      forgetReadings(of: messages[index].position)
      messages.remove(at: index)
    } else {
      takeFacts(event)
    }
    if event.sequenceNumber == nil { findings.note(.sequenceMissing, at: stamp.position) }
    let at = credible(event.at, stamp)
    startedAt = min(startedAt, at)
    messages.insert(
      Message(
        kind: event.kind, at: at, receivedAt: stamp.receivedAt, position: stamp.position,
        sequence: event.sequenceNumber, state: event.chargingState, contentHash: hash),
      at: index)
    take(samples, stamp, isLive: false)
  }

  private mutating func forgetReadings(of position: UInt64) {
    readings.removeAll { $0.position == position }
    setAside.removeAll { $0.position == position }
  }

  /// Where an event belongs: messages are ordered by sequence number, those without one by content
  /// at the end. The index of its copy if there is one.
  private func place(of sequence: Int64?, _ hash: UInt32) -> Int {
    let rank = sequence ?? .max
    guard let last = messages.last, rank <= last.sequence ?? .max else { return messages.count }
    var (low, high) = (0, messages.count)
    while low < high {
      let middle = (low + high) / 2
      let other = messages[middle].sequence ?? .max
      let isBefore =
        other < rank || other == rank && sequence == nil && messages[middle].contentHash < hash
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Facts that any event may carry: the lowest sequence number that states one counts, and of two
  /// with that number the lower text or number.
  private mutating func takeFacts(_ event: TransactionEvent) {
    let rank = event.sequenceNumber ?? .max
    if let sent = event.token, rank < tokenSequence || token == nil {
      (token, tokenSequence) = (sent.string, rank)
    } else if let sent = event.token, rank == tokenSequence, let known = token {
      token = min(known, sent.string)
    }
    let place = (event.evse ?? .max, event.connector ?? .max)
    if let sent = event.evse, rank < placeSequence || evse == nil {
      (evse, connector, placeSequence) = (sent, event.connector ?? connector, rank)
    } else if let sent = event.evse, rank == placeSequence,
      place < (evse ?? .max, connector ?? .max)
    {
      (evse, connector) = (sent, event.connector ?? connector)
    } else if connector == nil {
      connector = event.connector
    }
    if event.kind == .ended { takeStopReason(event) }
  }

  private mutating func takeStopReason(_ event: TransactionEvent) {
    let known = messages.first { $0.kind == .ended }?.sequence ?? .max
    let rank = event.sequenceNumber ?? .max
    guard let sent = event.stoppedReason?.string else { return }
    guard let reason = stopReason, rank >= known else {
      stopReason = sent
      return
    }
    if rank == known { stopReason = min(reason, sent) }
  }
}
