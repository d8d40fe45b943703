import Glibc
import Synchronization

/// Keeps a ledger's index of stations and times close behind its log, on a thread of its own.
///
///     let indexer = try PositionIndexer(ledger)
///     …
///     indexer.stop()
///
/// Of several in several processes one builds; the others look again later. A failure, such as a full
/// disk, costs only speed: it is kept in ``failure``, and the next block is another try.
public final class PositionIndexer: Sendable {
  private let state: State
  private let thread: Mutex<pthread_t?>

  private final class State: Sendable {
    let isStopped = Atomic<Bool>(false)
    let failure = Mutex<(any Error)?>(nil)
  }

  /// Thrown through the builder's progress to end it.
  private struct Stopped: Error {}

  /// How long a stop may wait for the thread to look.
  private static let lookMilliseconds: Int64 = 200
  /// What fails at once may fail at once again.
  private static let pauseNanoseconds: Int64 = 100_000_000

  /// Starts following the log of `ledger`.
  ///
  /// - Throws: ``LedgerError`` if the thread cannot be started.
  public convenience init(_ ledger: Ledger) throws {
    try self.init(ledger) { SystemClock.pause(nanoseconds: Self.pauseNanoseconds) }
  }

  /// - Parameter pause: what the thread does between a failure and its next attempt.
  init(_ ledger: Ledger, pause: @escaping @Sendable () -> Void) throws {
    let state = State()
    let thread = try SystemThread.start(for: "the indexer of \(ledger.path)") {
      Self.follow(ledger, state, pause)
    }
    self.state = state
    self.thread = Mutex(thread)
  }

  /// What ended the last attempt; nil if it succeeded.
  public var failure: (any Error)? { state.failure.withLock { $0 } }

  /// Stops the thread, within a block, and returns when it has ended. May be called again.
  public func stop() {
    state.isStopped.store(true, ordering: .releasing)
    thread.withLock { thread in
      if let thread { pthread_join(thread, nil) }
      thread = nil
    }
  }

  deinit { stop() }

  private static func follow(_ ledger: Ledger, _ state: State, _ pause: () -> Void) {
    var tail = ledger.tail(after: 0)
    /// Behind it, a block is to be gathered before there is something to do.
    var seen: UInt64 = 0
    while !state.isStopped.load(ordering: .acquiring) {
      do {
        let new = try tail.next(timeoutMilliseconds: lookMilliseconds)
        guard let new, new.upperBound - seen >= ledger.options.indexBlockPositions else { continue }
        seen = new.upperBound
        seen = try ledger.catchUpIndex { _ in
          if state.isStopped.load(ordering: .acquiring) { throw Stopped() }
        }
        state.failure.withLock { $0 = nil }
      } catch is Stopped {
        return
      } catch {
        state.failure.withLock { $0 = error }
        pause()
      }
    }
  }
}
