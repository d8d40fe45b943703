import EventLog
import Quantities

/// Appends recorded history to a ledger, exactly: what the log holds already is not added again,
/// and what cannot be stored is kept aside and does not stop the rest.
///
/// Memory does not depend on the length of the file, and of the log only by 16 bytes for each 4,096
/// events and less than a byte for each event that the file repeats. An import that was stopped at any moment is finished by the same import again.
public struct Importer {
  private let ledger: Ledger
  private let options: ImportOptions
  /// How many records are compared with the log together; tests make it small.
  var chunkRecordLimit = ImportChunk.recordLimit

  public init(_ ledger: Ledger, options: ImportOptions = ImportOptions()) {
    self.ledger = ledger
    self.options = options
  }

  /// Imports one file; `-` is standard input.
  ///
  /// - Parameters:
  ///   - path: a file in one of the formats of ``ImportFormat``, plain or compressed.
  ///   - progress: called every few thousand records, and at the end.
  /// - Returns: what was done. Records were rejected if ``ImportReport/rejected`` is not 0.
  public func run(
    path: String, progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    try ImportLock.hold(inLedger: ledger.path) { () throws(ImportError) in
      guard options.isStrict else { return try read(path, into: ledger, path, progress) }
      let input = try SpooledInput(path: path)
      defer { withExtendedLifetime(input) {} }
      let check = try read(input.path, into: nil, path, progress)
      guard check.rejected == 0 else { throw .notAllReadable(check) }
      return try read(input.path, into: ledger, path, progress)
    }
  }

  private func read(
    _ path: String, into ledger: Ledger?, _ name: String, _ progress: (ImportProgress) -> Void
  ) throws(ImportError) -> ImportReport {
    let run = try ImportRun(
      ledger, path: path, name: name, options: options, chunkRecordLimit: chunkRecordLimit)
    try run.toEnd(progress)
    return run.report
  }
}
