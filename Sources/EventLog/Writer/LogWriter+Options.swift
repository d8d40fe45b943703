extension LogWriter {
  /// The limits of a writer. They bound its memory: two buffers of the queue's size.
  public struct Options: Sendable, Hashable {
    /// The most events that wait for their commit; those that are being committed not counted.
    public var maxQueuedEvents: Int
    /// The most bytes of bodies that wait. At least 16 MiB, the greatest body. Memory is used only
    /// as far as it was ever filled.
    public var maxQueuedBytes: Int
    /// The most events of one commit.
    public var maxBatchEvents: Int
    /// The most bytes of bodies of one commit, unless a single one is larger.
    public var maxBatchBytes: Int

    public init(
      maxQueuedEvents: Int = 8192, maxQueuedBytes: Int = 64 << 20, maxBatchEvents: Int = 4096,
      maxBatchBytes: Int = 16 << 20
    ) {
      self.maxQueuedEvents = maxQueuedEvents
      self.maxQueuedBytes = maxQueuedBytes
      self.maxBatchEvents = maxBatchEvents
      self.maxBatchBytes = maxBatchBytes
    }

    func check() {
      precondition(maxQueuedEvents > 0, "a queue takes at least one event")
      precondition(maxQueuedBytes >= Record.maxBodyBytes, "a queue takes every body, 16 MiB")
      precondition(maxBatchEvents > 0 && maxBatchBytes > 0, "a batch has at least one event")
    }
  }

  /// Where a writer is. The drawing is at ``LogWriter``.
  public enum State: Sendable, Hashable {
    case idle, gathering, committing
    /// The ledger failed; nothing more is taken.
    case failed(AppendError.Failure)
    /// ``LogWriter/stop(_:)`` was called; nothing more is taken.
    case stopped
  }

  /// A look at a writer, for its operators and for tests of its limits.
  public struct Status: Sendable, Hashable {
    public var state: State
    /// Events that wait for their commit now.
    public var queuedEvents: Int
    /// The bytes of their bodies.
    public var queuedBytes: Int
    /// Producers that wait for room in the queue now.
    public var waitingForRoom: Int
    /// Since the writer was made.
    public var counters: Counters
  }

  /// What a writer has done since it was made.
  public struct Counters: Sendable, Hashable {
    /// Commits.
    public var batches: UInt64 = 0
    /// Requests whose commit was durable: appended, found by their id, conflicting or refused.
    public var answeredRequests: UInt64 = 0
    /// Events that got a new position.
    public var appendedEvents: UInt64 = 0
    /// The most requests of one commit.
    public var greatestBatch = 0
    /// The most events that ever waited; never above ``Options/maxQueuedEvents``.
    public var greatestQueuedEvents = 0
    /// The most bytes that ever waited; never above ``Options/maxQueuedBytes``.
    public var greatestQueuedBytes = 0
  }
}
