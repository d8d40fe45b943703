import Glibc
import LMDB
import Quantities
import Synchronization

/// What is to be sealed.
public struct SealOptions: Hashable, Sendable {
  /// Events at the end of the log that are not sealed; at least ``leastHotEvents``.
  public var keepHotEvents: UInt64
  /// Only events recorded before this; nil for no such limit.
  public var recordedBefore: Instant?
  /// The most events of a segment, a multiple of ``alignment``, at most ``maxSegmentEvents``.
  public var segmentEvents: UInt64

  /// Segments end at multiples of so many events.
  public static let alignment: UInt64 = 4096
  /// A check of the log keeps four bytes for each event of a segment whose sealing was interrupted.
  public static let maxSegmentEvents: UInt64 = 1 << 24
  /// What the head of the log needs for itself.
  public static let leastHotEvents: UInt64 = 4096

  /// Values out of range are brought into it.
  public init(
    keepHotEvents: UInt64 = 65_536, recordedBefore: Instant? = nil,
    segmentEvents: UInt64 = 1 << 20
  ) {
    self.keepHotEvents = max(keepHotEvents, Self.leastHotEvents)
    self.recordedBefore = recordedBefore
    let aligned = min(segmentEvents, Self.maxSegmentEvents) / Self.alignment * Self.alignment
    self.segmentEvents = max(aligned, Self.alignment)
  }
}

/// How far sealing has come.
public struct SealProgress: Hashable, Sendable {
  /// What is being done, in this order for each segment.
  public enum Activity: Hashable, Sendable { case packing, comparing, cutting }

  /// What is being done now.
  public var activity: Activity
  /// The position that was reached.
  public var position: UInt64
  /// The last position that will be sealed.
  public var last: UInt64
}

/// What was sealed.
public struct SealReport: Hashable, Sendable {
  /// The log before it.
  public var before: LedgerStatistics
  /// The log after it.
  public var after: LedgerStatistics
  /// The number of segments there are now.
  public var segments: Int

  /// The number of events that this run has sealed.
  public var sealedEvents: UInt64 { after.sealedEvents - before.sealedEvents }
}

/// The steps of sealing, after each of which a crash may come.
enum SealStep: Int, CaseIterable {
  /// The segment is whole, under another name.
  case built
  /// It has its name; nothing refers to it yet.
  case published
  /// Readers use it; the log still has its rows.
  case switched
  /// Some of the rows are gone.
  case cut
}

extension Ledger {
  /// Packs old events into compressed blocks in segments of their own, and removes their rows from the
  /// log. Readers notice nothing but size and speed; appends go on meanwhile.
  ///
  /// Durable and whole at every moment: what a crash leaves, the next run finishes. Each record is
  /// compared with what its block gives before the rows go. The pages become free for new events;
  /// the file of the log does not get smaller. Blocks its thread: not for Swift's task threads.
  ///
  /// - Throws: ``LedgerError/alreadySealing(path:)`` if somebody else does;
  ///   ``LedgerError/damaged(position:reason:)`` if a record is damaged: then nothing is sealed from
  ///   its segment on.
  @discardableResult
  public func seal(
    _ options: SealOptions = SealOptions(), progress: @escaping (SealProgress) -> Void = { _ in }
  ) throws -> SealReport {
    try seal(options, progress: progress, step: { _ in })
  }

  @discardableResult
  func seal(
    _ options: SealOptions, progress: @escaping (SealProgress) -> Void,
    step: @escaping (SealStep) throws -> Void
  ) throws -> SealReport {
    guard access == .readWrite else {
      throw LedgerError.system(operation: "write to", path: path, errno: EACCES)
    }
    let before = try statistics()
    let sealer = try Sealer(self, progress: progress, step: step)
    try sealer.run(
      through: try lastToSeal(options), segmentEvents: options.segmentEvents)
    let after = try statistics()
    return SealReport(
      before: before, after: after, segments: try segments.count(through: after.sealedEvents))
  }

  /// The last position that `options` let be sealed; 0 for none.
  private func lastToSeal(_ options: SealOptions) throws -> UInt64 {
    try read { snapshot in
      guard snapshot.head > options.keepHotEvents else { return 0 }
      var last = snapshot.head - options.keepHotEvents
      if let time = options.recordedBefore,
        let position = try snapshot.firstPosition(recordedAtOrAfter: time)
      {
        last = min(last, position - 1)
      }
      return last / SealOptions.alignment * SealOptions.alignment
    }
  }

  /// One durable change of the log that is no append.
  func changeLog<R>(_ body: (borrowing WriteTransaction) throws -> R) throws -> R {
    if let previous = failure.withLock({ $0 }) { throw LedgerError.failed(previous: previous) }
    do {
      return try environment.write(body)
    } catch let error as LMDBError {
      if error.isOfTheDisk { failure.withLock { $0 = error } }
      throw error
    }
  }
}
