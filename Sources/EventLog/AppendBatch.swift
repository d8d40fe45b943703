import Bytes
import LMDB
import Quantities

/// Events on their way into the log, inside a closure of ``Ledger/append(_:)``: they become visible
/// and durable together, or not at all.
///
/// Whoever holds the batch is the only writer of all processes, so keep it short. Positions and
/// numbers that it gives are valid once the append has returned.
public struct AppendBatch: ~Copyable {
  let transaction: WriteTransaction
  let tables: LogTables
  let scratch: AppendScratch
  /// That of ``scratch``, which lives as long as the ledger. Not counted: the atomic increments of a
  /// reference for each event took a tenth of an append.
  private let tree: Unmanaged<TreeAppender>
  private var totals: LogTotals
  private var lastStation: UInt32
  private var lastSource: UInt32
  /// The position of the last event, those of this batch included; 0 in an empty log.
  public private(set) var head: UInt64
  /// The recorded-at of every event of this batch.
  public let recordedAt: Instant

  /// Log time, with the events of this batch (SEMANTICS 5).
  public var logTime: Instant { totals.logTime }

  init(_ ledger: Ledger) throws {
    let tables = ledger.tables
    let transaction = try ledger.environment.beginWrite()
    let totals = try LogTotals.read(transaction, tables.meta)
    let lastStation = try tables.lastID(in: tables.stations, transaction)
    let lastSource = try tables.lastID(in: tables.sources, transaction)
    let head = try tables.head(transaction)
    var recordedAt = ledger.options.clock()
    if head > 0 {
      let record = try tables.record(at: head, transaction)
      recordedAt = max(recordedAt, try Record.envelope(of: record, at: head).recordedAt)
    }
    let frontier = try tables.frontier(transaction, head: head)
    ledger.scratch.beginBatch()
    ledger.scratch.tree.beginBatch(frontier, lastStation: lastStation)
    self.transaction = transaction
    self.tables = tables
    self.scratch = ledger.scratch
    self.tree = .passUnretained(ledger.scratch.tree)
    self.totals = totals
    self.lastStation = lastStation
    self.lastSource = lastSource
    self.head = head
    self.recordedAt = recordedAt
  }

  /// Adds an event and returns its position.
  ///
  /// - Throws: ``LedgerError`` if the body is above 16 MiB or a number is not known: the batch can
  ///   go on. Anything else, such as a full map, undoes the whole batch.
  /// - Complexity: O(log n); the body is copied once, into the page. No allocation.
  @discardableResult
  public mutating func append(
    _ event: NewEvent, body: UnsafeRawBufferPointer
  ) throws -> UInt64 {
    try append(event, body: body, salt: scratch.salts.next(), commitment: nil)
  }

  /// Adds an event whose commitment is made already, or is to be made from salt and body.
  @inline(__always)
  mutating func append(
    _ event: NewEvent, body: UnsafeRawBufferPointer, salt: Salt, commitment: SHA256Digest?
  ) throws -> UInt64 {
    guard body.count <= Record.maxBodyBytes else {
      throw LedgerError.bodyTooLarge(bytes: body.count)
    }
    guard event.station <= lastStation else { throw LedgerError.unknownStation(event.station) }
    guard event.source <= lastSource else { throw LedgerError.unknownSource(event.source) }
    let stream = try streamHead(of: event.station) ?? .empty
    try rememberName(of: event.station)
    // What is appended has its body: erasing comes later.
    let envelope = Envelope(
      position: head + 1, kind: event.kind, direction: event.direction,
      flags: event.flags.subtracting(.bodyErased),
      station: event.station, receivedAt: event.receivedAt, recordedAt: recordedAt,
      previousOfStream: stream.lastPosition, source: event.source, salt: salt)
    let record = try reserve(envelope, bodyBytes: body.count)
    Record.write(envelope, body: body, into: record)
    try take(UnsafeRawBufferPointer(record), envelope, commitment, behind: stream)
    return head
  }

  /// Adds a record as it was in this ledger before: from a backup, which has checked it.
  mutating func append(record: UnsafeRawBufferPointer, _ envelope: Envelope) throws {
    let stream = try streamHead(of: envelope.station) ?? .empty
    try rememberName(of: envelope.station)
    guard envelope.position == head + 1, envelope.previousOfStream == stream.lastPosition else {
      throw LedgerError.damaged(position: envelope.position, reason: .brokenChain)
    }
    let bodyBytes = record.count - Record.headerBytes
    try reserve(envelope, bodyBytes: bodyBytes).copyMemory(from: record)
    try take(record, envelope, nil, behind: stream)
  }

  /// The place of a record, to be filled at once.
  @inline(__always)
  private func reserve(
    _ envelope: Envelope, bodyBytes: Int
  ) throws -> UnsafeMutableRawBufferPointer {
    try withUnsafeBytes(of: envelope.position.bigEndian) { key in
      try transaction.reserve(
        key, byteCount: Record.headerBytes + bodyBytes, in: tables.events, rule: .append)
    }
  }

  /// Keeps up what stands beside the log with a record that was just put behind the last one.
  @inline(__always)
  private mutating func take(
    _ record: UnsafeRawBufferPointer, _ envelope: Envelope, _ commitment: SHA256Digest?,
    behind last: StreamHead
  ) throws {
    // Before anything else is asked of the transaction: the record may move then.
    tree._withUnsafeGuaranteedRef { tree in
      tree.append(
        record, commitment, ofStation: envelope.station, index: envelope.position - 1)
    }
    head = envelope.position
    var stream = last
    stream.lastPosition = head
    stream.greatestReceivedAt = max(stream.greatestReceivedAt, envelope.receivedAt)
    stream.count += 1
    scratch.set(stream, of: envelope.station)
    totals.count(
      bodyBytes: record.count - Record.headerBytes, receivedAt: envelope.receivedAt,
      recordedAt: envelope.recordedAt)
  }

  /// The end of a station's stream, with the events of this batch; nil before its first event.
  public func streamHead(of station: UInt32) throws -> StreamHead? {
    if let head = scratch.head(of: station) { return head }
    return try tables.streamHead(of: station, transaction)
  }

  /// Has the hash of a station's name at hand for the tree.
  @inline(__always)
  private func rememberName(of station: UInt32) throws {
    guard !scratch.tree.knows(station: station) else { return }
    scratch.tree.remember(try tables.stationHash(station, transaction), ofStation: station)
  }

  /// The number of a station, given now if it has none yet.
  public mutating func stationID(named name: String) throws -> UInt32 {
    let id = try id(
      named: name, in: tables.stationIDs, names: tables.stations, last: lastStation)
    lastStation = max(lastStation, id)
    return id
  }

  /// The number of a source of events, such as a file, given now if it has none yet.
  public mutating func sourceID(named name: String) throws -> UInt32 {
    let id = try id(named: name, in: tables.sourceIDs, names: tables.sources, last: lastSource)
    lastSource = max(lastSource, id)
    return id
  }

  /// The number of `name`; the one after `last` is given to a new one.
  private func id(
    named name: String, in ids: Database, names: Database, last: UInt32
  ) throws -> UInt32 {
    guard (1...LedgerError.maxNameBytes).contains(name.utf8.count) else {
      throw LedgerError.badName(bytes: name.utf8.count)
    }
    if let id = try tables.id(named: name, in: ids, transaction) { return id }
    let id = last + 1
    var name = name
    try name.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      try withUnsafeBytes(of: id.bigEndian) {
        try transaction.put($0, bytes, in: names, rule: .append)
      }
      try withUnsafeBytes(of: id.littleEndian) {
        try transaction.put(bytes, $0, in: ids, rule: .insert)
      }
    }
    return id
  }

  /// Writes what changed beside the log, and commits.
  consuming func commit() throws {
    scratch.sortTouched()
    for station in scratch.touched {
      guard let head = scratch.head(of: station) else { continue }
      try withUnsafeBytes(of: station.bigEndian) { key in
        try transaction.put(key, byteCount: StreamHead.byteCount, in: tables.heads) {
          head.write(into: $0)
        }
      }
    }
    try totals.write(transaction, tables.meta)
    scratch.tree.finish()
    for row in scratch.tree.rows {
      try tables.write(row: row.hashes, group: row.group, transaction)
    }
    try tables.write(scratch.tree.frontier, transaction)
    try scratch.ids.finish(transaction, tables)
    let scratch = scratch
    try transaction.commit()
    scratch.ids.committed()
  }
}
