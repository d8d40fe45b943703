import Foundation
import Projections

/// An export into one SQLite file, in one transaction.
///
/// The file is written beside its target without a journal: it is nobody's file until it is whole,
/// synced and renamed.
public struct SQLiteFile: Sendable {
  private let target: String

  public init(_ path: String) { target = path }

  /// - Parameter progress: called now and then, on the calling thread.
  public func write(
    _ exporter: ModelExporter, progress: (ExportProgress) -> Void = { _ in }
  ) throws -> ExportSummary {
    try check()
    let pending = try PendingTarget(for: target, isDirectory: false)
    let summary = try fill(pending.path, exporter, progress)
    try pending.finish()
    return summary
  }

  /// Something else than an earlier export is not to be lost.
  private func check() throws(ExportError) {
    guard access(target, F_OK) == 0 else { return }
    let header = FileHandle(forReadingAtPath: target).flatMap { try? $0.read(upToCount: 72) }
    let isExport = header.map { header in
      header.count == 72 && header.starts(with: "SQLite format 3\0".utf8)
        && header[68..<72].reduce(0) { $0 << 8 | Int($1) } == SQLiteSchema.applicationID
    }
    guard isExport == true else { throw .occupied(path: target) }
  }

  private func fill(
    _ path: String, _ exporter: ModelExporter, _ progress: (ExportProgress) -> Void
  ) throws -> ExportSummary {
    let database = try SQLiteDatabase(path: path, target: target)
    try database.execute(
      """
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;
      PRAGMA application_id = \(SQLiteSchema.applicationID);
      PRAGMA user_version = \(ExportHeader.currentLayout);
      BEGIN
      """, "begin")
    for table in ExportCatalog.tables {
      try database.execute(SQLiteSchema.table(table), "create \(table.name)")
    }
    let writer = try RowWriter(database)
    var state = ExportProgress(totalSessions: UInt64(try exporter.snapshot.sessionCount()))
    let facts = try exporter.factRows()
    try writer.write(facts)
    state.rows += UInt64(facts.rowCount)
    try exporter.forEachChunk(
      of: exporter.everySession, encodedBy: RowBatch.itself
    ) { encoded in
      try writer.write(encoded.chunk)
      state.add(encoded)
      progress(state)
    }
    for table in ExportCatalog.tables {
      for index in SQLiteSchema.indexes(table) {
        try database.execute(index, "index \(table.name)")
      }
    }
    try database.execute("COMMIT", "commit")
    return ExportSummary(
      position: exporter.header.position, sessions: state.written, rows: state.rows)
  }
}

/// The insertion of each table, prepared.
private struct RowWriter {
  private let database: SQLiteDatabase
  private let statements: [SQLiteStatement]

  init(_ database: SQLiteDatabase) throws(ExportError) {
    self.database = database
    var statements: [SQLiteStatement] = []
    for table in ExportCatalog.tables {
      statements.append(
        try database.prepare(SQLiteSchema.insertion(table), "prepare for \(table.name)"))
    }
    self.statements = statements
  }

  func write(_ batch: RowBatch) throws(ExportError) {
    for (index, table) in ExportCatalog.tables.enumerated() {
      let rows = batch.tables[index]
      let width = table.columns.count
      for row in 0..<rows.count
      where !statements[index].run(rows.cells[row * width..<(row + 1) * width]) {
        throw database.error("write \(table.name)")
      }
    }
  }
}
