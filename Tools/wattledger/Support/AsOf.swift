import EventLog
import Projections
import Quantities
import Sessions

/// A prefix of the log, as `--as-of` names it: a position, or a time by which it was recorded.
struct AsOf {
  let log: PastLog

  init(_ text: String, in ledger: Ledger) throws {
    log = try PastLog(ledger, through: Self.position(text, in: ledger))
  }

  /// The last position that was known; 0 if none was.
  static func position(_ text: String, in ledger: Ledger) throws -> UInt64 {
    if let position = UInt64(text) {
      let head = try ledger.head()
      guard position <= head else {
        throw Failure.input("--as-of \(text): the log ends at position \(head)")
      }
      return position
    }
    guard let time = Instant(rfc3339: text) else {
      throw Failure.input(
        "--as-of \(text): write a position of the log, or an RFC 3339 time with an offset")
    }
    return try PastLog.position(in: ledger, recordedBy: time)
  }

  /// The session whose id begins with `digits`, as it was told then.
  ///
  /// - Parameter stations: where to look if the ledger has no such session now.
  func session(_ digits: String, of models: ReadModels, stations: [String]) throws -> SessionEntry {
    var places = try stations.map { name in
      guard let station = try models.ledger.read({ try $0.stationID(named: name) }) else {
        throw Failure.input("the ledger has no station \(name)")
      }
      return StationID(rawValue: station)
    }
    if places.isEmpty {
      let now = try models.sessionIDs(beginningWith: digits)
      places = try now.compactMap { try models.session($0)?.session.station }
      if places.isEmpty {
        throw Failure.input(
          "the ledger has no session \(digits) now; if it had one then, name its station: --station"
        )
      }
    }
    let found = try Set(places).flatMap { try log.sessions(ofStation: $0) }
      .filter { $0.isNamed(digits.lowercased()) }
    guard let entry = found.first else {
      throw Failure.input("as of position \(log.position) there was no session \(digits)")
    }
    guard found.count == 1 else {
      throw Failure.input("several sessions begin with \(digits); write more digits")
    }
    return entry
  }
}

extension SessionEntry {
  fileprivate func isNamed(_ digits: String) -> Bool {
    session.ids.contains { $0.description.hasPrefix(digits) }
  }
}
