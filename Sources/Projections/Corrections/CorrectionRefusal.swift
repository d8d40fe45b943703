import Quantities
import Sessions

/// Why a correction is not appended.
public enum CorrectionRefusal: Error, Sendable, Hashable {
  case unknownSession(SessionID)
  case isVoid(SessionID)
  case isOpen(SessionID)
  case sameToken(SessionID, String?)
  /// Cut at a time that is not inside the session.
  case outside(SessionID, Instant, Range<Instant>)
  case differentStations(String, String)
  case overlap(SessionID, SessionID)
  /// After aliases were followed, fewer than two sessions are left.
  case sameSession(SessionID)
  case unknownStation(String)
  case sameStation(String)
  case stationCircle(old: String, new: String)
  /// A fact that holds says the same.
  case alreadySaid(position: UInt64)
  case noCorrection(position: UInt64)
  case alreadyUndone(position: UInt64, by: UInt64)
  /// These facts would no longer fit.
  case breaks(positions: [UInt64])
}

extension CorrectionRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownSession(let id): "the ledger has no session \(id)"
    case .isVoid(let id): "session \(id) is declared void; undo that first"
    case .isOpen(let id): "session \(id) is open; it can be split or merged once it has ended"
    case .sameToken(let id, let token):
      "session \(id) has \(token.map { "the token \($0)" } ?? "no token") already"
    case .outside(let id, let time, let range):
      "\(time.rfc3339) is not inside session \(id), which goes from "
        + "\(range.lowerBound.rfc3339) to \(range.upperBound.rfc3339)"
    case .differentStations(let one, let other):
      "sessions of different stations cannot be merged: \(one) and \(other)"
    case .overlap(let one, let other):
      "sessions \(one) and \(other) overlap; if one repeats the other, declare it void"
    case .sameSession(let id): "that is one session, \(id), already"
    case .unknownStation(let name): "neither the log nor a site has a station \(name)"
    case .sameStation(let name): "\(name) cannot be exchanged for itself"
    case .stationCircle(let old, let new):
      "\(old) itself took the place of \(new) by then; the exchange would go round in a circle"
    case .alreadySaid(let position): "the fact at position \(position) says that already"
    case .noCorrection(let position): "there is no correction at position \(position)"
    case .alreadyUndone(let position, let undoing):
      "the fact at position \(position) is undone already, by the one at \(undoing)"
    case .breaks(let positions):
      "facts would no longer fit the sessions; undo them first: positions "
        + positions.map { "\($0)" }.joined(separator: ", ")
    }
  }
}
