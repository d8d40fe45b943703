import ChargerEvents
import Quantities

// One place, one transaction: a 1.6 connector has at most one (OCPP 1.6, section 4.8), and so has a
// 2.x EVSE (OCPP 2.0.1 part 2, E). What is still open in a place where a later transaction began has
// lost its stop.

extension StationFold {
  /// The transaction that began last on an EVSE of 2.x, over or not.
  struct PlaceMemory: Sendable, Hashable {
    var evse: Int32
    var startedAt: Instant
    var id: SessionID
  }

  /// EVSEs remembered of one station: no station has as many.
  static let greatestPlaces = 256

  /// 1.6: closes the older sessions on the connector where `newcomer` has begun.
  mutating func closePredecessors<History: SessionHistory>(
    of newcomer: Session, _ stamp: EventStamp, _ history: History, _ changes: inout SessionChanges
  ) throws(History.Failure) {
    guard let connector = newcomer.connector else { return }
    var closed: [UInt64] = []
    for index in openSessions.indices.reversed() {
      let session = openSessions[index].session
      guard session.openedAtPosition != newcomer.openedAtPosition,
        session.startedAt <= newcomer.startedAt, session.dialect == .ocpp16,
        session.connector == connector
      else { continue }
      closed.append(session.openedAtPosition)
      close(index, because: .nextTransaction, &changes)
    }
    for position in closed {
      try joinParts(of: position, beside: newcomer, stamp, history, &changes)
    }
  }

  /// 2.x: closes whatever is open on an EVSE and began before the last transaction there. It does
  /// not matter which of the two was heard of first.
  mutating func settlePlace(_ place: PlaceMemory, _ changes: inout SessionChanges) {
    remember(place)
    guard let latest = places.first(where: { $0.evse == place.evse }) else { return }
    for index in openSessions.indices.reversed() {
      guard let other = openSessions[index].session.place, other.evse == latest.evse,
        other.isBefore(latest)
      else { continue }
      close(index, because: .nextTransaction, &changes)
    }
  }

  private mutating func remember(_ place: PlaceMemory) {
    if let index = places.firstIndex(where: { $0.evse == place.evse }) {
      if places[index].id == place.id || places[index].isBefore(place) { places[index] = place }
    } else if places.count < Self.greatestPlaces {
      places.append(place)
    }
  }
}

extension StationFold.PlaceMemory {
  /// Whether another transaction began here after this one; at one moment, their ids decide.
  func isBefore(_ other: Self) -> Bool {
    (startedAt, id.high, id.low) < (other.startedAt, other.id.high, other.id.low)
      && id != other.id
  }
}

extension Session {
  /// Where and when a 2.x transaction began; nil while no event has named its EVSE.
  var place: StationFold.PlaceMemory? {
    guard dialect == .ocpp2, let evse else { return nil }
    return .init(evse: evse, startedAt: startedAt, id: id)
  }
}
