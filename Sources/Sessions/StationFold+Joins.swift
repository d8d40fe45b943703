import Bytes
import ChargerEvents
import Quantities

// A 1.6 transaction may be known first by its readings or by its stop, and its start come later: out
// of a queue, or answered late. Both are sessions until the evidence proves that they are one.
extension StationFold {
  /// Sessions without their start that are remembered after they were closed.
  private static let greatestLostStarts = 64

  /// A closed 1.6 session whose start may still come.
  struct LostStart: Sendable, Hashable {
    /// Where it was opened.
    var position: UInt64
    /// The names under which it is found; never empty. The last one is its own.
    var keys: [SessionKey]
  }

  /// Remembers a session that was closed without its start.
  mutating func rememberLostStart(_ session: Session) {
    guard session.lacksStart, session.closing != nil else { return }
    lostStarts.removeAll { $0.position == session.openedAtPosition }
    if lostStarts.count == Self.greatestLostStarts { lostStarts.removeFirst() }
    lostStarts.append(
      LostStart(position: session.openedAtPosition, keys: keys(of: session)))
  }

  /// Joins the session that was opened at `position` with the other part of its transaction, if the
  /// log proves that there is one. Asked whenever a session gets an id or closes.
  ///
  /// - Parameters:
  ///   - wasTold: the session was closed before, so what was told of it is history.
  ///   - newcomer: a session that is about to be opened, and may be the part's start as well.
  mutating func joinParts<History: SessionHistory>(
    of position: UInt64, wasTold: Bool = false, beside newcomer: Session? = nil,
    _ stamp: EventStamp, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    guard let session = known(position, &changes), session.dialect == .ocpp16,
      let other = try part(of: session, beside: newcomer, history, &changes)
    else { return }
    var (one, two) = (session, other)
    if wasTold { one.beginRevisionIfTold(stamp) }
    two.beginRevisionIfTold(stamp)
    let isOlder = one.openedAtPosition < two.openedAtPosition
    let later = isOlder ? two : one
    var whole = isOlder ? one.joined(with: two) : two.joined(with: one)
    forget(one.openedAtPosition)
    forget(two.openedAtPosition)
    changes.remove(later)
    write(&whole, &changes)
    if whole.closing == nil { reopen(whole) }
  }

  /// The session that was opened at `position`, open or changed in this pass.
  private func known(_ position: UInt64, _ changes: inout SessionChanges) -> Session? {
    if let open = openSessions.first(where: { $0.session.openedAtPosition == position }) {
      return open.session
    }
    guard let index = changes.index(openedAt: position) else { return nil }
    changes.conclude(index)
    return changes[index]
  }

  /// The only other part of the session's transaction, among those that are open and those that were
  /// closed without their start.
  private func part<History: SessionHistory>(
    of session: Session, beside newcomer: Session?, _ history: History,
    _ changes: inout SessionChanges
  ) throws(History.Failure) -> Session? {
    func isPart(_ other: Session) -> Bool {
      if session.lacksStart { return other.isStart(of: session) }
      guard session.isStart(of: other) else { return false }
      // Where no id tells whose the part is, it must not be another start's as well.
      return session.givenID != nil
        || newcomer?.isStart(of: other) != true
          && !openSessions.contains {
            $0.session.openedAtPosition != session.openedAtPosition && $0.session.isStart(of: other)
          }
    }
    var parts = openSessions.filter { isPart($0.session) }.map(\.session)
    let names = session.lacksStart || lostStarts.isEmpty ? [] : keys(of: session)
    let isNameless = session.givenID == nil && session.readings.isEmpty
    for lost in lostStarts {
      // A look at the history is dear, and most sessions have nothing to do with each other.
      guard let key = lost.keys.last, !session.lacksStart,
        isNameless || lost.keys.contains(where: { names.contains($0) })
      else { continue }
      let index = try earlierSession(key, history, &changes) {
        $0.openedAtPosition == lost.position && isPart($0)
      }
      if let index { parts.append(changes[index]) }
    }
    return parts.count == 1 ? parts[0] : nil
  }

  /// Drops what is remembered of a session that is made anew.
  private mutating func forget(_ position: UInt64) {
    openSessions.removeAll { $0.session.openedAtPosition == position }
    lastClosed.removeAll { $0.session.position == position }
    lostStarts.removeAll { $0.position == position }
  }
}

extension Session {
  fileprivate mutating func beginRevisionIfTold(_ stamp: EventStamp) {
    guard closing != nil else { return }
    conclude()
    if isRevised(by: stamp) { beginRevision(stamp) }
  }
}

extension StationFold.LostStart {
  func encode(into writer: inout ByteWriter) {
    writer.varint(position)
    writer.varint(UInt64(keys.count))
    for key in keys { writer.fixed64(key.rawValue) }
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    position = try reader.varint()
    keys = []
    for _ in 0..<(try reader.count()) {
      keys.append(SessionKey(rawValue: try reader.fixed64()))
    }
  }
}
