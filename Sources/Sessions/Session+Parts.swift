import ChargerEvents
import Quantities

// Two parts of one 1.6 transaction: one that knows its start, and one of readings or of a stop whose
// start had not come yet (OCPP 1.6, section 3.7: what is lost may still be in the station's queue).

extension Session {
  /// Whether no start of it was seen. 1.6 only.
  var lacksStart: Bool { dialect == .ocpp16 && startKey.rawValue == 0 }

  /// Whether the evidence proves that `part`, which lacks its start, is of the transaction that this
  /// session is the start of.
  ///
  /// Nothing may speak against it: connectors, ids, registers, and the order of times. For it speaks
  /// the id that the back end gave; or the same stop under an id that the station made up; or the
  /// connector, which has one transaction at a time, if this start has no id and nothing else
  /// followed it, or if it went on and ended around the part.
  func isStart(of part: Session) -> Bool {
    guard dialect == .ocpp16, !lacksStart, part.lacksStart,
      connector == nil || part.connector == nil || connector == part.connector,
      fits(meterStart, part.meterStop)
    else { return false }
    if hasStop, part.hasStop { return sharesStop(with: part) }
    if let name = givenID, let other = part.givenID {
      if name == other || part.isAlso(name) { return begins(part, withID: true) }
      return surrounds(part)
    }
    return givenID == nil && connector != nil && connector == part.connector
      && readings.isEmpty && setAside.isEmpty && begins(part, withID: false)
  }

  /// The id that the back end gave; nil while none is known, and for 0 or -1, which stations make up.
  var givenID: String? {
    guard let number = Int64(transactionID), number > 0 else { return nil }
    return transactionID
  }

  var hasStop: Bool { endMessage != nil }

  private func isAlso(_ name: String) -> Bool { transactionAliases.contains(name) }

  private func fits(_ start: Energy?, _ stop: Energy?) -> Bool {
    guard let start, let stop else { return true }
    return start <= stop
  }

  /// The same stop came twice: first with an id of the station's own, because no answer had reached it
  /// (EVerest/libocpp#495), then with the right one.
  private func sharesStop(with part: Session) -> Bool {
    guard let own = endMessage, let other = part.endMessage, let meterStop else { return false }
    return own.at == other.at && meterStop == part.meterStop && meterStop > .zero
      && (part.givenID == nil || part.givenID == givenID)
  }

  /// Whether all readings of the part were taken on the connector of this session while it went on: the
  /// station wrote a wrong id.
  private func surrounds(_ part: Session) -> Bool {
    guard let stop = endMessage, connector != nil, connector == part.connector, !part.hasStop,
      let first = part.firstSign
    else { return false }
    return first >= startedAt && part.readings.allSatisfy { $0.at <= stop.at }
  }

  /// Whether the part can follow this start: not before it, and not behind its stop. A start whose own
  /// time cannot be right is judged by its register.
  private func begins(_ part: Session, withID hasID: Bool) -> Bool {
    guard let first = part.firstSign, let start = messages.first(where: { $0.kind == .started })
    else { return false }
    if let stop = endMessage, part.readings.contains(where: { $0.at > stop.at }) { return false }
    if let before = part.predecessor?.endedAt, part.predecessor?.position != openedAtPosition,
      before > start.at
    {
      return false
    }
    if start.at <= first { return true }
    let isClockWrong = findings.contains { $0.code == .clockNotCredible }
    guard hasID, isClockWrong, let meterStart, meterStart > .zero,
      let register = part.readings.compactMap(\.register).min() ?? part.meterStop
    else { return false }
    return meterStart <= register
  }

  /// The time of the first thing known of it.
  private var firstSign: Instant? {
    ([readings, setAside].compactMap { $0.map(\.at).min() } + [endMessage?.at].compactMap(\.self))
      .min()
  }
}

extension Session {
  /// This session with the evidence of one that was opened later, to be concluded anew. The older id
  /// stays, and the other one leads here (SEMANTICS 15).
  func joined(with later: Session) -> Session {
    var (whole, later) = (self, later)
    whole.restorePower()
    later.restorePower()
    let starting = lacksStart ? later : whole
    let stopping = hasStop ? whole : later
    whole.mergedIDs += [later.id] + later.mergedIDs
    whole.takeNames(of: starting, and: later)
    whole.connector = connector ?? later.connector
    whole.token = starting.token ?? token ?? later.token
    whole.meterStart = starting.meterStart
    whole.meterStop = stopping.meterStop
    whole.stopReason = stopping.stopReason
    whole.startKey = starting.startKey
    whole.startAnswer = max(startAnswer, later.startAnswer)
    whole.closing = closing(with: later)
    whole.lastPosition = max(lastPosition, later.lastPosition)
    whole.lastReceivedAt = max(lastReceivedAt, later.lastReceivedAt)
    whole.readings += later.readings + later.setAside
    whole.signedPositions = Set(signedPositions + later.signedPositions).sorted()
    whole.messages += later.messages.filter { $0.kind != .ended || !hasStop }
    whole.messages.sort { $0.position < $1.position }
    whole.predecessor = [starting.predecessor, predecessor, later.predecessor].lazy
      .compactMap(\.self)
      .first { $0.position != openedAtPosition && $0.position != later.openedAtPosition }
    whole.revisions = [Revision].bounded(revisions + later.revisions)
    for finding in later.findings { whole.findings.take(finding) }
    whole.findings.removeAll { $0.code == .stopWithoutStart }
    if hasStop, later.hasStop, let copy = later.endMessage {
      whole.findings.note(.duplicateStop, at: copy.position)
    }
    whole.findings.note(.sessionsJoined, at: later.openedAtPosition)
    return whole
  }

  /// The id of the back end comes before one that the station made up.
  private mutating func takeNames(of starting: Session, and later: Session) {
    let names =
      [transactionID, later.transactionID] + transactionAliases + later.transactionAliases
    transactionID = starting.givenID ?? givenID ?? later.givenID ?? transactionID
    transactionAliases = []
    for name in names
    where !name.isEmpty && name != transactionID && !transactionAliases.contains(name)
      && transactionAliases.count < SessionPolicy.greatestAliases
    {
      transactionAliases.append(name)
    }
  }

  /// A stop counts more than what somebody concluded, and a part that goes on more than one that lost
  /// its place to the other.
  private func closing(with later: Session) -> Closing? {
    if closing == .stop || later.closing == .stop { return .stop }
    guard let closing, let other = later.closing else { return nil }
    if closing == .refused { return other }
    if other == .refused { return closing }
    return lastReceivedAt > later.lastReceivedAt ? closing : other
  }
}
