public import EventLog
import JSON
public import Quantities
public import Sessions
import Sites
import Tariffs

/// Which sessions may cost something else, or be somewhere else, because facts were added to a log:
/// those of some stations that start in some range.
///
/// All others keep their rows, so publishing a tariff for one site costs what that site's sessions
/// cost. Where it is in doubt whether a session is meant, it is: an impact may be too large, never
/// too small.
public struct FactImpact: Sendable, Hashable {
  /// The starts of the sessions of any station that are meant; nil if there is no such range.
  public private(set) var everywhere: Range<Instant>?
  /// The starts of the sessions of single stations that are meant.
  public private(set) var stations: [StationID: Range<Instant>] = [:]

  /// Nothing changes.
  public var isEmpty: Bool { everywhere == nil && stations.isEmpty }

  /// The starts of the sessions of a station that are meant; nil if none is.
  public func starts(ofStation station: StationID) -> Range<Instant>? {
    switch (everywhere, stations[station]) {
    case (let all?, let own?): all.hull(own)
    case (let all?, nil): all
    case (nil, let own): own
    }
  }

  /// What the facts behind `position` change.
  ///
  /// - Parameters:
  ///   - facts: those of the log up to the new head.
  ///   - head: the last record that counts.
  /// - Complexity: O(facts of the log).
  public init(
    reading ledger: Ledger, _ facts: Facts, after position: UInt64, through head: UInt64
  ) throws {
    let history = try FactHistory(reading: ledger, facts, after: position, through: head)
    for (target, starts) in history.repriced { add(target, starts, history) }
    for (names, starts) in history.moved {
      for name in names { add(station: name, starts, history) }
    }
  }

  private mutating func add(
    _ target: TariffTarget?, _ starts: Range<Instant>, _ history: FactHistory
  ) {
    switch target {
    // Who is in a group is not looked for: drivers charge anywhere.
    case nil, .tokenGroup: everywhere = everywhere?.hull(starts) ?? starts
    case .connector(let name, _, _), .evse(let name, _), .station(let name):
      add(station: name, starts, history)
    case .site(let id):
      for name in history.stations(ofSite: id) { add(station: name, starts, history) }
    }
  }

  /// Adds a station and those that ever took its place.
  private mutating func add(
    station name: String, _ starts: Range<Instant>, _ history: FactHistory
  ) {
    for name in history.successors(ofStation: name) {
      guard let station = history.ids[name] else { continue }
      stations[station] = stations[station]?.hull(starts) ?? starts
    }
  }
}

extension Range<Instant> {
  /// The least range that has both.
  func hull(_ other: Self) -> Self {
    Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }

  /// From a moment on.
  static func from(_ start: Instant) -> Self { start..<Swift.max(start, .distantFuture) }

  static var always: Self { .distantPast..<(.distantFuture) }
}
