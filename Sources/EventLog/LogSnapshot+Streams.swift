import LMDB

extension LogSnapshot {
  /// The end of a station's stream; nil before its first event. 0 is the control stream.
  public func streamHead(of station: UInt32) throws -> StreamHead? {
    try tables.streamHead(of: station, transaction)
  }

  /// Calls `body` with the events of one stream from the last at or before `last` back to `first`,
  /// until it returns false.
  /// - Complexity: O(log n) an event of the stream; events of other streams are not touched.
  public func forEachEventBackwards(
    ofStream station: UInt32, from first: UInt64 = 1, through last: UInt64 = .max,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    var position = try streamHead(of: station)?.lastPosition ?? 0
    while position >= max(first, 1) {
      let event = try find(position)
      let envelope = event.envelope
      guard envelope.station == station, envelope.previousOfStream < position else {
        throw LedgerError.damaged(position: position, reason: .brokenChain)
      }
      // A link is followed only from a record that has passed its checksum.
      if position <= last {
        guard try hand(try checked(event), to: body) else { return }
      } else {
        try check(event)
      }
      position = envelope.previousOfStream
    }
  }
}

extension LogSnapshot {
  /// The name of a station; nil if the ledger has not given the number.
  public func stationName(_ id: UInt32) throws -> String? {
    try tables.name(of: id, in: tables.stations, transaction)
  }

  /// The number of a station; nil if it has none yet.
  public func stationID(named name: String) throws -> UInt32? {
    try tables.id(named: name, in: tables.stationIDs, transaction)
  }

  /// The name of a source; nil if the ledger has not given the number.
  public func sourceName(_ id: UInt32) throws -> String? {
    try tables.name(of: id, in: tables.sources, transaction)
  }

  /// The number of a source; nil if it has none yet.
  public func sourceID(named name: String) throws -> UInt32? {
    try tables.id(named: name, in: tables.sourceIDs, transaction)
  }

  /// All stations in order of their numbers.
  public func stations() throws -> [(id: UInt32, name: String)] {
    var stations: [(id: UInt32, name: String)] = []
    try transaction.forEach(in: tables.stations) { entry in
      let id = try LogTables.id(ofKey: entry.key, tables.stations)
      stations.append((id, String(decoding: entry.value, as: UTF8.self)))
      return true
    }
    return stations
  }
}
