import LMDB

/// The last event ids of the log with their positions: the table `event_ids`, and its copy in
/// memory.
///
/// The table is a ring. The n-th id ever remembered, counted from 0, is in slot n modulo window, so
/// that keys are written in their order and a commit touches a page or two. `meta` holds how many
/// there were, which tells within a write transaction whether another process has added some.
struct EventIDRing {
  /// How many ids are remembered at most.
  private(set) var window: UInt64
  /// The number of ids ever remembered.
  private var count: UInt64 = 0
  /// The ids by slot; nil where none was loaded.
  private var slots: [EventID?] = []
  private var positions: [EventID: UInt64] = [:]
  /// Whether ids were added that are not committed.
  private var hasChanged = false

  /// The greatest window: a table of 40 MB, and twice that in memory.
  static let maxWindow = 1 << 20

  /// - Parameter window: what a ledger takes that has not remembered any id yet.
  init(window: Int) { self.window = UInt64(window) }

  /// A ring to be filled from the id with the number `firstNumber` on, as it was in another ledger.
  init(window: UInt64, firstNumber: UInt64) {
    self.window = window
    self.count = firstNumber
  }

  /// The position of the event that was appended under `id`, if it is remembered.
  func position(of id: EventID) -> UInt64? { positions[id] }

  /// The ids that are remembered with their positions, oldest first, and the number of the first.
  var remembered: (firstNumber: UInt64, ids: [(id: EventID, position: UInt64)]) {
    let first = count - min(count, window)
    let ids = (first..<count).compactMap { number -> (id: EventID, position: UInt64)? in
      let slot = Int(number % window)
      guard slot < slots.count, let id = slots[slot], let position = positions[id] else {
        return nil
      }
      return (id, position)
    }
    return (first, ids)
  }

  /// Brings the copy in memory up to the table.
  /// - Complexity: O(1) if nobody else has added ids, else O(ids added), at most the window.
  mutating func refresh(
    _ transaction: borrowing some Transaction & ~Copyable, _ tables: LogTables
  ) throws {
    guard let stored = try EventIDExtent.read(transaction, tables.meta) else {
      // An upgrade by another process has forgotten them all.
      if count > 0 { self = EventIDRing(window) }
      return
    }
    if stored.window != window || stored.count < count { self = EventIDRing(stored.window) }
    guard stored.count > count, let table = tables.eventIDs else { return }
    let oldest = stored.count - min(stored.count, window)
    if oldest > count {
      // All that is in memory was forgotten. An id of those may have been given anew.
      self = EventIDRing(stored.window)
      count = oldest
    }
    while count < stored.count {
      let slot = UInt32(count % window)
      let value = try withUnsafeBytes(of: slot.bigEndian) {
        try transaction.value(of: $0, in: table)
      }
      guard let value, let row = EventIDRow(value, slot: slot) else {
        throw LedgerError.damagedTable(name: table.name)
      }
      keep(row.id, at: row.position)
    }
  }

  /// Remembers an id that ``position(of:)`` does not know, and forgets the one a window before it.
  mutating func remember(
    _ id: EventID, at position: UInt64, _ transaction: borrowing WriteTransaction,
    _ tables: LogTables
  ) throws {
    guard let table = tables.eventIDs else { return }
    let slot = UInt32(count % window)
    let rule: PutRule = slot >= slots.count ? .append : .replace
    try withUnsafeBytes(of: slot.bigEndian) { key in
      try transaction.put(key, byteCount: EventIDRow.byteCount, in: table, rule: rule) {
        EventIDRow(id: id, position: position).write(into: $0, slot: slot)
      }
    }
    keep(id, at: position)
    hasChanged = true
  }

  /// Writes how many ids there are, if the transaction has added some.
  func finish(_ transaction: borrowing WriteTransaction, _ tables: LogTables) throws {
    guard hasChanged else { return }
    try EventIDExtent(count: count, window: window).write(transaction, tables.meta)
  }

  /// The transaction is committed.
  mutating func committed() { hasChanged = false }

  /// Forgets everything if the last transaction was not committed: the table will tell.
  mutating func forgetUncommitted() {
    if hasChanged { self = EventIDRing(window) }
  }

  private init(_ window: UInt64) { self.window = window }

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

extension EventIDRing {
  /// Empties the table, with its extent.
  static func forgetAll(_ transaction: borrowing WriteTransaction, _ tables: LogTables) throws {
    guard let table = tables.eventIDs else { return }
    try transaction.clear(table)
    try EventIDExtent.remove(transaction, tables.meta)
  }
}
