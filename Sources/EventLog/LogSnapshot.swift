import LMDB
import Quantities

/// The log as it was at one moment, inside a closure of ``Ledger/read(_:)``.
///
/// Bodies are views. Inside a closure that is given an event, its body is valid until the closure
/// returns; the body of ``event(at:)`` until the snapshot is asked for another event, as sealed ones
/// are decompressed into memory that is used again. Every body that is handed out has passed the
/// checksum of its record or of its sealed block. While a snapshot lives, the file cannot use old
/// pages again: for a long way through the log take ``Ledger/scan(from:through:_:)``.
public struct LogSnapshot: ~Copyable {
  let transaction: ReadTransaction
  let tables: LogTables
  let positionIndex: PositionIndex
  /// The position of the last event; 0 in an empty log.
  public let head: UInt64
  /// Events up to this position are read from sealed segments; 0 if none are.
  public let sealedThrough: UInt64
  /// nil if nothing is sealed.
  let sealed: SealedReader?
  private let segments: SegmentStore

  init(_ ledger: Ledger) throws {
    let transaction = try ledger.environment.beginRead()
    let head = try ledger.tables.head(transaction)
    let sealedThrough = try SealedRow.read(transaction, ledger.tables.meta)
    let sealed = sealedThrough > 0 ? try ledger.segments.takeReader() : nil
    self.transaction = transaction
    self.tables = ledger.tables
    self.positionIndex = ledger.positionIndex
    self.head = head
    self.sealedThrough = sealedThrough
    self.sealed = sealed
    self.segments = ledger.segments
  }

  deinit {
    if let sealed { segments.giveBack(sealed) }
  }

  /// The event at `position`; nil if the log does not reach there.
  /// - Complexity: O(log n), and about 10 µs for a sealed block that is not in memory yet.
  public func event(at position: UInt64) throws -> LoggedEvent? {
    guard position >= 1 && position <= head else { return nil }
    return try checked(try find(position))
  }

  /// The envelope at `position`, without a look at the body or the checksum; nil if the log does
  /// not reach there.
  public func envelope(at position: UInt64) throws -> Envelope? {
    guard position >= 1 && position <= head else { return nil }
    return try find(position).envelope
  }

  /// The first event recorded at or after `time`; nil if there is none. The prefix before it is the
  /// log as of `time`.
  /// - Complexity: O(log² n): recorded-at never decreases.
  public func firstPosition(recordedAtOrAfter time: Instant) throws -> UInt64? {
    var low: UInt64 = 1
    var high = head + 1
    while low < high {
      let middle = low + (high - low) / 2
      guard let envelope = try envelope(at: middle) else { break }
      if envelope.recordedAt < time { low = middle + 1 } else { high = middle }
    }
    return low <= head ? low : nil
  }

  /// The greatest received-at of the log, leaving out values more than 24 h ahead of their
  /// recorded-at (SEMANTICS 5); nil in an empty log.
  public func logTime() throws -> Instant? {
    head == 0 ? nil : try LogTotals.read(transaction, tables.meta).logTime
  }
}

/// An event of the log. The body lives until its snapshot is asked for another event.
public struct LoggedEvent {
  /// What the log knows of it.
  public let envelope: Envelope
  /// The bytes as received.
  public let body: UnsafeRawBufferPointer
  /// Where the body is, if it is sealed.
  let block: DecodedBlock?
}

extension Ledger {
  /// Runs `body` on the log as it is now.
  public func read<R>(_ body: (borrowing LogSnapshot) throws -> R) throws -> R {
    try body(try LogSnapshot(self))
  }

  /// The position of the last event now; 0 in an empty log.
  public func head() throws -> UInt64 { try read { $0.head } }
}
