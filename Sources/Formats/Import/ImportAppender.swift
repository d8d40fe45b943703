import EventLog
import Quantities

/// Appends the records of chunks that the log lacks.
final class ImportAppender {
  /// How many events share one durable commit at most.
  private static let eventsPerCommit = 4096
  /// After how many bytes of bodies a commit ends.
  private static let bytesPerCommit = 8 << 20

  let ledger: Ledger
  private let sourceName: String
  private var filter: RepetitionFilter
  /// The ledger's number of each station of the file; 0 is not known yet.
  private var stationIDs: [UInt32] = []

  /// - Parameter fileName: named as the source of the events, without its directory.
  init(_ ledger: Ledger, fileName: String) throws {
    self.ledger = ledger
    let baseName = fileName.split(separator: "/").last.map(String.init) ?? fileName
    sourceName = "import:" + (fileName == "-" ? "standard input" : baseName)
    filter = try RepetitionFilter(ledger)
  }

  /// Lets what others have appended meanwhile count as what the log held.
  func noteOthers(names: [String]) throws { try filter.noteOthers(names: names) }

  func markRepetitions(in chunk: inout ImportChunk, names: [String]) throws {
    try filter.mark(&chunk, names: names)
  }

  /// Appends the entries of `chunk` that are not marked, several in each durable commit, and calls
  /// `acknowledge` with the number of events after each.
  func append(
    _ chunk: borrowing ImportChunk, names: [String], acknowledge: (Int) -> Void
  ) throws {
    stationIDs.append(contentsOf: repeatElement(0, count: names.count - stationIDs.count))
    var next = 0
    while let first = chunk.entries[next...].firstIndex(where: { !$0.isInLog }) {
      next = first
      let (count, positions) = try ledger.append { batch in
        try fill(&batch, from: chunk, at: &next, names: names)
      }
      if let positions { filter.ignore(positions) }
      acknowledge(count)
    }
  }

  /// Appends the fact that says how the records of a table are to be read, unless the log has it.
  func appendTableMap(_ body: [UInt8], receivedAt: Instant) throws {
    try body.withUnsafeBytes { body in
      let isKnown = try ledger.read { snapshot in
        var found = false
        try snapshot.forEachEvent(ofStream: 0) { envelope, known in
          found = envelope.kind == .tableMap && known.isEqual(to: body)
          return !found
        }
        return found
      }
      if isKnown { return }
      try ledger.append { batch in
        let source = try batch.sourceID(named: sourceName)
        try batch.append(
          NewEvent(kind: .tableMap, receivedAt: receivedAt, source: source), body: body)
      }
    }
  }

  /// Says in the log that time had come to `receivedAt` (SEMANTICS 5).
  func appendTick(receivedAt: Instant) throws {
    try ledger.append { batch in
      let source = try batch.sourceID(named: sourceName)
      try batch.append(
        NewEvent(kind: .tick, receivedAt: receivedAt, source: source),
        body: UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  private func fill(
    _ batch: inout AppendBatch, from chunk: borrowing ImportChunk, at next: inout Int,
    names: [String]
  ) throws -> (count: Int, positions: ClosedRange<UInt64>?) {
    let source = try batch.sourceID(named: sourceName)
    var (count, byteCount) = (0, 0)
    var positions: ClosedRange<UInt64>?
    while next < chunk.entries.count, count < Self.eventsPerCommit,
      byteCount < Self.bytesPerCommit
    {
      let entry = chunk.entries[next]
      next += 1
      if entry.isInLog { continue }
      if stationIDs[entry.station] == 0 {
        stationIDs[entry.station] = try batch.stationID(named: names[entry.station])
      }
      let event = NewEvent(
        kind: entry.kind, station: stationIDs[entry.station], direction: entry.direction,
        receivedAt: entry.receivedAt, source: source, flags: entry.flags)
      let position = try batch.append(event, body: chunk.body(of: entry))
      positions = (positions?.lowerBound ?? position)...position
      count += 1
      byteCount += entry.bodyRange.count
    }
    return (count, positions)
  }
}
