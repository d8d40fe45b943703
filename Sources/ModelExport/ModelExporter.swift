import EventLog
public import Projections
import Quantities
import Sessions

/// Writes all read models of a ledger, as of one moment, to where others can use them.
public struct ModelExporter {
  let snapshot: ModelSnapshot
  let header: ExportHeader
  private let filter: SessionFilter
  private let workers: Int

  /// - Parameters:
  ///   - models: brought up to the head of the log.
  ///   - filter: which sessions to export.
  ///   - selection: the filter in words; nil if it lets all through.
  ///   - program: the version of the program, which the export names.
  ///   - workers: how many threads make rows. The rows do not depend on it.
  public init(
    _ models: ReadModels, filter: SessionFilter = SessionFilter(), selection: String? = nil,
    program: String, workers: Int = ReadModels.defaultWorkers
  ) throws {
    snapshot = try models.snapshot()
    self.filter = filter
    self.workers = max(1, workers)
    header = ExportHeader(
      ledgerUUID: snapshot.ledger.file.uuid, position: snapshot.position,
      logTime: snapshot.position > 0 ? snapshot.logTime : nil, program: program,
      readModels: snapshot.readModels.map { "\($0.name) \($0.version)" }
        .joined(separator: ", "), selection: selection)
  }

  /// The rows of what the export says of itself, and those that are made of facts.
  func factRows() throws -> RowBatch {
    var rows = RowBatch()
    rows.add(header)
    try rows.addFacts(of: snapshot)
    return rows
  }

  /// Calls `body` with all sessions, in the order of their keys, until it returns false.
  func everySession(_ body: (StoredSession) throws -> Bool) throws {
    try snapshot.forEachStoredSession(body)
  }

  /// Makes rows of sessions on all threads and calls `use` with them, encoded, in the order of the
  /// sessions.
  ///
  /// - Parameter source: calls its argument with each session, in place.
  func forEachChunk<Chunk: Sendable>(
    of source: ((StoredSession) throws -> Bool) throws -> Void,
    encodedBy encode: @escaping @Sendable (RowBatch) -> Chunk,
    use: (EncodedRows<Chunk>) throws -> Void
  ) throws {
    let producer = RowProducer(facts: snapshot.facts, filter: filter)
    try withoutActuallyEscaping(use) { use in
      let pipeline = OrderedPipeline(workers: workers, use: use)
      var waiting: [StoredSession] = []
      var bytes = 0
      func handOver() throws {
        let sessions = waiting
        waiting.removeAll(keepingCapacity: true)
        bytes = 0
        try pipeline.add {
          let rows = try producer.rows(of: sessions)
          return EncodedRows(
            chunk: encode(rows), sessions: sessions.count, written: rows.sessions,
            rows: rows.rowCount)
        }
      }
      try source { session in
        waiting.append(session)
        bytes += session.row.count
        if bytes >= Self.bytesOfBatch { try handOver() }
        return true
      }
      try handOver()
      try pipeline.finish()
    }
  }

  /// Enough sessions that handing them over costs nothing, few enough that their rows fit into a
  /// processor's cache.
  private static let bytesOfBatch = 1 << 16
}

/// Rows as a sink wants them.
struct EncodedRows<Chunk: Sendable>: Sendable {
  var chunk: Chunk
  /// How many sessions they are of, those included that were not asked for.
  var sessions: Int
  /// How many of them were asked for.
  var written: Int
  var rows: Int
}

/// How far an export has come.
public struct ExportProgress: Sendable {
  /// Sessions looked at.
  public var sessions: UInt64 = 0
  /// Sessions to look at.
  public var totalSessions: UInt64
  /// Sessions written, which are those of them that were asked for.
  public var written: UInt64 = 0
  /// Rows written.
  public var rows: UInt64 = 0

  mutating func add<Chunk>(_ encoded: EncodedRows<Chunk>) {
    sessions += UInt64(encoded.sessions)
    written += UInt64(encoded.written)
    rows += UInt64(encoded.rows)
  }
}

/// What an export wrote.
public struct ExportSummary: Sendable, Hashable {
  /// The last record of the log that the rows are made of.
  public var position: UInt64
  /// Sessions written.
  public var sessions: UInt64 = 0
  /// Sessions taken away because they are no more.
  public var removedSessions: UInt64 = 0
  /// Rows of all tables.
  public var rows: UInt64 = 0
}
