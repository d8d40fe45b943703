import CLMDB

/// A key and its value in place: valid until the transaction ends or changes something.
public struct Entry {
  /// The key, 1 to 511 bytes.
  public let key: UnsafeRawBufferPointer
  /// The value; its address has no alignment to rely on.
  public let value: UnsafeRawBufferPointer
}

/// A place in a database, inside a closure of ``Transaction/withCursor(in:_:)``.
///
/// Each step returns the entry it lands on, nil beyond either end.
public struct Cursor: ~Copyable {
  private let handle: OpaquePointer
  private let path: String

  fileprivate init(handle: OpaquePointer, path: String) {
    self.handle = handle
    self.path = path
  }

  deinit { mdb_cursor_close(handle) }

  /// The entry with the least key.
  public func first() throws(LMDBError) -> Entry? { try step(MDB_FIRST) }
  /// The entry with the greatest key.
  public func last() throws(LMDBError) -> Entry? { try step(MDB_LAST) }
  /// The entry after this one; the first one if the cursor has not been placed.
  public func next() throws(LMDBError) -> Entry? { try step(MDB_NEXT) }
  /// The entry before this one; the last one if the cursor has not been placed.
  public func previous() throws(LMDBError) -> Entry? { try step(MDB_PREV) }

  /// The first entry whose key is `key` or above. Keys are ordered byte by byte, a prefix first.
  public func seek(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> Entry? {
    try step(MDB_SET_RANGE, MDB_val(borrowing: key))
  }

  /// The first entry at or above an integer key.
  public func seek(_ key: UInt64) throws(LMDBError) -> Entry? {
    try withUnsafeBytes(of: key.bigEndian) { (bytes) throws(LMDBError) in try seek(bytes) }
  }

  private func step(
    _ operation: MDB_cursor_op, _ key: MDB_val = MDB_val()
  ) throws(LMDBError) -> Entry? {
    var keyView = key
    var valueView = MDB_val()
    let result = mdb_cursor_get(handle, &keyView, &valueView, operation)
    if result == MDB_NOTFOUND { return nil }
    try check(result, "move a cursor", path)
    return Entry(key: keyView.bytes, value: valueView.bytes)
  }
}

extension Transaction where Self: ~Copyable {
  /// Runs `body` with a cursor on `database` that is not placed anywhere yet.
  public func withCursor<R>(
    in database: Database, _ body: (borrowing Cursor) throws -> R
  ) throws -> R {
    var cursor: OpaquePointer?
    try check(
      mdb_cursor_open(handle.pointer, database.handle, &cursor), "open a cursor",
      environment.path)
    // mdb_cursor_open gives a cursor whenever it succeeds.
    guard let cursor else {
      throw LMDBError(code: .panic, operation: "open a cursor", path: environment.path)
    }
    return try body(Cursor(handle: cursor, path: environment.path))
  }

  /// Calls `body` with the entries from `start` (default: the first) in order of their keys, until
  /// it returns false or the database ends.
  public func forEach(
    in database: Database, from start: UnsafeRawBufferPointer? = nil,
    _ body: (Entry) throws -> Bool
  ) throws {
    try withCursor(in: database) { cursor in
      var entry = if let start { try cursor.seek(start) } else { try cursor.first() }
      while let current = entry, try body(current) { entry = try cursor.next() }
    }
  }

  /// Calls `body` with the entries whose key is `end` or below (default: all) from the greatest
  /// down, until it returns false or the database begins.
  public func forEachBackwards(
    in database: Database, from end: UnsafeRawBufferPointer? = nil,
    _ body: (Entry) throws -> Bool
  ) throws {
    try withCursor(in: database) { cursor in
      var entry: Entry?
      if let end, let found = try cursor.seek(end) {
        entry = found.key.elementsEqual(end) ? found : try cursor.previous()
      } else {
        entry = try cursor.last()
      }
      while let current = entry, try body(current) { entry = try cursor.previous() }
    }
  }
}
