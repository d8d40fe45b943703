import LMDB

extension AppendBatch {
  /// Adds an event unless one with its id is remembered (``Ledger/Options/eventIDWindow``), and
  /// returns the position of the one or the other.
  ///
  /// So appending again is harmless, over restarts and from any process, whatever else is in the
  /// event. A charger that sends a frame again is not judged here: its frame is a new event, and folds
  /// recognise it (SEMANTICS 7).
  ///
  /// - Throws: What ``append(_:body:)`` throws.
  /// - Complexity: That of ``append(_:body:)``; O(ids added since) if another process has added some.
  @discardableResult
  public mutating func append(
    _ event: NewEvent, body: UnsafeRawBufferPointer, id: EventID
  ) throws -> UInt64 {
    if let position = try position(of: id) { return position }
    let position = try append(event, body: body)
    try remember(id, at: position)
    return position
  }

  /// Adds the events of a batch, those whose id is remembered excepted.
  ///
  /// - Returns: The position of each event in the order of the batch: a new one, or that of the event
  ///   that was appended with the same id.
  /// - Throws: ``LedgerError`` if a station's or source's number is not known, with the events before
  ///   it in this batch; anything else undoes the whole batch.
  @discardableResult
  public mutating func append(_ events: borrowing EventBatch) throws -> [UInt64] {
    var positions: [UInt64] = []
    positions.reserveCapacity(events.count)
    for entry in events.entries {
      if let id = entry.id, let known = try position(of: id) {
        positions.append(known)
        continue
      }
      let position = try append(
        entry.event, body: events.body(of: entry), salt: entry.salt, commitment: entry.commitment)
      if let id = entry.id { try remember(id, at: position) }
      positions.append(position)
    }
    return positions
  }

  /// The position of the event that was appended with `id`, if the ledger remembers it.
  func position(of id: EventID) throws -> UInt64? {
    try scratch.refreshIDs(transaction, tables)
    return scratch.ids.position(of: id)
  }

  /// Remembers an id that ``position(of:)`` does not know.
  func remember(_ id: EventID, at position: UInt64) throws {
    try scratch.ids.remember(id, at: position, transaction, tables)
  }
}

extension Ledger {
  /// Brings what is known of event ids up to the table, so that the first append does not wait for it.
  func loadEventIDs() throws {
    try inTurn {
      let transaction = try environment.beginWrite()
      scratch.beginBatch()
      try scratch.refreshIDs(transaction, tables)
    }
  }
}
