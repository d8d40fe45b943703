import Bytes

/// What a run of a backup has done.
public struct BackupReport: Hashable, Sendable {
  /// What a run has added to a backup.
  public struct Addition: Hashable, Sendable {
    /// The name of the new part's file.
    public var part: String
    /// Its first position.
    public var first: UInt64
    /// The number of its events.
    public var events: UInt64
    /// Its bytes.
    public var bytes: UInt64
    /// The events of it that an earlier run, which was stopped, had written already.
    public var resumed: UInt64
  }

  /// What the backup holds now.
  public var contents: Backup.Contents
  /// nil if there was nothing new.
  public var added: Addition?
}

extension Ledger {
  /// Adds the events that are not in a backup yet, while others append. The first run makes the
  /// directory.
  ///
  /// The new part ends at the head that the ledger has now. It is brought to the disk, read back from
  /// there with everything checked, and compared with the ledger before it gets its name; so a backup
  /// consists of whole parts, whatever happens. What a run that was stopped has written is gone on
  /// with. Snapshots are short: the ledger does not grow by it.
  ///
  /// - Throws: ``BackupError`` if the directory is not for this ledger, cannot be written, or the part
  ///   is found to be wrong; ``LedgerError`` at a damaged record. Parts that were there stay as they
  ///   are.
  /// - Complexity: O(new events), each read once from the ledger and once from the backup.
  @discardableResult
  public func backUp(
    to directory: String, progress: (Backup.Progress) -> Void = { _ in }
  ) throws -> BackupReport {
    let destination = try BackupDestination(directory, for: self)
    let plan = try BackupPlan(self, behind: destination)
    let first = plan.head.before.position + 1
    let partial = try destination.partial(first: first)
    if plan.isDone { return try report(destination.parts, plan, added: nil) }
    func show(_ phase: Backup.Progress.Phase, _ position: UInt64) {
      progress(
        Backup.Progress(
          phase: phase, position: position, start: first - 1, end: plan.after.position))
    }

    var recorder = try PartRecorder(self, plan, partial: partial)
    let resumed = recorder.position - plan.head.before.position
    try recorder.run { show(.writing, $0) }

    let part = Backup.Part(first: first, last: plan.after.position, in: directory)
    try verify(partial, as: part, plan) { show(.verifying, $0) }
    try destination.finish(partial, as: part)
    return try report(
      destination.parts + [part], plan,
      added: BackupReport.Addition(
        part: part.name, first: first, events: plan.after.position - plan.head.before.position,
        bytes: recorder.writer.mark.offset, resumed: resumed))
  }

  /// Reads what was written back from the disk. If it is not what the ledger holds, it is removed: a
  /// later run must not go on with it.
  private func verify(
    _ partial: String, as part: Backup.Part, _ plan: BackupPlan, progress: (UInt64) -> Void
  ) throws {
    var written = part
    written.path = partial
    let scan = BackupScan([written], isFromDisk: true)
    do {
      while try scan.next() { progress(scan.fold.state.position) }
    } catch BackupError.damaged(let damage) {
      FileSystem.remove(partial)
      throw BackupError.notVerified(damage)
    }
  }

  private func report(
    _ parts: [Backup.Part], _ plan: BackupPlan, added: BackupReport.Addition?
  ) throws(BackupError) -> BackupReport {
    var bytes: UInt64 = 0
    for part in parts { bytes += try PartReader(part.path).size }
    return BackupReport(
      contents: Backup.Contents(
        uuid: file.uuid, plan.after, parts: parts.count, bytes: bytes),
      added: added)
  }
}
