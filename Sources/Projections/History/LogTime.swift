import EventLog
import Quantities
import Sessions

/// The log time of a prefix: the greatest time of receipt that counts (SEMANTICS 5).
struct LogTime {
  private(set) var latest = Instant.distantPast

  /// A clock that ran far ahead must not make every timer of the ledger fire, and neither must a fact
  /// that somebody published today about a history of last year.
  mutating func note(_ envelope: Envelope) {
    guard envelope.receivedAt > latest, !envelope.kind.isFact,
      envelope.receivedAt <= envelope.recordedAt.advanced(byMilliseconds: 24 * 3600 * 1000)
    else { return }
    latest = envelope.receivedAt
  }
}

extension LogSnapshot {
  /// The positions of a station's records up to `last` in the order in which they are folded: by
  /// received-at, then by position (SEMANTICS 3).
  func foldOrder(ofStation station: StationID, through last: UInt64) throws -> [UInt64] {
    var order: [(receivedAt: Instant, position: UInt64)] = []
    try forEachEventBackwards(ofStream: station.rawValue, through: last) { envelope, _ in
      order.append((envelope.receivedAt, envelope.position))
      return true
    }
    order.sort { ($0.receivedAt, $0.position) < ($1.receivedAt, $1.position) }
    return order.map(\.position)
  }
}
