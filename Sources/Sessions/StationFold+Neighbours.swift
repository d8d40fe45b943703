import Bytes
import Quantities

extension StationFold {
  /// Places that are remembered; no station has more.
  private static let greatestNeighbours = 256

  /// The session last begun, of those closed, in one place: what the next one is judged by.
  struct ClosedMemory: Sendable, Hashable {
    var point: Session.ChargingPoint
    var startedAt: Instant
    var session: Session.Predecessor
  }

  /// Tells a session that is over which one was before it in its place. One that closes out of order,
  /// behind a later one, has no known predecessor.
  func introduce(_ session: inout Session) {
    guard session.closing != nil, let point = session.chargingPoint,
      let memory = lastClosed.first(where: { $0.point == point }),
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

  /// Remembers a session that is over, for the next one in its place.
  mutating func remember(_ session: Session) {
    guard session.closing != nil, let point = session.chargingPoint else { return }
    var memory = ClosedMemory(
      point: point, startedAt: session.startedAt, session: Session.Predecessor(session))
    // A session without any energy leaves the register where it was.
    if memory.session.register == nil, session.energy == .zero, let before = session.predecessor {
      memory.session.register = before.register
      memory.session.registerPosition = before.registerPosition
    }
    if let index = lastClosed.firstIndex(where: { $0.point == point }) {
      if lastClosed[index].startedAt <= session.startedAt { lastClosed[index] = memory }
    } else if lastClosed.count < Self.greatestNeighbours {
      lastClosed.append(memory)
    }
  }
}

extension Session {
  /// Where it stands: a connector of 1.6, an EVSE of 2.x.
  struct ChargingPoint: Sendable, Hashable {
    var dialect: Dialect
    var number: Int32
  }

  /// nil if it is not known. Connector 0 is the whole station.
  var chargingPoint: ChargingPoint? {
    guard let number = dialect == .ocpp16 ? connector : evse, number > 0 else { return nil }
    return ChargingPoint(dialect: dialect, number: number)
  }
}

extension StationFold.ClosedMemory {
  func encode(into writer: inout ByteWriter) {
    writer.write(point.dialect.rawValue)
    writer.zigzag(Int64(point.number))
    writer.zigzag(startedAt.millisecondsSinceEpoch)
    session.encode(into: &writer)
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    point = Session.ChargingPoint(dialect: try reader.known(), number: try reader.int32())
    startedAt = Instant(millisecondsSinceEpoch: try reader.zigzag())
    session = try Session.Predecessor(decoding: &reader)
  }
}
