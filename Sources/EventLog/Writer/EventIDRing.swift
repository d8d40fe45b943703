import LMDB

/// The last event ids of the log with their positions: the table `event_ids`, and its copy in
/// memory.
///
/// The table is a ring. The n-th id ever remembered, counted from 0, is in slot n modulo window, so
/// that keys are written in their order and a commit touches a page or two. `meta` holds how many
/// there were, which tells within a write transaction whether another process has added some.
struct EventIDRing {
  private var window: UInt64
  /// The number of ids ever remembered.
  private var count: UInt64 = 0
  /// The ids by slot; nil where none was loaded.
  private var slots: [EventID?] = []
  private var positions: [EventID: UInt64] = [:]
  private var hasChanged = false

  /// The greatest window: a table of 40 MB, and twice that in memory.
  static let maxWindow = 1 << 20

  /// - Parameter window: what a ledger takes that has not remembered any id yet.
  init(window: Int) { self.window = UInt64(window) }

  /// The position of the event that was appended under `id`, if it is remembered.
  func position(of id: EventID) -> UInt64? { positions[id] }

  /// Brings the copy in memory up to the table.
  /// - Complexity: O(1) if nobody else has added ids, else O(ids added), at most the window.
  mutating func refresh(
    _ transaction: borrowing some Transaction & ~Copyable, _ tables: LogTables
  ) throws {
    guard let stored = try Extent.read(transaction, tables.meta) else { return }
    if stored.window != window || stored.count < count { self = EventIDRing(stored.window) }
    guard stored.count > count, let table = tables.eventIDs else { return }
    count = max(count, stored.count - min(stored.count, window))
    while count < stored.count {
      guard let value = try transaction.value(ofSlot: count % window, in: table),
        value.count == Self.valueBytes
      else { throw LedgerError.damagedTable(name: table.name) }
      let position = value.loadUnaligned(fromByteOffset: EventID.byteCount, as: UInt64.self)
      keep(EventID(loadingFrom: value), at: UInt64(littleEndian: position))
    }
  }

  /// Remembers an id that ``position(of:)`` does not know, and forgets the one a window before it.
  mutating func remember(
    _ id: EventID, at position: UInt64, _ transaction: borrowing WriteTransaction,
    _ tables: LogTables
  ) throws {
    guard let table = tables.eventIDs else { return }
    let key = UInt32(count % window).bigEndian
    let rule: PutRule = count < window ? .append : .replace
    try withUnsafeBytes(of: key) { key in
      try transaction.put(key, byteCount: Self.valueBytes, in: table, rule: rule) { value in
        id.write(into: value)
        value.storeBytes(
          of: position.littleEndian, toByteOffset: EventID.byteCount, as: UInt64.self)
      }
    }
    keep(id, at: position)
    hasChanged = true
  }

  /// Writes how many ids there are, if the transaction has added some.
  mutating func finish(_ transaction: borrowing WriteTransaction, _ tables: LogTables) throws {
    guard hasChanged else { return }
    try Extent(count: count, window: window).write(transaction, tables.meta)
    hasChanged = false
  }

  private init(_ window: UInt64) { self.window = window }

  private static let valueBytes = EventID.byteCount + 8

  private mutating func keep(_ id: EventID, at position: UInt64) {
    let slot = Int(count % window)
    // Any slot may be the first: others appended before this program looked.
    while slots.count <= slot { slots.append(nil) }
    if let forgotten = slots[slot] { positions[forgotten] = nil }
    slots[slot] = id
    positions[id] = position
    count += 1
  }
}

/// The row `event_ids` of `meta`.
private struct Extent {
  var count: UInt64
  var window: UInt64

  private static let key: StaticString = "event_ids"
  private static var keyBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
  }

  /// nil in a ledger that has never remembered an id.
  static func read(
    _ transaction: borrowing some Transaction & ~Copyable, _ meta: Database
  ) throws -> Extent? {
    guard let bytes = try transaction.value(of: keyBytes, in: meta) else { return nil }
    guard bytes.count == 16 else { throw LedgerError.damagedTable(name: meta.name) }
    let extent = Extent(
      count: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
      window: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    guard (1...UInt64(EventIDRing.maxWindow)).contains(extent.window), extent.count < .max else {
      throw LedgerError.damagedTable(name: meta.name)
    }
    return extent
  }

  func write(_ transaction: borrowing WriteTransaction, _ meta: Database) throws(LMDBError) {
    try transaction.put(Self.keyBytes, byteCount: 16, in: meta) { bytes in
      bytes.storeBytes(of: count.littleEndian, as: UInt64.self)
      bytes.storeBytes(of: window.littleEndian, toByteOffset: 8, as: UInt64.self)
    }
  }
}

extension Transaction where Self: ~Copyable {
  fileprivate func value(
    ofSlot slot: UInt64, in table: Database
  ) throws(LMDBError) -> UnsafeRawBufferPointer? {
    try withUnsafeBytes(of: UInt32(slot).bigEndian) { (key) throws(LMDBError) in
      try value(of: key, in: table)
    }
  }
}
