import LMDB

/// Why ``LogWriter`` did not append an event.
public enum AppendError: Error, Hashable, Sendable {
  /// The last event of the station's stream is not the one that the producer expected. Nothing was
  /// appended for this producer; others of the same batch are not concerned.
  case conflict(station: UInt32, expected: UInt64, actual: UInt64)
  /// The event itself cannot be in this ledger: its body is too large, or its station or source has
  /// no such number.
  case refused(LedgerError)
  /// The ledger failed, and the writer takes nothing more.
  ///
  /// Whether the events that were being committed are on the disk is known once the ledger is opened
  /// again. With an ``EventID`` it is safe to append them again.
  case failed(Failure)
  /// The writer was stopped before it took the event.
  case stopped
  /// The task was cancelled before the writer took the event.
  case cancelled

  /// What made a writer fail.
  public enum Failure: Error, Hashable, Sendable {
    /// The storage: the map is full, or the disk refused.
    case storage(LMDBError)
    /// The log: it is damaged, or an earlier commit failed.
    case ledger(LedgerError)
    /// Something that neither of them names.
    case other(String)

    init(_ error: any Error) {
      self =
        switch error {
        case let error as LMDBError: .storage(error)
        case let error as LedgerError: .ledger(error)
        default: .other(String(describing: error))
        }
    }
  }
}

extension AppendError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .conflict(let station, let expected, let actual):
      "the last event of station \(station) is at position \(actual), not \(expected). "
        + "Read what came in between, and decide again"
    case .refused(let reason): reason.description
    case .failed(let failure): "the log's writer stopped after a failure: \(failure)"
    case .stopped: "the log's writer was stopped before it took the event"
    case .cancelled: "the task was cancelled before the log's writer took the event"
    }
  }
}

extension AppendError.Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .storage(let error): error.description
    case .ledger(let error): error.description
    case .other(let text): text
    }
  }
}
