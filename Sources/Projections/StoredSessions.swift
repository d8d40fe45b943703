import Bytes
import LMDB
import Sessions

/// The sessions of a generation, as a fold asks for them: by the names its station uses.
///
/// Asked only at the start of a transaction or for one that is not open, so each question is a
/// transaction of its own.
struct StoredSessions: SessionHistory {
  let generation: Generation
  let station: StationID

  func session(for name: SessionKey) throws -> Session? {
    try generation.environment.read { transaction in
      let value = try Key.with(station, name.rawValue) { key in
        try transaction.value(of: key, in: generation.names)
      }
      guard let value, let sessionKey = Key.number(value) else { return nil }
      return try generation.foldedSession(sessionKey, in: transaction)
    }
  }
}

extension Generation {
  /// The session with this key; nil if there is none.
  func session(
    _ sessionKey: UInt64, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> Session? {
    // `SessionRows` is the first projection.
    try transaction.value(of: sessionKey, in: rows[0]).map { try Session(row: $0) }
  }

  /// The session with this key as the fold has concluded it, whatever facts correct; nil if there is
  /// none.
  func foldedSession(
    _ sessionKey: UInt64, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> Session? {
    if let row = try transaction.value(of: sessionKey, in: evidence) {
      return try Session(row: row)
    }
    return try session(sessionKey, in: transaction)
  }

  /// The stored state of a station; nil if it has none.
  func state(of station: StationID, name: String) throws -> StationState? {
    try environment.read { transaction in
      try Key.with(station) { try transaction.value(of: $0, in: stations) }.map {
        try StationState(decoding: $0, station: station, name: name)
      }
    }
  }

  /// The stations with a transaction that is open.
  func stationsWithOpenSessions() throws -> [StationID] {
    var found: [StationID] = []
    try environment.read { transaction in
      try transaction.forEach(in: stations) { entry in
        if try StationState.hasOpenSessions(entry.value),
          let id = entry.key.count == 4 ? entry.key.loadUnaligned(as: UInt32.self) : nil
        {
          found.append(StationID(rawValue: UInt32(bigEndian: id)))
        }
        return true
      }
    }
    return found
  }
}

extension Session {
  /// Reads a row of the `sessions` read model.
  init(row: UnsafeRawBufferPointer) throws(ByteReaderError) {
    var reader = ByteReader(row)
    self = try Session(decoding: &reader)
  }
}
