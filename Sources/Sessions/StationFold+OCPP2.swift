import ChargerEvents
import Quantities

extension StationFold {
  /// OCPP 2.x TransactionEvent: everything about a transaction, in numbered events.
  mutating func take<History: SessionHistory>(
    _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp,
    _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    if let index = lastOpen(transaction: event) {
      takeInOpen(index, event, samples, stamp, &changes)
      return
    }
    let key = SessionKey.transaction(event.transactionID, station: station)
    let earlier = try earlierSession(
      key, history, &changes, isConcluded: false, where: { $0.isTransaction(event) })
    if let earlier {
      takeLate(earlier, event, samples, stamp, &changes)
    } else {
      reopen(makeSession(event, stamp))
      takeInOpen(openSessions.count - 1, event, samples, stamp, &changes)
    }
  }

  private mutating func takeInOpen(
    _ index: Int, _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>,
    _ stamp: EventStamp, _ changes: inout SessionChanges
  ) {
    // Field by field: a property that is computed would copy the session.
    let evse = openSessions[index].session.evse
    let startedAt = openSessions[index].session.startedAt
    openSessions[index].session.take(event, samples, stamp)
    let hasMoved =
      openSessions[index].session.evse != evse
      || openSessions[index].session.startedAt != startedAt
    let newPlace = hasMoved ? openSessions[index].session.place : nil
    if event.kind == .ended { close(index, because: .stop, &changes) }
    if let newPlace { settlePlace(newPlace, &changes) }
  }

  /// An event of a session that was closed. It goes on if it had only gone silent; one that lost its
  /// place does not, and one that ended is not revived.
  private mutating func takeLate(
    _ index: Int, _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>,
    _ stamp: EventStamp, _ changes: inout SessionChanges
  ) {
    let place = changes[index].place
    changes.amend(index, revisedBy: stamp) { session in
      session.take(event, samples, stamp)
      if event.kind == .ended {
        if session.closing != .stop { session.findings.note(.lateStop, at: stamp.position) }
        session.closing = .stop
      } else if session.closing?.isProvisional == true {
        session.closing = nil
      }
    }
    let newPlace = changes[index].place
    reopenIfOpen(index, &changes)
    if let newPlace, newPlace != place { settlePlace(newPlace, &changes) }
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

  /// Takes in one 2.x event: new, a copy, or one that contradicts a copy (OCPP 2.0.1 part 2, E: an
  /// event is known by its transaction and seqNo). Of two that contradict each other the one with
  /// the smaller content hash counts, whichever came first.
  mutating func take(
    _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp
  ) {
    touch(stamp)
    let message = Message(
      kind: event.kind, at: stamp.credible(event.at) ?? stamp.receivedAt,
      receivedAt: stamp.receivedAt, position: stamp.position, sequence: event.sequenceNumber,
      state: event.chargingState, contentHash: ContentHash.of(event, samples))
    let index = place(of: message)
    let known = knownMessage(at: index, message)
    if let known, known.contentHash == message.contentHash {
      return findings.note(.duplicateEvent, at: stamp.position)
    }
    takeFacts(event, stamp)
    startedAt = min(startedAt, credible(event.at, stamp))
    if isOfAnotherStart(message) { findings.note(.idReused, at: stamp.position) }
    if let known {
      findings.note(.conflictingEvent, at: stamp.position)
      let isBetter = message.contentHash < known.contentHash
      take(samples, stamp, isLive: false)
      forgetReadings(of: isBetter ? known.position : message.position)
      if isBetter { messages[index] = message }
    } else if insert(message, at: index) {
      take(samples, stamp, isLive: false)
    }
  }

  /// Whether the message starts another transaction than the start that is known: a counter of ids that
  /// begins anew after a restart gives the same ones again. A start that was sent again with its clock
  /// set has a time of receipt in one copy, and proves nothing.
  private func isOfAnotherStart(_ message: Message) -> Bool {
    guard message.kind == .started, let known = messages.first(where: { $0.kind == .started })
    else { return false }
    let (first, second) = (min(known.at, message.at), max(known.at, message.at))
    let distance = SessionPolicy.greatestStartDistanceMilliseconds
    guard first.advanced(byMilliseconds: distance) < second else { return false }
    return (known.at == known.receivedAt) == (message.at == message.receivedAt)
      || !findings.contains { $0.code == .clockNotCredible }
  }

  /// The message at `index` if it is the same event, or says something else under its number.
  private func knownMessage(at index: Int, _ message: Message) -> Message? {
    guard index < messages.count, messages[index].sequence == message.sequence,
      message.sequence != nil || messages[index].contentHash == message.contentHash
    else { return nil }
    return messages[index]
  }

  /// Keeps a message, unless there are too many. A start or an end takes the place of the last update.
  private mutating func insert(_ message: Message, at index: Int) -> Bool {
    var index = index
    if messages.count >= SessionPolicy.greatestMessages {
      findings.note(.tooManyMessages, at: message.position)
      guard message.kind != .updated,
        let victim = messages.lastIndex(where: { $0.kind == .updated })
      else { return false }
      messages.remove(at: victim)
      if victim < index { index -= 1 }
    }
    messages.insert(message, at: index)
    return true
  }

  private mutating func forgetReadings(of position: UInt64) {
    readings.removeAll { $0.position == position }
    setAside.removeAll { $0.position == position }
    signedPositions.removeAll { $0 == position }
  }

  /// Where an event belongs: messages are ordered by sequence number, those without one by time at
  /// the end. The index of its copy if there is one.
  private func place(of message: Message) -> Int {
    guard let last = messages.last, !last.precedes(message) else { return messages.count }
    var (low, high) = (0, messages.count)
    while low < high {
      let middle = (low + high) / 2
      if messages[middle].precedes(message) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Facts that any event may carry (OCPP 2.0.1 part 2, E: `evse` and `idToken` stand only where they
  /// are new): what the event with the lowest sequence number states counts.
  private mutating func takeFacts(_ event: TransactionEvent, _ stamp: EventStamp) {
    let rank = event.sequenceNumber ?? .max
    if event.sequenceNumber == nil { findings.note(.sequenceMissing, at: stamp.position) }
    if let sent = event.token { Self.settle(&token, &tokenSequence, sent.string, rank) }
    if let sent = event.evse, sent > 0 { Self.settle(&evse, &placeSequence, sent, rank) }
    if let sent = event.connector, sent > 0 {
      Self.settle(&connector, &connectorSequence, sent, rank)
    }
    if event.kind == .ended, let sent = event.stoppedReason {
      Self.settle(&stopReason, &reasonSequence, sent.string, rank)
    }
    // OCPP 2.1, TriggerReasonEnumType: after a power loss or a reset.
    if let trigger = event.triggerReason, trigger == "TxResumed" {
      findings.note(.resumed, at: stamp.position)
    }
  }

  /// Of two events with one number, the lesser text or number counts.
  private static func settle<Value: Comparable>(
    _ known: inout Value?, _ knownRank: inout Int64, _ sent: @autoclosure () -> Value,
    _ rank: Int64
  ) {
    guard let value = known, rank >= knownRank else {
      (known, knownRank) = (sent(), rank)
      return
    }
    if rank == knownRank { known = min(value, sent()) }
  }
}

extension Session.Message {
  /// Whether it belongs before another message of a 2.x transaction; false for two with one number.
  fileprivate func precedes(_ other: Session.Message) -> Bool {
    let (left, right) = (sequence ?? .max, other.sequence ?? .max)
    if left != right || sequence != nil { return left < right }
    return (at, kind.rawValue, contentHash) < (other.at, other.kind.rawValue, other.contentHash)
  }
}
