import Bytes
import Quantities

// Sessions of 1.6 are judged by the one before them on their connector as they close. Events of 2.x
// come in any order, and what they make must not depend on it: ``ConnectorLedger`` sets their sessions
// beside each other once they are known.
extension StationFold {
  /// Connectors that are remembered; no station has more.
  private static let greatestNeighbours = 256

  /// The session last begun, of those closed, on one connector of 1.6: the next is judged by it.
  struct ClosedMemory: Sendable, Hashable {
    var connector: Int32
    var startedAt: Instant
    var session: Session.Predecessor
  }

  /// Tells a session that is over which one was before it on its connector. One that closes out of
  /// order, behind a later one, has no known predecessor.
  func introduce(_ session: inout Session) {
    guard session.closing != nil, let connector = session.ownConnector,
      let memory = lastClosed.first(where: { $0.connector == connector }),
      memory.session.position != session.openedAtPosition, memory.startedAt <= session.startedAt
    else { return }
    session.predecessor = memory.session
  }

  /// Remembers a session that a late stop has changed, for one that is still open. What is written
  /// is concluded later; this concludes a copy.
  mutating func rememberCorrected(_ session: Session) {
    var session = session
    session.conclude()
    remember(session)
  }

  /// Remembers a session that is over, for the next one on its connector.
  mutating func remember(_ session: Session) {
    guard session.closing != nil, let connector = session.ownConnector else { return }
    var memory = ClosedMemory(
      connector: connector, startedAt: session.startedAt, session: Session.Predecessor(session))
    // A session without any energy leaves the register where it was.
    if memory.session.register == nil, session.energy == .zero, let before = session.predecessor {
      memory.session.register = before.register
      memory.session.registerPosition = before.registerPosition
      memory.session.registerAt = before.registerAt
    }
    if let index = lastClosed.firstIndex(where: { $0.connector == connector }) {
      if lastClosed[index].startedAt <= session.startedAt { lastClosed[index] = memory }
    } else if lastClosed.count < Self.greatestNeighbours {
      lastClosed.append(memory)
    }
  }
}

extension Session {
  /// The connector of a 1.6 session; nil if it is not known. Connector 0 is the whole station.
  fileprivate var ownConnector: Int32? {
    guard dialect == .ocpp16, let connector, connector > 0 else { return nil }
    return connector
  }
}

extension StationFold.ClosedMemory {
  func encode(into writer: inout ByteWriter) {
    writer.zigzag(Int64(connector))
    writer.zigzag(startedAt.millisecondsSinceEpoch)
    session.encode(into: &writer)
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    connector = try reader.int32()
    startedAt = Instant(millisecondsSinceEpoch: try reader.zigzag())
    session = try Session.Predecessor(decoding: &reader)
  }
}
