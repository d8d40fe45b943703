/// Reads the parts of a backup one after the other, frame by frame, and checks them.
final class BackupScan {
  let fold = DumpFold()
  /// The bytes of the parts that were begun.
  private(set) var bytes: UInt64 = 0

  private var parts: ArraySlice<Backup.Part>
  private let isFromDisk: Bool
  private var current: (part: Backup.Part, reader: PartReader)?

  /// - Parameter isFromDisk: see ``PartReader/init(_:isFromDisk:)``.
  init(_ parts: [Backup.Part], isFromDisk: Bool = false) {
    self.parts = parts[...]
    self.isFromDisk = isFromDisk
  }

  /// Reads a frame, and calls `use` with what is in it. False when there is none left.
  ///
  /// - Throws: ``BackupError/damaged(_:)``, and what `use` throws.
  func next(_ use: (DumpItem) throws -> Void = { _ in }) throws -> Bool {
    if current == nil {
      guard let part = parts.popFirst() else { return false }
      try begin(part)
    }
    guard let (part, reader) = current else { return false }
    let before = (frames: reader.frames, offset: reader.mark.offset)
    do {
      guard let frame = try reader.next() else { throw DumpDamage.Reason.cutShort }
      try fold.apply(frame, use)
      if fold.isAtEnd { try end(part, reader) }
      return true
    } catch let reason as DumpDamage.Reason {
      throw damage(part, reason, before.frames, before.offset)
    }
  }

  private func begin(_ part: Backup.Part) throws {
    let reader = try PartReader(part.path, isFromDisk: isFromDisk)
    do {
      try reader.readMagic()
    } catch let reason as DumpDamage.Reason {
      throw damage(part, reason, 0, 0)
    }
    fold.beginPart()
    bytes += reader.size
    current = (part, reader)
  }

  private func end(_ part: Backup.Part, _ reader: PartReader) throws(DumpDamage.Reason) {
    guard reader.mark.offset == reader.size else { throw .trailingBytes }
    guard fold.head?.before.position == part.first - 1, fold.state.position == part.last else {
      throw .otherName
    }
    current = nil
  }

  private func damage(
    _ part: Backup.Part, _ reason: DumpDamage.Reason, _ frame: Int, _ offset: UInt64
  ) -> BackupError {
    .damaged(
      DumpDamage(
        part: part.name, frame: frame, offset: offset, lastSound: fold.state.position,
        reason: reason))
  }
}

extension Backup {
  /// Reads all of a backup and checks every byte of it. Needs no ledger.
  ///
  /// What it cannot see is that parts at the end were taken away: compare ``Contents/events``.
  ///
  /// - Throws: ``BackupError/damaged(_:)`` at the first damage.
  /// - Complexity: about half a million events a second and core.
  @discardableResult
  public func check(progress: (Progress) -> Void = { _ in }) throws -> Contents {
    let scan = BackupScan(parts, isFromDisk: true)
    while try scan.next() {
      progress(
        Progress(phase: .checking, position: scan.fold.state.position, start: 0, end: last))
    }
    return Contents(scan.fold, parts: parts.count, bytes: scan.bytes)
  }
}

extension Backup.Contents {
  init(_ fold: DumpFold, parts: Int, bytes: UInt64) {
    self.init(uuid: fold.head?.uuid ?? "", fold.state, parts: parts, bytes: bytes)
  }

  init(uuid: String, _ state: LogState, parts: Int, bytes: UInt64) {
    self.init(
      ledgerUUID: uuid, parts: parts, bytes: bytes, events: state.position,
      stations: state.stations, logTime: state.position == 0 ? nil : state.totals.logTime,
      treeRoot: state.root)
  }
}
