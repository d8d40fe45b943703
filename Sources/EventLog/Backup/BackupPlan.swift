import Bytes
import Transparency

/// What the next part of a backup is to hold, decided in one snapshot of the ledger: whatever is
/// appended later is for the next run.
struct BackupPlan {
  private let ledger: Ledger
  let head: DumpHead
  /// The log after the part.
  let after: LogState
  /// The ids of events of this part that the ledger remembers, oldest first.
  let eventIDs: [(id: EventID, position: UInt64)]
  /// The number of the first of them, of all that the ledger ever remembered.
  let firstEventIDNumber: UInt64
  let eventIDWindow: UInt64

  /// The part behind those of `destination`.
  ///
  /// - Throws: ``BackupError`` if they are not of this ledger, or of events that it does not have.
  init(_ ledger: Ledger, behind destination: BackupDestination) throws {
    let earlier = try destination.parts.last.map { try Self.ends(of: $0) }
    let before = earlier?.end.after ?? .empty
    if let uuid = earlier?.head.uuid, uuid != ledger.file.uuid {
      throw BackupError.otherLedger(path: destination.path, uuid: uuid)
    }
    let (after, ids) = try ledger.read { snapshot in
      guard before.position <= snapshot.head else {
        throw BackupError.ahead(
          path: destination.path, last: before.position, head: snapshot.head)
      }
      guard try snapshot.treeHead(ofSize: before.position).root == before.root else {
        throw BackupError.contradicts(path: destination.path, last: before.position)
      }
      var ids = EventIDRing(window: 1)
      try ids.refresh(snapshot.transaction, snapshot.tables)
      return (try LogState(snapshot), ids)
    }
    self.ledger = ledger
    self.isDone = earlier != nil && after.position == before.position
    self.head = DumpHead(
      uuid: ledger.file.uuid, createdBy: ledger.file.createdBy, before: before)
    self.after = after
    let remembered = ids.remembered
    let old = remembered.ids.prefix { $0.position <= before.position }.count
    self.eventIDs = Array(remembered.ids.dropFirst(old))
    self.firstEventIDNumber = remembered.firstNumber + UInt64(old)
    self.eventIDWindow = ids.window
  }

  /// Whether the destination has everything already. An empty ledger gets a part, too.
  let isDone: Bool

  /// A fold that has read the head of the part, and nothing else.
  var beginning: DumpFold {
    get throws {
      let fold = DumpFold()
      fold.beginPart()
      try head.content.withUnsafeBytes { content in
        try fold.apply(DumpFrame(kind: .head, content: content)) { _ in }
      }
      return fold
    }
  }

  /// Whether `state` is one that the ledger has had, up to the end of the part.
  func isBeginning(_ state: LogState) throws -> Bool {
    guard state.position <= after.position else { return false }
    return try ledger.read { try $0.treeHead(ofSize: state.position).root == state.root }
  }

  /// The first and the last frame of a part. Those between are only skipped.
  private static func ends(of part: Backup.Part) throws -> (head: DumpHead, end: DumpEnd) {
    let reader = try PartReader(part.path)
    do {
      try reader.readMagic()
      guard let first = try reader.next(), first.kind == .head else {
        throw DumpDamage.Reason.unexpectedFrame
      }
      let head = try DumpHead(decoding: first.content)
      guard let last = try reader.last() else { throw DumpDamage.Reason.cutShort }
      guard last.kind == .end else { throw DumpDamage.Reason.cutShort }
      let end = try DumpEnd(decoding: last.content)
      guard head.before.position == part.first - 1, end.after.position == part.last else {
        throw DumpDamage.Reason.otherName
      }
      return (head, end)
    } catch let reason as DumpDamage.Reason {
      throw damage(part, reader, reason)
    } catch is ByteReaderError {
      throw damage(part, reader, .badContent)
    }
  }

  private static func damage(
    _ part: Backup.Part, _ reader: PartReader, _ reason: DumpDamage.Reason
  ) -> BackupError {
    .damaged(
      DumpDamage(
        part: part.name, frame: reader.frames, offset: reader.mark.offset,
        lastSound: part.first - 1, reason: reason))
  }
}
