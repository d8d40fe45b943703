import Dispatch
import EventLog
import Foundation
import Synchronization

/// Two batches that change places: a thread makes the next one ready while the last is committed.
final class BatchPipeline: Sendable {
  /// A batch, and whose it is. `Sendable` because it is handed over by semaphores.
  private final class Place: @unchecked Sendable {
    var events = EventBatch()
    let free = DispatchSemaphore(value: 1)
    let full = DispatchSemaphore(value: 0)
  }

  private let places = [Place(), Place()]
  private let failure = Mutex<(any Error)?>(nil)

  /// Appends events of these numbers in order, `batch` in each durable commit.
  ///
  /// - Parameter fill: adds an event to a batch. Runs on a thread of its own.
  func append(
    _ numbers: Range<Int>, batch: Int, to ledger: Ledger,
    fill: @escaping @Sendable (inout EventBatch, _ number: Int) throws -> Void
  ) throws {
    let starts = Array(stride(from: numbers.lowerBound, to: numbers.upperBound, by: batch))
    let producer = Thread { [self] in
      for (turn, first) in starts.enumerated() {
        let place = places[turn % 2]
        place.free.wait()
        place.events.removeAll()
        do {
          for number in first..<min(first + batch, numbers.upperBound) {
            try fill(&place.events, number)
          }
        } catch {
          failure.withLock { $0 = error }
        }
        place.full.signal()
      }
    }
    producer.start()
    var refusal: (any Error)?
    for turn in starts.indices {
      let place = places[turn % 2]
      place.full.wait()
      var isFree = false
      do {
        if refusal == nil {
          try ledger.append { batch in
            try batch.append(place.events)
            // The events are in the log's pages: the next ones are made ready during the commit, and
            // not beside the filling of pages, which needs both cores.
            place.free.signal()
            isFree = true
          }
        }
      } catch {
        refusal = error
      }
      if !isFree { place.free.signal() }
    }
    if let error = refusal ?? failure.withLock({ $0 }) { throw error }
  }
}
