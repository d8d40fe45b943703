import Bytes
import EventLog
import LMDB
import Quantities
import Sessions

/// An environment that a fold is kept in, and how that fold is made: what ``FoldRunner`` drives.
///
/// The runner knows chunks, workers, checkpoints, late records and timers. What a record means, what
/// is stored of it, and what follows from facts is the store's.
protocol FoldStore: ModelGeneration {
  associatedtype Work: FoldWork

  /// Holds the checkpoint.
  var meta: Database { get }

  /// What one worker folds with.
  func makeWork(facts: Facts) -> Work

  /// Writes what all workers found in one chunk. The result does not depend on how the stations were
  /// shared out.
  func write(_ batches: [Work.Batch], in transaction: borrowing WriteTransaction) throws

  /// The stations that may have a timer due at `logTime`.
  func stationsWithTimers(dueBy logTime: Instant) throws -> [StationID]

  /// A stage before the fold goes on: there are new facts.
  /// - Parameter impact: which sessions and stations they may be about.
  /// - Returns: the stations that must be folded again, because facts decide what is folded.
  func takeNewFacts(_ facts: Facts, _ impact: FactImpact) throws -> [StationID]

  /// A stage behind the fold, when stations are folded up to the head and timers have fired.
  /// - Parameters:
  ///   - changed: the stations of which anything may have been folded; nil stands for all.
  ///   - checkpoint: where the run began.
  func conclude(_ changed: Set<StationID>?, _ facts: Facts, since checkpoint: Checkpoint) throws
}

/// A fold of stations as one worker makes it: its scratch space, and what waits to be written.
protocol FoldWork: AnyObject {
  associatedtype Station: FoldedStation
  associatedtype Batch

  /// The station as it is stored; nil if it is new.
  func storedStation(_ id: StationID, name: String) throws -> Station?

  /// A station of which nothing is folded.
  func newStation(_ id: StationID, name: String) -> Station

  /// Folds the next record of a station.
  /// - Parameter isAnew: the station is folded from its first record; what is stored of it is of no
  ///   concern.
  func fold(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, into station: Station, isAnew: Bool
  ) throws

  /// Fires the timers of a station that are due at `logTime`.
  func fireTimers(of station: Station, through logTime: Instant) throws

  /// Encodes all that changed, and forgets it.
  /// - Parameters:
  ///   - touched: the stations that changed.
  ///   - position: records before it have been written.
  ///   - replaced: a station that was folded anew: what is stored of it goes first.
  func collect(
    _ touched: [Station], since position: UInt64, replacing replaced: StationID?
  ) throws -> Batch
}

/// What a worker remembers of one station between records.
protocol FoldedStation: AnyObject {
  var id: StationID { get }
  var name: String { get }
  /// The greatest time that the station has been folded to, by a record or by a timer. A record
  /// older than this makes the station fold again from its beginning (SEMANTICS 3).
  var foldedThrough: Instant { get set }
  /// The station must be folded again before its rows count.
  var needsRefold: Bool { get set }
  /// Something changed since it was last written.
  var isTouched: Bool { get set }
}

extension FoldStore {
  func catchUp(
    _ ledger: Ledger, through head: UInt64?, _ settings: FoldSettings,
    _ progress: (FoldProgress) -> Void
  ) throws {
    try FoldRunner(
      ledger: ledger, generation: self, workers: settings.workers, head: head,
      chunkEvents: settings.eventsAtOnce
    ).run(progress)
  }

  /// The checkpoint as committed; an empty one if nothing was folded yet.
  func checkpoint(in transaction: borrowing some Transaction & ~Copyable) throws -> Checkpoint {
    let value = try Key.withText("checkpoint") { try transaction.value(of: $0, in: meta) }
    return try value.map { bytes throws(ByteReaderError) in try Checkpoint(decoding: bytes) }
      ?? Checkpoint()
  }

  func write(_ checkpoint: Checkpoint, in transaction: borrowing WriteTransaction) throws {
    try Key.withText("checkpoint") { key in
      try checkpoint.encode().withUnsafeBytes { try transaction.put(key, $0, in: meta) }
    }
  }
}
