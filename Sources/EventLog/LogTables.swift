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
  /// nil in a log of format 1 that is only read.
  let eventIDs: Database?

  /// - Parameters:
  ///   - format: The ledger's format; what it does not have stays nil.
  ///   - create: Makes tables that are missing.
  init(
    _ environment: Environment, format: UInt64 = LedgerFile.formatVersion, create: Bool = false
  ) throws(LMDBError) {
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
    self.tree = format < 2 ? nil : try open("tree")
    self.eventIDs = format < 2 ? nil : try open("event_ids")
  }

  var all: [Database] {
    [events, heads, stations, stationIDs, sources, sourceIDs, meta]
      + [tree, eventIDs].compactMap { $0 }
  }
}
