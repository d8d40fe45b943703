import Bytes

/// Writes one part of a backup: the events of a ledger behind the parts that are there, up to the
/// head that the ledger had when the backup began.
struct PartRecorder {
  let ledger: Ledger
  let plan: BackupPlan
  let writer: PartWriter
  /// The last event that the part has.
  private(set) var position: UInt64
  private var names: NameFrames
  private var frame = RecordFrame()

  /// Begins a part in a new file, or goes on with what an earlier run left of it.
  init(_ ledger: Ledger, _ plan: BackupPlan, partial path: String) throws {
    self.ledger = ledger
    self.plan = plan
    if let remains = try PartRemains(path, of: plan) {
      writer = try PartWriter(resuming: path, at: remains.mark)
      position = remains.fold.state.position
      names = NameFrames(after: remains.fold)
    } else {
      FileSystem.remove(path)
      writer = try PartWriter(creating: path)
      try writer.write(.head, plan.head.content)
      position = plan.head.before.position
      names = NameFrames(after: try plan.beginning)
    }
  }

  /// Writes everything, and brings it to the disk.
  mutating func run(progress: (UInt64) -> Void) throws {
    while position < plan.after.position {
      try readFrame()
      // Outside the snapshot, so that a slow disk does not make the ledger grow.
      try names.write(to: writer)
      try frame.write(to: writer)
      progress(position)
    }
    try ledger.read { try names.tellRest(upTo: plan.after, $0) }
    try names.write(to: writer)
    try writeEventIDs()
    let end = DumpEnd(eventIDs: UInt64(plan.eventIDs.count), after: plan.after)
    try writer.write(.end, end.content)
    try writer.sync()
  }

  /// Fills the frame with the next records, each of which has passed its checksum.
  private mutating func readFrame() throws {
    frame.begin(at: position + 1)
    try ledger.read { snapshot in
      try snapshot.forEachRecord(from: position + 1, through: plan.after.position) {
        record, next in
        guard frame.hasRoom(for: record.count) else { return false }
        let envelope = try Record.envelope(of: record, at: next)
        _ = try Record.checkedBody(of: record, at: next)
        try names.tell(station: envelope.station, snapshot)
        try names.tell(source: envelope.source, snapshot)
        frame.add(record)
        position = next
        return true
      }
    }
    guard !frame.isEmpty else {
      throw LedgerError.damaged(position: position + 1, reason: .missing)
    }
  }

  private func writeEventIDs() throws(BackupError) {
    var rest = plan.eventIDs[...]
    var number = plan.firstEventIDNumber
    while !rest.isEmpty {
      var content = ByteWriter(reservingCapacity: DumpFormat.maxFrameBytes)
      content.fixed64(plan.eventIDWindow)
      content.fixed64(number)
      for (id, position) in rest.prefix(Self.eventIDsPerFrame) {
        content.fixed64(position)
        content.fixed64(id.low)
        content.fixed64(id.high)
      }
      try writer.write(.eventIDs, content.bytes)
      let count = min(rest.count, Self.eventIDsPerFrame)
      rest = rest.dropFirst(count)
      number += UInt64(count)
    }
  }

  private static let eventIDsPerFrame = 32_768
}

/// What an earlier run that was stopped left of a part.
private struct PartRemains {
  /// Behind the last frame that can stay.
  var mark: PartWriter.Mark
  /// What the frames up to there hold.
  let fold: DumpFold

  /// nil if nothing of it can be used: it is gone, of another ledger, or of events that the ledger no
  /// longer has.
  init?(_ path: String, of plan: BackupPlan) throws {
    guard FileSystem.exists(path) else { return nil }
    let reader = try PartReader(path)
    guard (try? reader.readMagic()) != nil else { return nil }
    fold = DumpFold()
    fold.beginPart()
    mark = reader.mark
    // A frame that is not whole is where the earlier run stopped. Behind the records comes only what
    // depends on the head, which is another one now.
    while let frame = try? reader.next(), [.head, .names, .records].contains(frame.kind) {
      guard (try? fold.apply(frame) { _ in }) != nil else { return nil }
      mark = reader.mark
    }
    guard fold.head == plan.head, try plan.isBeginning(fold.state) else { return nil }
  }
}
