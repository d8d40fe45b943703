import LMDB

extension LogSnapshot {
  /// Calls `body` with the events of a range of positions in order, until it returns false.
  ///
  /// Positions that the log does not reach are left out.
  /// - Throws: ``LedgerError/damaged(position:reason:)`` at a record that is missing or fails its
  ///   checksum; what `body` throws.
  public func forEachEvent(
    from first: UInt64 = 1, through last: UInt64 = .max,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    guard try forEachSealedEvent(from: first, through: last, body) else { return }
    try forEachHotRecord(from: first, through: last) { record, position in
      let envelope = try Record.envelope(of: record, at: position)
      return try body(envelope, try Record.checkedBody(of: record, at: position))
    }
  }

  /// Calls `body` with those events of a range of positions whose envelope `isWanted`, in order,
  /// until it returns false. Other records cost no more than a look at their envelope.
  public func forEachEvent(
    from first: UInt64, through last: UInt64, where isWanted: (Envelope) throws -> Bool,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    guard try forEachSealedEvent(from: first, through: last, where: isWanted, body) else { return }
    try forEachHotRecord(from: first, through: last) { record, position in
      let envelope = try Record.envelope(of: record, at: position)
      guard try isWanted(envelope) else { return true }
      return try body(envelope, try Record.checkedBody(of: record, at: position))
    }
  }

  /// Calls `body` with the envelopes of a range of positions in order, until it returns false.
  /// Bodies are not read and checksums not verified, so this is as fast as the disk.
  public func forEachEnvelope(
    from first: UInt64 = 1, through last: UInt64 = .max,
    _ body: (Envelope) throws -> Bool
  ) throws {
    guard try forEachSealedEnvelope(from: first, through: last, body) else { return }
    try forEachHotRecord(from: first, through: last) { record, position in
      try body(try Record.envelope(of: record, at: position))
    }
  }

  /// Calls `body` with the records of a range of positions in order, until it returns false: as they
  /// are stored, and not checked; those that are sealed as they were before.
  func forEachRecord(
    from first: UInt64, through last: UInt64,
    _ body: (UnsafeRawBufferPointer, UInt64) throws -> Bool
  ) throws {
    guard try forEachSealedRecord(from: first, through: last, body) else { return }
    try forEachHotRecord(from: first, through: last, body)
  }

  /// As ``forEachRecord(from:through:_:)``, for the records behind the sealed ones.
  private func forEachHotRecord(
    from first: UInt64, through last: UInt64,
    _ body: (UnsafeRawBufferPointer, UInt64) throws -> Bool
  ) throws {
    var position = max(first, sealedThrough + 1)
    let end = min(last, head)
    guard position <= end else { return }
    try transaction.withCursor(in: tables.events) { cursor in
      var entry = try cursor.seek(position)
      while position <= end {
        guard let current = entry, Record.position(ofKey: current.key) == position else {
          throw LedgerError.damaged(position: position, reason: .missing)
        }
        guard try body(current.value, position) else { return }
        position += 1
        if position <= end { entry = try cursor.next() }
      }
    }
  }
}
