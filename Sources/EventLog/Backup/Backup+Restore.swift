import Glibc
import LMDB

extension Backup {
  /// Makes a ledger from a backup, in the directory `path`, which must not exist or be empty.
  ///
  /// Everything is read and checked as by ``check(progress:)``. The ledger is made beside its place,
  /// read back, compared with what the backup says and then renamed: what is stopped leaves no ledger,
  /// and the next restore removes what is left. It is the same ledger: same UUID, same records, same
  /// tree. It has no read models yet.
  ///
  /// - Parameters:
  ///   - last: Restores only the events up to this position.
  ///   - options: How the new ledger is opened meanwhile.
  /// - Returns: What was restored.
  /// - Throws: ``BackupError``; ``LedgerError/alreadyExists(path:)``.
  @discardableResult
  public func restore(
    to path: String, through last: UInt64? = nil, options: Ledger.Options = Ledger.Options(),
    progress: (Progress) -> Void = { _ in }
  ) throws -> Contents {
    if let last, last > self.last {
      throw BackupError.endsBefore(position: last, last: self.last)
    }
    guard !FileSystem.exists(path + "/" + LedgerFile.name) else {
      throw LedgerError.alreadyExists(path: path)
    }
    let place = LedgerPlace(path)
    let (temporary, lock) = try place.makeTemporaryDirectory()
    defer { close(lock) }
    do {
      let contents = try fill(
        temporary, through: last ?? self.last, options, place: path, progress)
      try place.rename(temporary)
      try FileSystem.sync(place.parent)
      return contents
    } catch {
      LedgerPlace.remove(temporary)
      throw error
    }
  }

  private func fill(
    _ directory: String, through last: UInt64, _ options: Ledger.Options, place: String,
    _ progress: (Progress) -> Void
  ) throws -> Contents {
    let parts = parts.filter { $0.first <= max(last, 1) }
    let scan = BackupScan(parts)
    // The head of the first part says which ledger it is.
    _ = try scan.next()
    guard let head = scan.fold.head else { throw BackupError.notABackup(path: path) }
    try Ledger.fill(directory, uuid: head.uuid, createdBy: head.createdBy)
    let ledger = try Ledger.open(at: directory, options: options)
    var restorer = Restorer(ledger, through: last, endsWithBackup: last == self.last)
    try restorer.run(scan) {
      progress(Progress(phase: .restoring, position: $0, start: 0, end: last))
    }
    _ = try ledger.verifyTree {
      progress(Progress(phase: .verifying, position: $0, start: 0, end: last))
    }
    let state = try ledger.read { try LogState($0) }
    guard state == restorer.expected else { throw BackupError.restoredDiffers(path: place) }
    return Contents(uuid: head.uuid, state, parts: parts.count, bytes: scan.bytes)
  }
}

/// Appends what a backup holds to a new ledger, in large commits.
private struct Restorer {
  private static let eventsPerCommit: UInt64 = 16_384
  /// A commit holds its pages in memory, so few large events end it, too.
  private static let bytesPerCommit = 16 << 20
  /// Names, ids and what is only checked count here, so that progress is told meanwhile.
  private static let itemsPerCommit = 65_536

  private let ledger: Ledger
  private let last: UInt64
  /// The state that the ledger must have in the end, once it is known.
  private(set) var expected: LogState?
  private let endsWithBackup: Bool
  private var ids: [(id: EventID, position: UInt64)] = []
  private var nextNumber: UInt64 = 0
  private var commitBytes = 0

  init(_ ledger: Ledger, through last: UInt64, endsWithBackup: Bool) {
    self.ledger = ledger
    self.last = last
    self.endsWithBackup = endsWithBackup
  }

  mutating func run(_ scan: BackupScan, progress: (UInt64) -> Void) throws {
    var isMore = true
    while isMore {
      isMore = try ledger.append { batch in
        let end = batch.head + Self.eventsPerCommit
        commitBytes = 0
        var items = 0
        while batch.head < end && commitBytes < Self.bytesPerCommit && items < Self.itemsPerCommit {
          items += 1
          guard try scan.next({ try append($0, to: &batch, scan.fold) }) else { return false }
        }
        return true
      }
      progress(scan.fold.state.position)
    }
    if endsWithBackup { expected = scan.fold.state }
    try remember(window: scan.fold.eventIDWindow)
  }

  /// Whether the rest is only read to be checked.
  private var isDone: Bool { expected != nil }

  private mutating func append(
    _ item: DumpItem, to batch: inout AppendBatch, _ fold: DumpFold
  ) throws {
    switch item {
    case .eventID(let id, let position, let number):
      if position <= last { collect(id, position, number, window: Int(fold.eventIDWindow)) }
    case _ where isDone: break
    case .station(let id, let name):
      guard try batch.stationID(named: name) == id else { throw DumpDamage.Reason.badName }
    case .source(let id, let name):
      guard try batch.sourceID(named: name) == id else { throw DumpDamage.Reason.badName }
    case .record(let record, let envelope):
      try batch.append(record: record, envelope)
      commitBytes += record.count
      if envelope.position == last && !endsWithBackup { expected = fold.state }
    }
  }

  private mutating func collect(
    _ id: EventID, _ position: UInt64, _ number: UInt64, window: Int
  ) {
    // Ids between were forgotten before they were backed up, and with them all that are older.
    if number != nextNumber { ids.removeAll() }
    nextNumber = number + 1
    ids.append((id, position))
    if ids.count >= 2 * window { ids.removeFirst(ids.count - window) }
  }

  /// Remembers the last event ids as the ledger did.
  private func remember(window: UInt64) throws {
    guard !ids.isEmpty else { return }
    let kept = ids.suffix(Int(window))
    // Under the numbers that they had, so that the ledger can go on in its backup. A restored prefix
    // may know too few for that; it cannot go on in the backup anyway.
    let isWhole = UInt64(kept.count) >= min(nextNumber, window)
    var ring = EventIDRing(
      window: window, firstNumber: isWhole ? nextNumber - UInt64(kept.count) : 0)
    try ledger.append { batch in
      for (id, position) in kept {
        try ring.remember(id, at: position, batch.transaction, batch.tables)
      }
      try ring.finish(batch.transaction, batch.tables)
    }
  }
}
