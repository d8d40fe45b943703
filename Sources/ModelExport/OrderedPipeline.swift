import Dispatch
import Synchronization

/// Work that several threads do and one uses in order, with a bounded number of pieces under way.
///
/// The thread that owns the pipeline adds pieces and uses their results: ``add(_:_:)`` makes it use
/// the oldest one when enough are under way, so memory does not depend on how many there are.
final class OrderedPipeline<Result: Sendable> {
  private final class Slot: Sendable {
    let isDone = DispatchSemaphore(value: 0)
    let result = Mutex<Swift.Result<Result, any Error>?>(nil)
  }

  private let queue = DispatchQueue(label: "wattledger.export", attributes: .concurrent)
  private let capacity: Int
  private let workers: DispatchSemaphore
  private var slots: [Slot] = []
  private let use: (Result) throws -> Void

  /// - Parameter workers: how many threads work at once.
  init(workers: Int, use: @escaping (Result) throws -> Void) {
    capacity = 2 * workers
    self.workers = DispatchSemaphore(value: workers)
    self.use = use
  }

  /// Hands out a piece of work.
  func add(_ work: @escaping @Sendable () throws -> Result) throws {
    if slots.count == capacity { try useOldest() }
    let slot = Slot()
    slots.append(slot)
    queue.async { [workers] in
      workers.wait()
      let result = Swift.Result { try work() }
      workers.signal()
      slot.result.withLock { $0 = result }
      slot.isDone.signal()
    }
  }

  /// Uses what is still under way.
  func finish() throws {
    while !slots.isEmpty { try useOldest() }
  }

  private func useOldest() throws {
    let slot = slots.removeFirst()
    slot.isDone.wait()
    guard let result = slot.result.withLock({ $0.take() }) else {
      preconditionFailure("a worker left no result")
    }
    try use(result.get())
  }

  /// Nobody may look at what the work was about any more when the pipeline is gone.
  deinit {
    for slot in slots { slot.isDone.wait() }
  }
}
