import Projections

/// An export into a PostgreSQL database, which later ones add to.
///
/// The first one is written in many transactions, so that it goes on where it was stopped; until it
/// is whole, `wattledger_export` says `loading`. Each later one is one transaction: readers see the
/// ledger as of one position or of the other.
public struct PostgreSQLDatabase: Sendable {
  private let address: String
  private let isReplacing: Bool
  /// Bytes of rows that are collected before they are sent, and of a first export's transactions.
  var bytesOfTransaction = 8 << 20

  /// - Parameters:
  ///   - address: `postgresql://…`, as libpq has it.
  ///   - isReplacing: take the tables of an earlier export away first, whatever they are of.
  public init(_ address: String, isReplacing: Bool = false) {
    self.address = address
    self.isReplacing = isReplacing
  }

  /// - Parameter progress: called now and then, on the calling thread.
  public func write(
    _ exporter: ModelExporter, progress: (ExportProgress) -> Void = { _ in }
  ) throws -> ExportSummary {
    let connection = try PostgreSQLConnection(address)
    let target = PostgreSQLTarget(connection: connection, header: exporter.header)
    try target.lock()
    if isReplacing { try target.removeTables() }
    let isComplete = try target.prepare()
    let changes = try ChangedSessions(from: connection, to: exporter.snapshot)
    let facts = CopyEncoder.encode(try exporter.factRows())

    if isComplete {
      try target.begin()
      try target.merge(facts)
    }
    try target.removeSessions(changes.outdated)
    var state = ExportProgress(totalSessions: UInt64(try exporter.snapshot.sessionCount()))
    var waiting = [[UInt8]](repeating: [], count: ExportCatalog.tables.count)
    func send() throws {
      if !isComplete { try target.begin() }
      for (table, bytes) in zip(ExportCatalog.tables, waiting) where !bytes.isEmpty {
        try target.copy(bytes, into: table)
      }
      if !isComplete { try target.commit() }
      for index in waiting.indices { waiting[index].removeAll(keepingCapacity: true) }
    }
    try exporter.forEachChunk(
      of: { try changes.forEach(in: exporter.snapshot, $0) }, encodedBy: CopyEncoder.encode,
      use: { encoded in
        for (index, bytes) in encoded.chunk.enumerated() { waiting[index] += bytes }
        state.add(encoded)
        if waiting.reduce(0, { $0 + $1.count }) >= bytesOfTransaction { try send() }
        progress(state)
      })
    try send()
    if !isComplete {
      try target.begin()
      try target.merge(facts)
      try target.addConstraints()
    }
    try target.removeRest()
    try target.commit()
    return ExportSummary(
      position: exporter.header.position, sessions: state.written,
      removedSessions: UInt64(changes.removed.count), rows: state.rows)
  }
}
