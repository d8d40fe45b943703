import Glibc
import LMDB
import Quantities
import Transparency

/// One pass of sealing. It holds the lock by which there is one sealer of all processes.
///
/// Each step leaves a state from which the next sealer goes on: what was being built and segments
/// above the row `sealed` are removed, and rows of the log up to it are cut.
struct Sealer: ~Copyable {
  private let ledger: Ledger
  private let directory: SegmentDirectory
  private let lock: Int32
  private let progress: (SealProgress) -> Void
  /// Called after each step, for tests that stop there.
  private let step: (SealStep) throws -> Void

  /// Events that are read from one snapshot, so that a long pass does not make the file grow.
  private static let eventsPerSnapshot: UInt64 = 16_384
  /// Events that are cut in one transaction, so that an append waits a few milliseconds at most.
  private static let eventsPerCut: UInt64 = 1024

  init(
    _ ledger: Ledger, progress: @escaping (SealProgress) -> Void,
    step: @escaping (SealStep) throws -> Void
  ) throws {
    directory = ledger.segments.directory
    lock = try directory.lock()
    self.ledger = ledger
    self.progress = progress
    self.step = step
  }

  deinit { close(lock) }

  /// Finishes what others left, then seals up to `last` in segments of up to `segmentEvents`.
  func run(through last: UInt64, segmentEvents: UInt64) throws {
    var sealed = try ledger.read { $0.sealedThrough }
    try directory.removeLeftovers(above: sealed)
    ledger.segments.forget(above: sealed)
    try cut(through: sealed)
    while sealed < last {
      let end = min(last, sealed + segmentEvents)
      try seal(sealed + 1...end, of: last)
      sealed = end
    }
  }

  private func seal(_ positions: ClosedRange<UInt64>, of last: UInt64) throws {
    let first = positions.lowerBound
    do {
      try build(positions, of: last)
      try step(.built)
      try directory.publish(first: first)
    } catch {
      // A full disk should not stay full of this.
      FileSystem.removeEnvironment(directory.building(first: first))
      throw error
    }
    do {
      try step(.published)
      try verify(positions, of: last)
      try ledger.changeLog { transaction in
        try SealedRow.write(positions.upperBound, transaction, ledger.tables.meta)
      }
    } catch {
      // The next sealer, perhaps of another process, puts another segment in its place.
      ledger.segments.forget(above: first - 1)
      throw error
    }
    try step(.switched)
    try cut(through: positions.upperBound)
  }

  private func build(_ positions: ClosedRange<UInt64>, of last: UInt64) throws {
    let builder = try SegmentBuilder(
      in: directory.building(first: positions.lowerBound),
      dictionary: try trainDictionary(positions))
    try forEachRecord(positions) { record, position in
      try builder.append(record, at: position)
      if position.isMultiple(of: 1024) {
        progress(SealProgress(activity: .packing, position: position, last: last))
      }
    }
    let tree = try ledger.read { try $0.treeHead(ofSize: positions.upperBound) }
    try builder.finish(
      ledger: ledger.file.uuid, first: positions.lowerBound, last: positions.upperBound,
      treeRoot: tree.root)
  }

  /// From bodies all over the range.
  private func trainDictionary(_ positions: ClosedRange<UInt64>) throws -> [UInt8] {
    var samples: [UInt8] = []
    var sizes: [Int] = []
    let stride = max(1, UInt64(positions.count) / DictionaryTraining.samples)
    try ledger.read { snapshot in
      for position in Swift.stride(
        from: positions.lowerBound, through: positions.upperBound, by: Int(stride))
      {
        guard let body = try snapshot.event(at: position)?.body, !body.isEmpty else { continue }
        let sample = body.prefix(DictionaryTraining.maxSampleBytes)
        samples.append(contentsOf: sample)
        sizes.append(sample.count)
      }
    }
    return DictionaryTraining.train(samples, sizes: sizes)
  }

  /// Compares every record that the new segment gives with the one it is to replace.
  private func verify(_ positions: ClosedRange<UInt64>, of last: UInt64) throws {
    // One of its own: the blocks of a segment that is not in use yet must not stay with others.
    let reader = try SealedReader(ledger.segments)
    try forEachRecord(positions) { record, position in
      let block = try reader.block(containing: position)
      let isSame = try reader.withRecord(block.index(of: position), of: block) {
        Self.areEqual($0, record)
      }
      guard isSame else {
        throw LedgerError.damaged(position: position, reason: .sealedSegment)
      }
      if position.isMultiple(of: 1024) {
        progress(SealProgress(activity: .comparing, position: position, last: last))
      }
    }
  }

  private static func areEqual(
    _ made: UnsafeRawBufferPointer, _ record: UnsafeRawBufferPointer
  ) -> Bool {
    guard made.count == record.count, let one = made.baseAddress, let other = record.baseAddress
    else { return false }
    return memcmp(one, other, made.count) == 0
  }

  /// The records of the log itself, from several snapshots.
  private func forEachRecord(
    _ positions: ClosedRange<UInt64>, _ body: (UnsafeRawBufferPointer, UInt64) throws -> Void
  ) throws {
    var next = positions.lowerBound
    while next <= positions.upperBound {
      let end = min(positions.upperBound, next + Self.eventsPerSnapshot - 1)
      try ledger.read { snapshot in
        try snapshot.forEachRecord(from: next, through: end) { record, position in
          try body(record, position)
          return true
        }
      }
      next = end + 1
    }
  }

  /// Removes the rows that segments have, a few at a time: whoever appends comes between.
  private func cut(through sealed: UInt64) throws {
    while let first = try ledger.read({ try firstRow($0.transaction) }), first <= sealed {
      let begun = SystemClock.monotonicNanoseconds()
      let last = min(sealed, first + Self.eventsPerCut - 1)
      try ledger.changeLog { transaction in
        for position in first...last {
          try withUnsafeBytes(of: position.bigEndian) { key in
            _ = try transaction.delete(key, in: ledger.tables.events)
          }
        }
      }
      try step(.cut)
      progress(SealProgress(activity: .cutting, position: last, last: sealed))
      // The lock of LMDB's writer is not fair. A pause as long as the work lets others have it.
      SystemClock.pause(nanoseconds: SystemClock.monotonicNanoseconds() - begun)
    }
  }

  /// The position of the first row of the log.
  private func firstRow(_ transaction: borrowing ReadTransaction) throws -> UInt64? {
    try transaction.withCursor(in: ledger.tables.events) { cursor in
      try cursor.first().flatMap { Record.position(ofKey: $0.key) }
    }
  }
}
