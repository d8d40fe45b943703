import Bytes
import EventLog
import LMDB
import Quantities
import Sessions

/// One build of a projection: an environment of its own.
///
/// | database | key | value |
/// |---|---|---|
/// | the projection's name | ``PartitionKey``, key of the row | row |
/// | and `.states` | station | ``ProjectedStation`` |
/// | and `.meta` | name | checkpoint |
final class ProjectionStore<Model: Projection>: Sendable {
  let path: String
  let projection: Model
  let environment: Environment
  let rows: Database
  let states: Database
  let meta: Database

  /// Opens the store in `path`, or makes an empty one there.
  ///
  /// - Parameter isBeingBuilt: commits are not synced one by one. Only for a directory that nobody
  ///   reads yet.
  init(_ projection: Model, path: String, isBeingBuilt: Bool) throws(LMDBError) {
    self.path = path
    self.projection = projection
    environment = try Environment(
      path: path,
      options: .init(
        access: .create, maxDatabases: 8,
        synchronization: isBeingBuilt ? .onRequest : .everyCommit))
    rows = try environment.openDatabase(projection.name, create: true)
    states = try environment.openDatabase(projection.name + ".states", create: true)
    meta = try environment.openDatabase(projection.name + ".meta", create: true)
  }

  /// A station as it is stored; nil if it is new.
  func station(_ id: StationID) throws -> ProjectedStation<Model.State>? {
    try environment.read { transaction in
      try Key.with(id) { try transaction.value(of: $0, in: states) }.map {
        try ProjectedStation(decoding: $0, id)
      }
    }
  }
}

extension ProjectionStore {
  var tables: [ModelTable] {
    [ModelTable(name: projection.name, version: projection.version, rows: rows)]
  }

  var sessions: Generation? { nil }

  var comparedTables: [ComparedTable] {
    [ComparedTable(database: rows), ComparedTable(database: states)]
  }

  func tableDigests(in transaction: borrowing ReadTransaction) throws -> [String: SHA256Digest] {
    [states.name: try transaction.digest(of: states).digest]
  }

  func subject(
    ofKey key: UnsafeRawBufferPointer, in table: ModelTable,
    _ transaction: borrowing ReadTransaction
  ) -> String {
    switch projection.partition.kind {
    case .station: (try? stationName(ofKey: key, transaction)) ?? "?"
    case .site: PartitionKey.site(of: key)?.id ?? "?"
    case .wholeLog: "the whole log"
    }
  }

  private func stationName(
    ofKey key: UnsafeRawBufferPointer, _ transaction: borrowing ReadTransaction
  ) throws -> String? {
    guard let id = Key.station(key) else { return nil }
    return try Key.with(id) { try transaction.value(of: $0, in: states) }.map {
      try ProjectedStation<Model.State>.name(of: $0)
    }
  }
}

extension ProjectionStore: FoldStore {
  func makeWork(facts: Facts) -> ProjectionWork<Model> {
    ProjectionWork(store: self, facts: facts)
  }

  func stationsWithTimers(dueBy logTime: Instant) throws -> [StationID] {
    var found: [StationID] = []
    try environment.read { transaction in
      try transaction.forEach(in: states) { entry in
        let due = try ProjectedStation<Model.State>.nextTimer(of: entry.value)
        if due <= logTime, let id = Key.station(entry.key) { found.append(id) }
        return true
      }
    }
    return found
  }

  /// A record belongs to the site where its station stood: stations of which that may be another one
  /// now are folded again.
  func takeNewFacts(_ facts: Facts, _ impact: FactImpact) throws -> [StationID] {
    guard projection.partition.kind == .site else { return [] }
    var found: [StationID] = []
    try environment.read { transaction in
      try transaction.forEach(in: states) { entry in
        if let id = Key.station(entry.key), impact.starts(ofStation: id) != nil { found.append(id) }
        return true
      }
    }
    return found
  }

  func write(_ batches: [ProjectionBatch], in transaction: borrowing WriteTransaction) throws {
    for batch in batches {
      try batch.arena.withUnsafeBytes { arena in
        for station in batch.stations {
          let bytes = UnsafeRawBufferPointer(rebasing: arena[station.bytes])
          try Key.with(station.id) { try transaction.put($0, bytes, in: states) }
        }
      }
      for rows in batch.partitions { try replace(with: rows, in: transaction) }
    }
  }

  /// Merges what stations remember into the rows of sites, or of the whole log.
  /// - Complexity: O(stations), if anything was folded.
  func conclude(
    _ changed: Set<StationID>?, _ facts: Facts, since checkpoint: Checkpoint
  ) throws {
    if projection.partition.kind == .station || changed?.isEmpty == true { return }
    let states = try merged()
    var rows = RowWriter()
    for (site, state) in states.sorted(by: { $0.key < $1.key }) {
      rows.prefix =
        projection.partition.kind == .site ? PartitionKey.site(site) : PartitionKey.wholeLog
      projection.writeRows(of: state, into: &rows)
    }
    rows.prefix = []
    try environment.write { transaction in try replace(with: rows, in: transaction) }
  }

  /// The states of all stations by their sites, merged in the order of the stations' names.
  private func merged() throws -> [String: Model.State] {
    try environment.read { transaction in
      var order: [(name: String, id: StationID)] = []
      try transaction.forEach(in: states) { entry in
        guard let id = Key.station(entry.key) else { return true }
        order.append((try ProjectedStation<Model.State>.name(of: entry.value), id))
        return true
      }
      order.sort { $0.name < $1.name }
      var merged: [String: Model.State] = [:]
      for (_, id) in order {
        guard let value = try Key.with(id, { try transaction.value(of: $0, in: states) }) else {
          continue
        }
        for part in try ProjectedStation<Model.State>.parts(of: value) {
          projection.partition.merge(&merged[part.site, default: Model.State()], part.state)
        }
      }
      return merged
    }
  }

  /// Replaces the rows whose keys begin as those of `writer` do. Rows that stay as they are are not
  /// written.
  private func replace(
    with writer: RowWriter, in transaction: borrowing WriteTransaction
  ) throws {
    guard writer.greatestKey <= RowWriter.greatestKeyBytes else {
      throw ProjectionError.rowKeyTooLong(projection.name, bytes: writer.greatestKey)
    }
    var gone = try keys(beginningWith: writer.prefix, in: transaction)
    try writer.arena.withUnsafeBytes { arena in
      for row in writer.rowsInOrder {
        let key = UnsafeRawBufferPointer(rebasing: arena[row.key])
        let value = UnsafeRawBufferPointer(rebasing: arena[row.value])
        gone.remove(Array(key))
        if try transaction.value(of: key, in: rows)?.elementsEqual(value) != true {
          try transaction.put(key, value, in: rows)
        }
      }
    }
    for key in gone.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      try key.withUnsafeBytes { _ = try transaction.delete($0, in: rows) }
    }
  }

  private func keys(
    beginningWith prefix: [UInt8], in transaction: borrowing WriteTransaction
  ) throws -> Set<[UInt8]> {
    var keys: Set<[UInt8]> = []
    try prefix.withUnsafeBytes { prefix in
      try transaction.forEach(in: rows, from: prefix.isEmpty ? nil : prefix) { entry in
        guard entry.key.starts(with: prefix) else { return false }
        keys.insert(Array(entry.key))
        return true
      }
    }
    return keys
  }
}
