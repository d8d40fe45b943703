import LMDB

/// Checks the sealed segments of a ledger one after the other: they must follow each other without a
/// gap from the first position to the last sealed one.
///
/// Read without liblmdb and without the snapshot that holds the log: a segment is never written again.
struct SegmentCheck {
  private let files: SegmentFiles
  private let ledger: String
  private let decoder: BlockRecords

  /// - Parameter ledger: the UUID that all segments must name.
  init(_ files: SegmentFiles, ledger: String) throws(LedgerError) {
    self.files = files
    self.ledger = ledger
    decoder = try BlockRecords()
  }

  /// Takes the events up to the position `sealed` into the pass.
  ///
  /// - Throws: if the system refuses to open a file that is there.
  func check(
    through sealed: UInt64, _ pass: RecordPass, _ found: inout LogVerification
  ) throws(LedgerError) {
    found.leftOvers += try files.leftOvers(above: sealed)
    let firsts = try files.firsts().filter { $0 >= 1 && $0 <= sealed }
    for (index, first) in firsts.enumerated() {
      pass.events.expect(through: first - 1, .sealedSegment)
      let last = index + 1 < firsts.count ? firsts[index + 1] - 1 : sealed
      try check(first...last, pass, &found)
    }
    pass.events.expect(through: sealed, .sealedSegment)
  }

  /// Takes the events of one segment.
  func check(
    _ positions: ClosedRange<UInt64>, _ pass: RecordPass, _ found: inout LogVerification
  ) throws(LedgerError) {
    defer { pass.events.expect(through: positions.upperBound, .sealedSegment) }
    guard let source = try files.source(first: positions.lowerBound) else { return }
    var visitor = SegmentVisitor(positions, ledger: ledger, pass: pass, decoder: decoder)
    // There is always a report unless a transaction was named.
    let pages = PageWalker.walk(source, visitor: &visitor) ?? PageReport()
    visitor.finish(pages)
    found.damagedTables += visitor.damages
    if !pages.isSound {
      found.damagedSegments.append((SegmentFiles.name(first: positions.lowerBound), pages))
    }
  }
}
