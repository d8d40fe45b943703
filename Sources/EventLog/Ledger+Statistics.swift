import LMDB
import Quantities

/// The size of a ledger's log.
public struct LedgerStatistics: Hashable, Sendable {
  /// The number of events, which is the last position.
  public var events: UInt64
  /// The least received-at; nil in an empty log.
  public var firstAt: Instant?
  /// Log time; nil in an empty log (SEMANTICS 5).
  public var lastAt: Instant?
  /// The number of stations that have a name.
  public var stations: UInt32
  /// The bytes of the bodies alone.
  public var bodyBytes: UInt64
  /// The bytes of all pages in use (SEMANTICS 27), sealed segments included. The file of the log may
  /// be larger: it never shrinks, and uses free pages again.
  public var bytes: Int
  /// The number of events that are sealed: those up to this position.
  public var sealedEvents: UInt64
  /// The bytes of the pages in use of all sealed segments.
  public var sealedBytes: Int

  /// Bytes in use for each event; 0 in an empty log.
  public var bytesPerEvent: Double { events == 0 ? 0 : Double(bytes) / Double(events) }
}

extension Ledger {
  /// The size of the log now. Takes the same time at any size, but looks into each segment once.
  public func statistics() throws -> LedgerStatistics {
    try read { snapshot in
      let totals = try LogTotals.read(snapshot.transaction, tables.meta)
      var bytes = 0
      for table in tables.all {
        bytes += try snapshot.transaction.statistics(of: table).usedBytes
      }
      let sealedBytes = try segments.usedBytes(through: snapshot.sealedThrough)
      let isEmpty = snapshot.head == 0
      return LedgerStatistics(
        events: snapshot.head, firstAt: isEmpty ? nil : totals.firstReceivedAt,
        lastAt: isEmpty ? nil : totals.logTime,
        stations: try tables.lastID(in: tables.stations, snapshot.transaction),
        bodyBytes: totals.bodyBytes, bytes: bytes + sealedBytes,
        sealedEvents: snapshot.sealedThrough, sealedBytes: sealedBytes)
    }
  }

  /// Writes a consistent copy of the log into the directory `destination`, which must exist and be
  /// empty, while appends go on. Sealed events are not in it.
  public func copyLog(to destination: String, isCompacting: Bool = false) throws {
    try environment.copy(to: destination, isCompacting: isCompacting)
  }

  /// Lets the log hold up to `mapBytes`, after a map that was chosen too small has filled up.
  ///
  /// - Throws: ``LMDB/LMDBError`` `busy` while a snapshot or an append of this process is active.
  public func grow(toMapBytes mapBytes: Int) throws {
    try environment.grow(toMapBytes: mapBytes)
  }
}
