import Glibc
import Synchronization

/// Appends the events of many producers at once: what has gathered becomes one durable commit.
///
///     let writer = try LogWriter(ledger)
///     // In each of many threads or tasks:
///     let position = try await writer.append(event, body: frame.span.bytes)
///
/// An append returns when its event is on the disk. A sync costs the same for one event as for a
/// thousand, so one thread of the writer's own commits everything that has gathered while the
/// previous sync ran. There is no timer: a single producer waits for no one.
///
///               an append             the thread takes them
///      ┌──────┐ ─────────▶ ┌───────────┐ ─────────────▶ ┌────────────┐  refused  ┌────────┐
///      │ idle │            │ gathering │                │ committing │ ────────▶ │ failed │
///      └──────┘            └───────────┘ ◀───────────── └────────────┘           └────────┘
///          ▲                            others came meanwhile  │
///          └───────────────────────────────────────────────────┘
///                     durable, all are answered, nobody came
///
///      stop, in each of the first three ──▶ stopped
///
/// - *idle*: the queue is empty, the thread sleeps.
/// - *gathering*: events are in the queue, the thread is about to take them all.
/// - *committing*: the thread has them in a transaction. Others gather behind it in the meantime.
/// - *failed*: the ledger threw. Nobody in the batch, in the queue and in line for it is
///   acknowledged; all get the same ``AppendError/failed(_:)``, and so does every later append. A new
///   writer may be made when the reason is gone; after a disk that refused, the ledger must be opened
///   again first.
/// - *stopped*: ``stop(_:)`` was called; nothing more is taken.
///
/// ### Order
/// Events are appended in the order in which the queue took them. So a producer's events are in the
/// order of its calls if it waits for each answer. Producers that wait for room are served in order.
///
/// ### Limits
/// The queue is bounded by events and by bytes (``Options``). An append that finds it full waits: the
/// thread blocks, or the task is suspended, with the body still in its own memory.
///
/// ### Cancellation
/// A task that is cancelled while it waits for room gets ``AppendError/cancelled``, and its event was
/// not taken. Once it is taken, cancellation changes nothing: the append waits for the commit, which
/// is under way, and returns the position. So a producer always knows what became of its event.
///
/// ### The same event twice
/// An append with an ``EventID`` that is among the last ones of the ledger (``Ledger/Options/eventIDWindow``)
/// adds nothing and returns the position of the first, whatever else is in it. That holds over
/// restarts, and over processes that append through writers of their own. A charger that sends a
/// frame again is not judged here: its frame is a new event, and folds recognise it (SEMANTICS 7).
public final class LogWriter: Sendable {
  /// Where it appends.
  public let ledger: Ledger
  /// Its limits.
  public let options: Options
  let queue: AppendQueue
  let tickets = Atomic<UInt64>(0)
  private let thread: Mutex<pthread_t?>

  /// Starts a writer on a ledger. There may be several, and direct appends beside them.
  ///
  /// - Throws: ``LedgerError`` or ``LMDB/LMDBError`` if the table of event ids cannot be read, or the
  ///   thread cannot be started.
  /// - Complexity: O(``Ledger/Options/eventIDWindow``), about 20 ms for the default.
  public init(_ ledger: Ledger, options: Options = Options()) throws {
    options.check()
    let queue = AppendQueue(options)
    let committer = try LogCommitter(ledger, queue, options)
    let thread = try SystemThread.start(for: "the writer of \(ledger.path)") { committer.run() }
    self.ledger = ledger
    self.options = options
    self.queue = queue
    self.thread = Mutex(thread)
  }

  /// What becomes of events that wait when a writer is stopped.
  public enum StopMode: Sendable, Hashable {
    /// They are committed: those in the queue, and those in line for it.
    case drain
    /// They are refused with ``AppendError/stopped``. The batch that is being committed goes on, and
    /// its producers get their positions.
    case refuse
  }

  /// Stops the writer, and returns when its thread has ended. Later appends throw
  /// ``AppendError/stopped``.
  ///
  /// Blocks for a commit or a few. May be called again, from anywhere.
  public func stop(_ mode: StopMode = .drain) {
    queue.close(.stopped, isAbandoned: mode == .refuse)
    thread.withLock { thread in
      if let thread { pthread_join(thread, nil) }
      thread = nil
    }
  }

  deinit { stop() }

  /// Where it is now, and what it has done.
  public var status: Status { queue.status }
}
