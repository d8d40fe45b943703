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
