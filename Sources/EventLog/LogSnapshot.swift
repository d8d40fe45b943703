import LMDB
import Quantities

/// The log as it was at one moment, inside a closure of ``Ledger/read(_:)``.
///
/// Bodies are views into the log and live as long as the snapshot. Every record that is handed out
/// with its body has passed its checksum. While a snapshot lives, the file cannot use old pages
/// again: for a long way through the log take ``Ledger/scan(from:through:_:)``.
public struct LogSnapshot: ~Copyable {
  let transaction: ReadTransaction
  let tables: LogTables
  let positionIndex: PositionIndex
  /// The position of the last event; 0 in an empty log.
  public let head: UInt64

  init(_ ledger: Ledger) throws {
    let transaction = try ledger.environment.beginRead()
    let head = try ledger.tables.head(transaction)
    self.transaction = transaction
    self.tables = ledger.tables
    self.positionIndex = ledger.positionIndex
    self.head = head
  }

  /// The event at `position`; nil if the log does not reach there.
  /// - Complexity: O(log n).
  public func event(at position: UInt64) throws -> LoggedEvent? {
    guard position >= 1 && position <= head else { return nil }
    let record = try tables.record(at: position, transaction)
    return LoggedEvent(
      envelope: try Record.envelope(of: record, at: position),
      body: try Record.checkedBody(of: record, at: position))
  }

  /// The envelope at `position`, without a look at the body or the checksum; nil if the log does
  /// not reach there.
  public func envelope(at position: UInt64) throws -> Envelope? {
    guard position >= 1 && position <= head else { return nil }
    return try Record.envelope(
      of: try tables.record(at: position, transaction), at: position)
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

/// An event of the log: the body lives as long as the snapshot it is from.
public struct LoggedEvent {
  /// What the log knows of it.
  public let envelope: Envelope
  /// The bytes as received.
  public let body: UnsafeRawBufferPointer
}

extension Ledger {
  /// Runs `body` on the log as it is now.
  public func read<R>(_ body: (borrowing LogSnapshot) throws -> R) throws -> R {
    try body(try LogSnapshot(self))
  }

  /// The position of the last event now; 0 in an empty log.
  public func head() throws -> UInt64 { try read { $0.head } }
}
