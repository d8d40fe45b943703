import EventLog
import JSON
import SessionRecords
import Sessions
import Sites
import Tariffs

/// What people and systems have published, up to a position of the log: sites with their zones,
/// tariffs with their assignments, groups of tokens.
///
/// Facts are few and are read anew from the control stream for each run, so that no cache of them
/// can be stale.
public struct Facts: Sendable {
  public private(set) var sites = SiteDirectory()
  public private(set) var tariffs = TariffCatalog()
  public private(set) var tokens = TokenGroups()
  /// How the rows of tables are to be read, by the name that they have in the rows.
  public private(set) var tableMaps: [String: SessionTableMap] = [:]
  /// The position of the last fact; 0 if there is none.
  public private(set) var lastPosition: UInt64 = 0
  private var stationNames: [String] = []

  /// Reads the facts at `through` and before.
  public init(reading ledger: Ledger, through head: UInt64) throws {
    let parser = JSONParser()
    try ledger.read { snapshot in
      try snapshot.forEachEvent(ofStream: 0, through: head) { envelope, body in
        try add(envelope, body, parser)
        return true
      }
      for (id, name) in try snapshot.stations() {
        while stationNames.count <= Int(id) { stationNames.append("") }
        stationNames[Int(id)] = name
      }
    }
  }

  private mutating func add(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, _ parser: JSONParser
  ) throws {
    do {
      switch try Fact(envelope.kind, body, parser) {
      case .site(let fact):
        sites.add(fact, publishedAt: envelope.receivedAt, position: envelope.position)
      case .tariff(let publication):
        tariffs.add(
          publication, publishedAt: envelope.receivedAt, position: envelope.position)
      case .reprice(let order):
        tariffs.add(order, publishedAt: envelope.receivedAt)
      case .tokens(let fact):
        tokens.add(fact, publishedAt: envelope.receivedAt, position: envelope.position)
      case .tableMap(let map, let name):
        tableMaps[name] = map
      case nil:
        return
      }
      lastPosition = envelope.position
    } catch {
      throw ProjectionError.damagedFact(position: envelope.position, "\(error)")
    }
  }

  /// The name of a station; empty if the ledger has not given the number.
  public func stationName(_ station: StationID) -> String {
    let index = Int(station.rawValue)
    return index < stationNames.count ? stationNames[index] : ""
  }
}
