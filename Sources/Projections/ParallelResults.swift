import Synchronization

/// Results of parallel work, each in its place.
final class ParallelResults<R>: Sendable {
  private let results: Mutex<[Slot]>

  /// A result crosses from its worker to the caller once, after the worker is done with it.
  private struct Slot: @unchecked Sendable {
    var result: Result<R, any Error>?
  }

  init(count: Int) {
    results = Mutex(Array(repeating: Slot(), count: count))
  }

  func set(_ index: Int, _ result: Result<R, any Error>) {
    let slot = Slot(result: result)
    results.withLock { $0[index] = slot }
  }

  /// All results in order; the first error in that order is thrown.
  func all() throws -> [R] {
    let slots = results.withLock { $0 }
    return try slots.map { slot in
      guard let result = slot.result else { preconditionFailure("a worker left no result") }
      return try result.get()
    }
  }
}

/// Work for threads that run only while the caller waits. Each element is used by one thread.
struct UncheckedWork<Element, R>: @unchecked Sendable {
  let elements: [Element]
  let body: (Element) throws -> R
}
