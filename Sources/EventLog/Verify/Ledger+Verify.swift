import LMDB

extension Ledger {
  /// Checks the whole log of the ledger in the directory `path`, which this process must not have
  /// open: every page, every record, every table. Reads the file once, from front to back where it
  /// was written so, and goes on behind what is damaged.
  ///
  /// The file is read without liblmdb, which may end the program on a damaged page. Only if both metas
  /// are sound is it opened, to hold the state that is read while others append.
  /// - Parameter progress: is called now and then with a position and the number of events.
  /// - Throws: ``LedgerError`` if it is no ledger; ``LMDB/LMDBError`` if its file is not there.
  public static func verifyLog(
    at path: String, progress: @escaping (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> LogVerification {
    let filePath = path + "/" + LedgerFile.name
    guard FileSystem.exists(filePath) else {
      throw LedgerError.notALedger(path: path, reason: "there is no \(LedgerFile.name) in it")
    }
    let contents = try FileSystem.contents(of: filePath)
    let file = try LedgerFile(json: contents, path: path)
    var visitor = LogVisitor(format: file.formatVersion, progress: progress)
    let pages = try PageWalker.walk(
      environmentIn: path + "/" + logDirectory, visitor: &visitor)
    return visitor.finish(pages, file: contents)
  }

  /// Checks the bytes of a log's file and of its `ledger.json`, without any file.
  public static func verifyLog(
    file contents: [UInt8], database: UnsafeRawBufferPointer
  ) throws -> LogVerification {
    let file = try LedgerFile(json: contents, path: LedgerFile.name)
    var visitor = LogVisitor(format: file.formatVersion) { _, _ in }
    // There is always a report unless a transaction was named.
    let pages = PageWalker.walk(PageSource(memory: database), visitor: &visitor) ?? PageReport()
    return visitor.finish(pages, file: contents)
  }
}
