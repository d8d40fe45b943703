import EventLog
import JSON
import Quantities
import SessionRecords
import Sessions
import Sites
import Tariffs

/// What people and systems have published, up to a position of the log: sites with their zones,
/// tariffs with their assignments, groups of tokens, corrections.
///
/// Facts are few and are read anew from the control stream for each run, so that no cache of them
/// can be stale.
public struct Facts: Sendable {
  public private(set) var sites = SiteDirectory()
  public private(set) var tariffs = TariffCatalog()
  public private(set) var tokens = TokenGroups()
  /// How the rows of tables are to be read, by the name that they have in the rows.
  public private(set) var tableMaps: [String: SessionTableMap] = [:]
  public private(set) var corrections = CorrectionBook()
  /// Facts that this release cannot read. They are left out, and folds go on without them.
  public private(set) var unreadable: [UnreadableFact] = []
  /// The position of the last fact that prices depend on; 0 if there is none.
  public private(set) var lastPosition: UInt64 = 0
  private var stationNames: [String] = []

  /// Reads the facts at `through` and before.
  public init(reading ledger: Ledger, through head: UInt64) throws {
    let parser = JSONParser()
    var corrections: [CorrectionBook.Entry] = []
    try ledger.read { snapshot in
      try snapshot.forEachEvent(ofStream: 0, through: head) { envelope, body in
        add(envelope, body, parser, &corrections)
        return true
      }
      for (id, name) in try snapshot.stations() {
        while stationNames.count <= Int(id) { stationNames.append("") }
        stationNames[Int(id)] = name
      }
    }
    self.corrections.add(corrections)
    let moving = self.corrections.entries.last { self.corrections.movesStations($0) }
    lastPosition = max(lastPosition, moving?.position ?? 0)
  }

  private mutating func add(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, _ parser: JSONParser,
    _ corrections: inout [CorrectionBook.Entry]
  ) {
    let (position, publishedAt) = (envelope.position, envelope.receivedAt)
    do {
      switch try Fact(envelope.kind, body, parser) {
      case .site(let fact): sites.add(fact, publishedAt: publishedAt, position: position)
      case .tariff(let publication):
        tariffs.add(publication, publishedAt: publishedAt, position: position)
      case .reprice(let order): tariffs.add(order, publishedAt: publishedAt)
      case .tokens(let fact): tokens.add(fact, publishedAt: publishedAt, position: position)
      case .correction(let correction):
        corrections.append(
          .init(correction: correction, position: position, publishedAt: publishedAt))
      case .tableMap(let map, let name):
        tableMaps[name] = map
        return
      case nil: return
      }
      lastPosition = position
    } catch {
      unreadable.append(UnreadableFact(position: position, reason: "\(error)"))
    }
  }

  /// The name of a station; empty if the ledger has not given the number.
  public func stationName(_ station: StationID) -> String {
    let index = Int(station.rawValue)
    return index < stationNames.count ? stationNames[index] : ""
  }

  /// One more than the greatest number of a station that the ledger has given.
  var stationCount: Int { stationNames.count }

  /// The numbers of all stations, by their names.
  var stationsByName: [String: StationID] {
    let named = stationNames.enumerated().filter { !$0.element.isEmpty }.map { index, name in
      (name, StationID(rawValue: UInt32(index)))
    }
    return Dictionary(named, uniquingKeysWith: { first, _ in first })
  }

  /// The number of a station; nil if the ledger has not given it one.
  /// - Complexity: O(stations).
  func station(named name: String) -> StationID? {
    stationNames.firstIndex(of: name).flatMap {
      name.isEmpty ? nil : StationID(rawValue: UInt32($0))
    }
  }
}

/// A fact in the log that makes no sense to this release: a newer one wrote it, or rules have become
/// stricter.
public struct UnreadableFact: Sendable, Hashable {
  public var position: UInt64
  public var reason: String
}

extension UnreadableFact: CustomStringConvertible {
  public var description: String {
    "The fact at position \(position) cannot be read and is left out: \(reason)"
  }
}

// MARK: - Where stations stand

extension Facts {
  /// The name by which a station's site and tariffs are found at `instant`: its own, or that of the
  /// station whose place it took while no site lists it itself.
  public func placeName(ofStation name: String, at instant: Instant) -> String {
    guard let old = corrections.predecessor(ofStation: name, at: instant),
      sites.placement(ofStation: name, at: instant) == nil
    else { return name }
    return old
  }

  /// Where a station stood at `instant`; nil if no site lists it, or the one whose place it took.
  public func placement(ofStation name: String, at instant: Instant) -> Placement? {
    sites.placement(ofStation: placeName(ofStation: name, at: instant), at: instant)
  }

  /// Whether ``placement(ofStation:at:)`` gives the same at every instant, as for most stations.
  public func isPlacementConstant(ofStation name: String) -> Bool {
    corrections.hasNoPredecessor(name) && sites.isPlacementConstant(ofStation: name)
  }
}
