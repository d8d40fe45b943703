import LMDB

/// The databases of the log's environment. What is in them: `Schemas/log-record.md`.
struct LogTables: Sendable {
  let events: Database
  let heads: Database
  let stations: Database
  let stationIDs: Database
  let sources: Database
  let sourceIDs: Database
  let meta: Database
  /// nil in a log of format 1 that is only read.
  let tree: Database?
  /// nil in a log of format 1 that is only read, if no event id was ever given.
  let eventIDs: Database?

  init(_ environment: Environment, create: Bool = false) throws(LMDBError) {
    func open(_ name: String) throws(LMDBError) -> Database {
      try environment.openDatabase(name, create: create)
    }
    self.events = try open("events")
    self.heads = try open("heads")
    self.stations = try open("stations")
    self.stationIDs = try open("station_ids")
    self.sources = try open("sources")
    self.sourceIDs = try open("source_ids")
    self.meta = try open("meta")
    self.tree = try Self.openAdded("tree", environment)
    self.eventIDs = try Self.openAdded("event_ids", environment)
  }

  var all: [Database] {
    [events, heads, stations, stationIDs, sources, sourceIDs, meta]
      + [tree, eventIDs].compactMap { $0 }
  }

  /// Opens a table that older programs did not make; made now, unless the log is only read.
  private static func openAdded(
    _ name: String, _ environment: Environment
  ) throws(LMDBError) -> Database? {
    do throws(LMDBError) {
      return try environment.openDatabase(name, create: true)
    } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
  }
}
