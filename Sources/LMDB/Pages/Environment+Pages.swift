import CLMDB

extension Environment {
  /// Walks the pages of the state that is committed now, while others go on writing.
  ///
  /// A read transaction holds that state, so that no page of it, or of its free list, is used again
  /// before the walk ends; the file grows instead. Pages of later transactions are not looked at.
  ///
  /// - Throws: `busy` if writers commit so fast that the metas are never those of the snapshot.
  public func walkPages<Visitor: PageVisitor>(
    visitor: inout Visitor
  ) throws(LMDBError) -> PageReport {
    for _ in 0..<Self.attempts {
      let transaction = try beginRead()
      let number = UInt64(mdb_txn_id(transaction.handle.pointer))
      let source = try PageSource(path: path + "/data.mdb")
      if let report = PageWalker.walk(source, transaction: number, visitor: &visitor) {
        return report
      }
    }
    throw LMDBError(code: .busy, operation: "walk the pages", path: path)
  }

  /// Two commits between the begin of a snapshot and the look at the metas are rare.
  private static var attempts: Int { 1000 }
}

extension PageWalker {
  /// Walks the pages of the environment in a directory that this process has not open, whether others
  /// write to it or not.
  ///
  /// liblmdb opens it only if both metas are sound. Of a file that it cannot open, or that has damaged
  /// metas, the newest state is walked without being held.
  /// - Throws: if the file is not there; if liblmdb refuses a file that is sound.
  public static func walk<Visitor: PageVisitor>(
    environmentIn directory: String, visitor: inout Visitor
  ) throws(LMDBError) -> PageReport {
    let path = directory + "/data.mdb"
    guard try areMetasSound(path) else { return try walkUnheld(path, &visitor) }
    do {
      let environment = try Environment(path: directory, options: .init(access: .readOnly))
      return try environment.walkPages(visitor: &visitor)
    } catch {
      guard error.code.isOfTheFile else { throw error }
      // Nothing was visited: there was no walk yet.
      let report = try walkUnheld(path, &visitor)
      if report.isSound { throw error }
      return report
    }
  }

  private static func walkUnheld<Visitor: PageVisitor>(
    _ path: String, _ visitor: inout Visitor
  ) throws(LMDBError) -> PageReport {
    // Without a transaction there is always a report.
    walk(try PageSource(path: path), visitor: &visitor) ?? PageReport()
  }

  /// Looks again if they are not: a writer that commits twice within microseconds makes them look so.
  private static func areMetasSound(_ path: String) throws(LMDBError) -> Bool {
    for _ in 0..<10 where checkMetas(try PageSource(path: path)).isSound { return true }
    return false
  }
}
