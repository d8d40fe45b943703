import LMDB

/// How far a position index covers the log.
public struct IndexProgress: Hashable, Sendable {
  /// The last position that it covers; 0 if there is none.
  public var indexedThrough: UInt64
  /// The last position that it will cover when it has caught up.
  public var goal: UInt64
}

extension Ledger {
  /// The last position that the index of stations and times covers; 0 if there is none. Reading is
  /// complete without it: see ``LogSnapshot/forEachEvent(ofStream:from:through:receivedFrom:to:_:)``.
  public func indexedThrough() throws -> UInt64 {
    try read { snapshot in
      guard let view = positionIndex.view(of: snapshot) else { return 0 }
      return view.blocks * view.shape.blockPositions
    }
  }

  /// The bytes of all pages that the index uses; 0 if there is none.
  public func indexBytes() throws -> Int {
    try read { try positionIndex.view(of: $0)?.store.usedBytes() ?? 0 }
  }

  /// Extends the index of stations and times by the whole blocks of 262,144 events that the log has
  /// up to `last`, and returns the last position covered then.
  ///
  /// One builds at a time, of all processes: while another one does, this returns at once. An index
  /// that is damaged or of another history is built anew. Each block is durable when `progress` hears
  /// of it; if `progress` throws, that ends the work, and the next call goes on from there.
  /// - Throws: ``LedgerError`` for a damaged log, or if the directory cannot be written;
  ///   ``LMDB/LMDBError``. Reading works all the same.
  /// - Complexity: O(n) in the events that are new; about seven megabytes of memory.
  @discardableResult
  public func catchUpIndex(
    through last: UInt64 = .max, _ progress: (IndexProgress) throws -> Void = { _ in }
  ) throws -> UInt64 {
    let size = positionIndex.shape.blockPositions
    let goal = min(last, try head()) / size
    let indexed = try indexedThrough()
    guard goal > indexed / size, let lock = try IndexLock.take(in: positionIndex.path) else {
      return indexed
    }
    // What is there may be of a longer history than this log's, so it is looked at again.
    let found = try read { try positionIndex.storeToExtend($0, holding: lock) }
    var builder = IndexBuilder(self)
    var blocks = found.blocks
    while blocks < goal {
      do {
        try builder.build(block: blocks, in: found.store)
      } catch {
        positionIndex.discard(found.store, because: error, holding: lock)
        throw error
      }
      blocks += 1
      try progress(IndexProgress(indexedThrough: blocks * size, goal: goal * size))
    }
    return blocks * size
  }
}
