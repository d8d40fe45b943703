import ChargerEvents
import Quantities

extension Session {
  /// Whether `start` says what this session's start said.
  func isStarted(by start: TransactionStarted) -> Bool {
    guard connector == start.place, meterStart == start.meterStart else { return false }
    switch (token, start.token) {
    case (nil, nil): return true
    case (let known?, let sent?): return sent == known
    default: return false
    }
  }

  /// When the start was received whose own time could not be right; nil if that was right.
  var startHeardOfWithoutClock: Instant? {
    guard let start = messages.first(where: { $0.kind == .started }),
      start.at == start.receivedAt, findings.contains(where: { $0.code == .clockNotCredible })
    else { return nil }
    return start.receivedAt
  }

  /// Takes the time of a retry of the start whose first copy had none that could be right.
  mutating func correctStart(_ start: TransactionStarted, _ stamp: EventStamp) {
    guard startHeardOfWithoutClock != nil, let at = stamp.credible(start.at),
      let index = messages.firstIndex(where: { $0.kind == .started })
    else { return }
    messages[index].at = at
    startedAt = at
  }

  func isNamed(_ number: Int64) -> Bool {
    let text = String(number)
    return transactionID == text || transactionAliases.contains(text)
  }

  /// Takes in the answer to the start or to a repetition of it.
  mutating func take(_ answer: TransactionStartAnswered, _ stamp: EventStamp) {
    touch(stamp)
    startAnswer = max(startAnswer, answer.isAccepted ? .accepted : .refused)
    guard let number = answer.transactionID else { return }
    let text = String(number)
    if transactionID.isEmpty {
      transactionID = text
    } else if transactionID != text, !transactionAliases.contains(text),
      transactionAliases.count < SessionPolicy.greatestAliases
    {
      transactionAliases.append(text)
    }
  }

  /// Whether the stop can be this session's: not before its start, in time or register.
  ///
  /// The token says nothing: whoever stops need not be who started.
  func canEnd(with stop: TransactionStopped, _ stamp: EventStamp) -> Bool {
    let tolerance = SessionPolicy.clockToleranceMilliseconds
    if (stamp.credible(stop.at) ?? stamp.receivedAt).advanced(byMilliseconds: tolerance) < startedAt
    {
      return false
    }
    guard let meterStart, let meterStop = stop.meterStop else { return true }
    return meterStop >= meterStart || transactionID == stop.name
  }

  /// Whether this session was closed by the same stop. A station that was never answered stops with 0
  /// or -1; its time and register tell then.
  func isStopped(by stop: TransactionStopped, _ stamp: EventStamp) -> Bool {
    guard closing == .stop, let ended = endMessage, meterStop == stop.meterStop else {
      return false
    }
    let own = stamp.credible(stop.at)
    guard own == nil || ended.at == own else { return false }
    if transactionID == stop.name || stop.transactionID.map({ isNamed($0) }) == true { return true }
    let isPlaceholder = givenID == nil || (stop.transactionID ?? 0) <= 0
    return isPlaceholder && own != nil && meterStop ?? .zero > .zero
  }

  /// Counts a stop that came again. If only now it has the id that the back end gave, that is the name.
  mutating func repeatStop(_ stop: TransactionStopped, _ stamp: EventStamp) {
    findings.note(.duplicateStop, at: stamp.position)
    guard givenID == nil, let number = stop.transactionID, number > 0 else { return }
    if !transactionID.isEmpty { transactionAliases.append(transactionID) }
    transactionID = stop.name
  }

  /// Takes in a stop and its transaction data. Of two that differ, the earlier counts, then the one
  /// with the lower register: what arrived first does not matter.
  mutating func take(
    _ stop: TransactionStopped, _ samples: UnsafeBufferPointer<MeterReading>, _ stamp: EventStamp
  ) {
    touch(stamp)
    if transactionID.isEmpty, let number = stop.transactionID, number > 0 {
      transactionID = String(number)
    }
    take(samples, stamp, isLive: false)
    let message = Message(
      kind: .ended, at: credible(stop.at, stamp), receivedAt: stamp.receivedAt,
      position: stamp.position)
    if let index = messages.firstIndex(where: { $0.kind == .ended }) {
      findings.note(.conflictingStop, at: stamp.position)
      let known = (messages[index].at, meterStop ?? .zero)
      guard (message.at, stop.meterStop ?? .zero) < known else { return }
      messages[index] = message
    } else {
      messages.append(message)
    }
    meterStop = stop.meterStop
    stopReason = stop.reason?.string
  }
}

extension Session.StartAnswer: Comparable {
  static public func < (left: Session.StartAnswer, right: Session.StartAnswer) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension TransactionStarted {
  /// The connector; nil if the message does not say. Transactions have a connector above 0 (OCPP 1.6,
  /// section 4.8).
  var place: Int32? { connector > 0 ? connector : nil }
}

extension TransactionStopped {
  /// The transaction id as sessions keep it.
  fileprivate var name: String { transactionID.map { String($0) } ?? "" }
}
