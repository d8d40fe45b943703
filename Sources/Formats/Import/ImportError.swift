/// Why an import ended before it was done. What it had added until then is in the log for good,
/// and the same import again adds exactly the rest.
public enum ImportError: Error {
  /// Another import into this ledger is running.
  case busy(ledger: String)
  /// The file cannot be read, or not to its end.
  case input(InputError, ImportReport?)
  /// Strict, and the file has lines that cannot be stored. Nothing was appended.
  case notAllReadable(ImportReport)
  /// The ledger refused to append or to read.
  case ledger(any Error, ImportReport)
  /// A file beside the ledger or the input cannot be written.
  case cannotWrite(path: String, errno: Int32)
}

extension ImportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .busy(let ledger):
      "another import into \(ledger) is running; wait for it and repeat the command"
    case .input(let error, let report):
      error.description + (report.map { " " + Self.acknowledged($0) } ?? "")
    case .notAllReadable(let report):
      """
      \(report.file): \(report.rejected) of \(report.read) records cannot be stored, the first one \
      \(report.firstRejection ?? ""); nothing was imported\
      \(report.rejectsFile.map { ". They are listed in \($0)" } ?? "")
      """
    case .ledger(let error, let report):
      "\(report.file): the import stopped: \(Self.sentence(error)) " + Self.acknowledged(report)
    case .cannotWrite(let path, let code):
      "\(path): cannot write: \(InputError.text(ofSystemError: code))"
    }
  }

  private static func sentence(_ error: any Error) -> String {
    let text = "\(error)"
    return text.hasSuffix(".") ? text : text + "."
  }

  private static func acknowledged(_ report: ImportReport) -> String {
    """
    \(report.added) records were added and are safe; the same import again goes on where this one \
    stopped and adds only what is missing.
    """
  }
}
