import LMDB

extension Ledger {
  /// Checks the whole log of the ledger in the directory `path`, which this process must not have
  /// open, and its sealed segments: every page, every record, every table. Reads each file once, from
  /// front to back where it was written so, and goes on behind what is damaged.
  ///
  /// The files are read without liblmdb, which may end the program on a damaged page. Only if both metas
  /// of the log are sound is it opened, to hold the state that is read while others append.
  /// - Parameter progress: is called now and then with a position and the number of events.
  /// - Throws: ``LedgerError`` if it is no ledger, or if the system refuses to open a segment that
  ///   is there; ``LMDB/LMDBError`` if the log's file is not there.
  public static func verifyLog(
    at path: String, progress: @escaping (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> LogVerification {
    let filePath = path + "/" + LedgerFile.name
    guard FileSystem.exists(filePath) else {
      throw LedgerError.notALedger(path: path, reason: "there is no \(LedgerFile.name) in it")
    }
    let contents = try FileSystem.contents(of: filePath)
    let file = try LedgerFile(json: contents, path: path)
    var visitor = try LogVisitor(
      file, segments: .directory(SegmentDirectory(ledger: path)), progress: progress)
    let pages = try PageWalker.walk(
      environmentIn: path + "/" + logDirectory, visitor: &visitor)
    return try visitor.finish(pages, file: contents)
  }

  /// Checks the bytes of a log's file and of its `ledger.json`, without any file.
  ///
  /// - Parameter segments: the bytes of the files of its segments, by first position.
  public static func verifyLog(
    file contents: [UInt8], database: UnsafeRawBufferPointer,
    segments: [UInt64: UnsafeRawBufferPointer] = [:]
  ) throws -> LogVerification {
    let file = try LedgerFile(json: contents, path: LedgerFile.name)
    var visitor = try LogVisitor(file, segments: .memory(segments)) { _, _ in }
    // There is always a report unless a transaction was named.
    let pages = PageWalker.walk(PageSource(memory: database), visitor: &visitor) ?? PageReport()
    return try visitor.finish(pages, file: contents)
  }

  /// Checks the bytes of a segment's file by itself: all but the hash tree, for which the names of the
  /// stations are missing, and links to events before it.
  ///
  /// - Parameter positions: those that it must hold.
  public static func verifySegment(
    file contents: [UInt8], database: UnsafeRawBufferPointer, positions: ClosedRange<UInt64>
  ) throws -> LogVerification {
    let file = try LedgerFile(json: contents, path: LedgerFile.name)
    let first = positions.lowerBound
    let check = try SegmentCheck(.memory([first: database]), ledger: file.uuid)
    let pass = RecordPass(from: first, tree: nil)
    var found = LogVerification()
    try check.check(positions, pass, &found)
    found.events = pass.events.next - 1
    found.damagedPositions = pass.events.damaged
    found.firstDamage = pass.events.firstDamage
    return found
  }
}
