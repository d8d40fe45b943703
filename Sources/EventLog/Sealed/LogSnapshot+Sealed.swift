/// An event that was found, and whose body nobody has looked at yet.
struct FoundEvent {
  let envelope: Envelope
  fileprivate let place: Place

  fileprivate enum Place {
    case record(UnsafeRawBufferPointer)
    case block(DecodedBlock, index: Int)
  }
}

extension LogSnapshot {
  /// The event at a position of the log, wherever it is.
  func find(_ position: UInt64) throws -> FoundEvent {
    if position <= sealedThrough {
      let block = try block(containing: position)
      let index = block.index(of: position)
      return FoundEvent(envelope: block.envelope(index), place: .block(block, index: index))
    }
    let record = try tables.record(at: position, transaction)
    return FoundEvent(
      envelope: try Record.envelope(of: record, at: position), place: .record(record))
  }

  /// An event with its body, after the checksum. The body is valid until another event is found.
  func checked(_ event: FoundEvent) throws -> LoggedEvent {
    switch event.place {
    case .record(let record):
      let body = try Record.checkedBody(of: record, at: event.envelope.position)
      return LoggedEvent(envelope: event.envelope, body: body, block: nil)
    case .block(let block, let index):
      try sealed?.loadBodies(of: block)
      return LoggedEvent(envelope: event.envelope, body: block.body(index), block: block)
    }
  }

  /// Checks an event whose body nobody wants. That of a block was checked with the block.
  func check(_ event: FoundEvent) throws {
    if case .record(let record) = event.place {
      _ = try Record.checkedBody(of: record, at: event.envelope.position)
    }
  }

  /// Calls `body` with an event that stays valid meanwhile, whatever `body` asks of the snapshot.
  func hand(
    _ event: LoggedEvent, to body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws -> Bool {
    guard let block = event.block else { return try body(event.envelope, event.body) }
    block.users += 1
    defer { block.users -= 1 }
    return try body(event.envelope, event.body)
  }

  private func block(containing position: UInt64) throws -> DecodedBlock {
    guard let sealed else {
      throw LedgerError.damaged(position: position, reason: .sealedSegment)
    }
    return try sealed.block(containing: position)
  }
}

// MARK: - In order

extension LogSnapshot {
  /// Calls `body` with the sealed events of a range. False if `body` has returned false.
  func forEachSealedEvent(
    from first: UInt64, through last: UInt64,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws -> Bool {
    try forEachBlock(from: first, through: last) { block, indices in
      try sealed?.loadBodies(of: block)
      for index in indices {
        guard try body(block.envelope(index), block.body(index)) else { return false }
      }
      return true
    }
  }

  /// As above, for events that are wanted. Bodies of blocks without one stay compressed.
  func forEachSealedEvent(
    from first: UInt64, through last: UInt64, where isWanted: (Envelope) throws -> Bool,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws -> Bool {
    try forEachBlock(from: first, through: last) { block, indices in
      for index in indices where try isWanted(block.envelope(index)) {
        try sealed?.loadBodies(of: block)
        guard try body(block.envelope(index), block.body(index)) else { return false }
      }
      return true
    }
  }

  /// As above, without bodies.
  func forEachSealedEnvelope(
    from first: UInt64, through last: UInt64, _ body: (Envelope) throws -> Bool
  ) throws -> Bool {
    try forEachBlock(from: first, through: last) { block, indices in
      for index in indices {
        guard try body(block.envelope(index)) else { return false }
      }
      return true
    }
  }

  /// As above, with records made again; those of whole blocks are compared with the checksums that
  /// they had when they were sealed.
  func forEachSealedRecord(
    from first: UInt64, through last: UInt64,
    _ body: (UnsafeRawBufferPointer, UInt64) throws -> Bool
  ) throws -> Bool {
    guard let sealed else { return true }
    return try forEachBlock(from: first, through: last) { block, indices in
      try sealed.forEachRecord(indices, of: block, body)
    }
  }

  /// Calls `body` with the blocks of a range of sealed positions and the places in them that are in
  /// the range, until it returns false; and then returns false.
  func forEachBlock(
    from first: UInt64, through last: UInt64,
    _ body: (DecodedBlock, Range<Int>) throws -> Bool
  ) throws -> Bool {
    var next = max(first, 1)
    let end = min(last, sealedThrough)
    while next <= end {
      let block = try block(containing: next)
      // It has positions, as it contains one.
      let blockLast = min(block.positions?.upperBound ?? next, end)
      let indices = block.index(of: next)..<block.index(of: blockLast) + 1
      block.users += 1
      defer { block.users -= 1 }
      guard try body(block, indices) else { return false }
      next = blockLast + 1
    }
    return true
  }
}
