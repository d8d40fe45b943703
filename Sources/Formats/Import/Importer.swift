import EventLog
import Quantities

/// Appends recorded history to a ledger, exactly: what the log holds already is not added again,
/// and what cannot be stored is kept aside and does not stop the rest.
///
/// Memory does not depend on the length of the file, and of the log only by 16 bytes for each 4,096
/// events and less than a byte for each event that the file repeats. An import that was stopped at
/// any moment is finished by the same import again.
public struct Importer {
  private let ledger: Ledger
  /// For files that are named by their path.
  private let options: ImportOptions
  /// How many records are compared with the log together; tests make it small.
  var chunkRecordLimit = ImportChunk.recordLimit
  /// How long to wait for another import that runs; tests make it short.
  var patienceMilliseconds = ImportLock.patienceMilliseconds

  public init(_ ledger: Ledger, options: ImportOptions = ImportOptions()) {
    self.ledger = ledger
    self.options = options
  }

  /// Imports one file; `-` is standard input. ``run(_:progress:)`` says more.
  public func run(
    path: String, progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    try run(try ImportInput(path: path, options: options), progress: progress)
  }

  /// Imports one file with the options that it was opened with.
  ///
  /// Of a file that is followed, other imports can run while nothing is appended.
  ///
  /// - Parameters:
  ///   - input: a file that was not imported yet since it was opened.
  ///   - progress: called every few thousand records, and at the end.
  /// - Returns: what was done. Records were rejected if ``ImportReport/rejected`` is not 0.
  public func run(
    _ input: ImportInput, progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    guard input.source.input.follower == nil else {
      return try read(input.source, of: input, into: ledger, progress)
    }
    var tries = patienceMilliseconds / ImportLock.pollMilliseconds
    func shallWait() -> Bool {
      tries -= 1
      ImportLock.pause()
      return tries >= 0
    }
    return try ImportLock.hold(inLedger: ledger.path, waiting: shallWait) {
      () throws(ImportError) in
      guard input.options.isStrict else {
        return try read(input.source, of: input, into: ledger, progress)
      }
      let check = try read(input.source, of: input, into: nil, progress)
      guard check.rejected == 0 else { throw .notAllReadable(check) }
      return try read(try input.reopen(), of: input, into: ledger, progress)
    }
  }

  private func read(
    _ source: any RecordSource, of input: ImportInput, into ledger: Ledger?,
    _ progress: (ImportProgress) -> Void
  ) throws(ImportError) -> ImportReport {
    let run = try ImportRun(ledger, source, of: input, chunkRecordLimit: chunkRecordLimit)
    try run.toEnd(progress)
    return run.report
  }
}
