import EventLog
import Quantities

/// One way through a file: into a ledger, or without one to see whether every record can be stored.
final class ImportRun {
  /// The caller hears of progress every so many records.
  private static let recordsPerProgress: UInt64 = 8192

  private(set) var report: ImportReport
  private let source: any RecordSource
  private let appender: ImportAppender?
  private var rejects: RejectsFile
  private var names = StationNames()
  private var chunk: ImportChunk
  /// Whether the log has the map of the table.
  private var hasTableMap = false
  private var inputError: InputError?
  /// Why the ledger refused what was read of a followed file.
  private var idleError: ImportError?

  /// - Parameters:
  ///   - ledger: nil to check the file only.
  ///   - source: what to read, from its start.
  ///   - input: what the source is of.
  ///   - chunkRecordLimit: how many records are compared with the log together.
  init(
    _ ledger: Ledger?, _ source: any RecordSource, of input: ImportInput, chunkRecordLimit: Int
  ) throws(ImportError) {
    chunk = ImportChunk(recordLimit: chunkRecordLimit)
    self.source = source
    let isStandardInput = input.name == "-"
    report = ImportReport(
      file: isStandardInput ? "standard input" : input.name,
      format: source.format)
    rejects = RejectsFile(
      path: input.options.rejectsFile
        ?? (isStandardInput ? "standard-input" : input.name) + RejectsFile.nameExtension)
    do {
      appender = try ledger.map { try ImportAppender($0, fileName: input.name) }
    } catch {
      throw .ledger(error, report)
    }
  }

  /// Reads the file to its end and appends what the log lacks, then a tick if there was any.
  /// Of a file that is followed, what was read is appended before each wait for more.
  func toEnd(_ progress: (ImportProgress) -> Void) throws(ImportError) {
    source.input.follower?.onIdle = { [unowned self] in flushBeforeWaiting() }
    defer { source.input.follower?.onIdle = { true } }
    while let item = nextItem() {
      report.read += 1
      switch item {
      case .record(let record): try take(record)
      case .rejected(let rejected): try take(rejected)
      }
      if report.read % Self.recordsPerProgress == 0 { progress(state) }
    }
    if let idleError { throw idleError }
    try flush()
    if let last = report.lastReceivedAt, report.added > 0 {
      try inLedger { appender throws in try appender.appendTick(receivedAt: last) }
    }
    try rejects.finish()
    report.skippedLines = source.skippedLineCount
    report.lines = source.input.lineCount
    progress(state)
    if let inputError { throw .input(inputError, report) }
  }

  /// The next record; nil at the end and where the input cannot be read any further.
  private func nextItem() -> ImportItem? {
    do throws(InputError) {
      return try source.next()
    } catch {
      inputError = error
      return nil
    }
  }

  private func take(_ record: ImportRecord) throws(ImportError) {
    if !record.flags.isEmpty { report.flagged += 1 }
    report.firstReceivedAt = min(report.firstReceivedAt ?? record.receivedAt, record.receivedAt)
    report.lastReceivedAt = max(report.lastReceivedAt ?? record.receivedAt, record.receivedAt)
    switch record.direction {
    case .fromStation: report.fromStations += 1
    case .toStation: report.toStations += 1
    default: break
    }
    let station = names.number(of: record.station)
    report.stations = UInt64(names.names.count)
    guard appender != nil else { return }
    chunk.append(record, station: station)
    if chunk.isFull { try flush() }
  }

  private func take(_ rejected: RejectedRecord) throws(ImportError) {
    try rejects.write(rejected)
    report.rejected += 1
    report.rejectsFile = rejects.path
    if report.firstRejection == nil {
      report.firstRejection = "line \(rejected.lineNumber): \(rejected.reason)"
    }
  }

  private func flush() throws(ImportError) {
    guard !chunk.entries.isEmpty else { return }
    try inLedger { appender throws in
      if let map = source.tableMap, let first = chunk.entries.first, !hasTableMap {
        try appender.appendTableMap(map, receivedAt: first.receivedAt)
        hasTableMap = true
      }
      try appender.markRepetitions(in: &chunk, names: names.names)
      report.alreadyThere += UInt64(chunk.entries.count { $0.isInLog })
      try appender.append(chunk, names: names.names) { report.added += UInt64($0) }
    }
    chunk.removeAll()
  }

  /// False if the ledger refused.
  private func flushBeforeWaiting() -> Bool {
    do throws(ImportError) {
      try flush()
      try rejects.flush()
      return true
    } catch {
      idleError = error
      return false
    }
  }

  /// Other imports can run while a file that is followed says nothing: the lock is taken each time,
  /// and what they appended is looked at.
  private func inLedger(_ body: (ImportAppender) throws -> Void) throws(ImportError) {
    guard let appender else { return }
    guard let follower = source.input.follower else {
      return try toldWithReport { try body(appender) }
    }
    try ImportLock.hold(inLedger: appender.ledger.path, waiting: follower.waitForOthers) {
      () throws(ImportError) in
      try toldWithReport {
        try appender.noteOthers(names: names.names)
        try body(appender)
      }
    }
  }

  private func toldWithReport(_ body: () throws -> Void) throws(ImportError) {
    do {
      try body()
    } catch {
      throw .ledger(error, report)
    }
  }

  private var state: ImportProgress {
    ImportProgress(
      storedBytesRead: source.input.storedBytesRead,
      storedByteCount: source.input.storedByteCount, report: report,
      isChecking: appender == nil)
  }
}
