import LMDB
import Synchronization

extension Ledger {
  /// Appends the events that `body` adds to its batch, in one durable commit.
  ///
  /// When this returns, the events are on the disk. If it throws, none of them is in the log. Many
  /// events in one batch are much faster than many batches: a commit costs as much as the disk
  /// needs for two synced writes, an event less than a microsecond.
  ///
  /// A commit that fails on the disk stops the ledger: every later append throws
  /// ``LedgerError/failed(previous:)`` until it is opened again. Reading goes on.
  @discardableResult
  public func append<R>(_ body: (inout AppendBatch) throws -> R) throws -> R {
    try inTurn { try appendInTurn(body) }
  }

  private func appendInTurn<R>(_ body: (inout AppendBatch) throws -> R) throws -> R {
    if let previous = failure.withLock({ $0 }) { throw LedgerError.failed(previous: previous) }
    var batch = try AppendBatch(self)
    let before = batch.head
    let result = try body(&batch)
    let head = batch.head
    do {
      try batch.commit()
    } catch let error as LMDBError {
      if error.isOfTheDisk { failure.withLock { $0 = error } }
      throw error
    }
    if head > before { headSignal.publish(head) }
    return result
  }
}

extension LMDBError {
  /// Whether the operating system refused to write. What is on the disk then is not known until
  /// the file is opened again.
  var isOfTheDisk: Bool { code.rawValue > 0 || code == .panic }
}
