public import EventLog

/// How a log is folded. The result does not depend on it:
/// ``ReadModels/replay(of:_:through:progress:)`` proves that.
public struct FoldSettings: Sendable, Hashable {
  /// Threads that fold.
  public var workers: Int
  /// Events between two commits.
  public var eventsAtOnce: UInt64

  /// Enough events that a commit costs little beside them, few enough to fold in a second.
  public static let usualEventsAtOnce: UInt64 = 262_144

  /// - Parameters:
  ///   - workers: at least 1.
  ///   - eventsAtOnce: at least 1.
  public init(workers: Int, eventsAtOnce: UInt64 = usualEventsAtOnce) {
    self.workers = max(1, workers)
    self.eventsAtOnce = max(1, eventsAtOnce)
  }
}

/// What a fold from the first event gave.
public struct ReplayedFold: Sendable, Hashable {
  /// The last position folded in when the digests were taken.
  public var position: UInt64
  /// The digests of all tables as of ``position``.
  public var tables: [TableDigest]
  /// Where it is not as what serves, at the position up to which that is.
  public var differences: [TableDifference]

  public init(position: UInt64, tables: [TableDigest], differences: [TableDifference]) {
    self.position = position
    self.tables = tables
    self.differences = differences
  }
}

extension ReadModels {
  /// Folds the log from its first event into scratch generations, takes the digests of all tables,
  /// and compares every row with what serves. Changes nothing.
  ///
  /// - Parameter position: where to stop; nil is the head of the log now. Folds that are to be
  ///   compared with each other need the same.
  public static func replay(
    of ledger: Ledger, _ settings: FoldSettings, through position: UInt64? = nil,
    progress: (FoldProgress) -> Void = { _ in }
  ) throws -> ReplayedFold {
    var fold = ReplayedFold(
      position: try position ?? ledger.head(), tables: [], differences: [])
    let directory = ModelDirectory(ledger: ledger)
    for projection in directory.projections.current {
      try directory.replay(projection, of: ledger, settings, into: &fold, progress)
    }
    return fold
  }
}

extension ModelDirectory {
  /// Adds the tables of one projection to what a fold gave.
  fileprivate func replay(
    _ projection: RegisteredProjection, of ledger: Ledger, _ settings: FoldSettings,
    into fold: inout ReplayedFold, _ progress: (FoldProgress) -> Void
  ) throws {
    let opened = try openAtHead(projection, of: ledger, settings.workers, { _ in }, { _ in })
    try opened.use { served in
      try withTemporaryGeneration(of: opened.version) { fresh in
        try fresh.catchUp(ledger, through: fold.position, settings, progress)
        fold.tables += try fresh.allTableDigests()
        // What serves may have come further in the meantime, and stands still while it is compared.
        try withLock {
          let end = try served.checkpoint().position
          try fresh.catchUp(ledger, through: end, settings, progress)
          fold.differences += try fresh.differences(from: served)
        }
      }
    }
  }
}
