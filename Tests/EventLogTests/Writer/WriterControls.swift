import EventLog
import Foundation
import Quantities
import Synchronization

/// A frame of the control stream, or of a station.
func frame(station: UInt32 = 0) -> NewEvent {
  NewEvent(kind: .ocpp16, station: station, direction: .fromStation, receivedAt: newYear)
}

extension LogWriter {
  /// Blocks until the text is in the log.
  @discardableResult
  func append(
    _ body: String, station: UInt32 = 0, id: UInt64? = nil, expecting: UInt64? = nil
  ) throws(AppendError) -> UInt64 {
    let bytes = Array(body.utf8)
    return try append(
      frame(station: station), body: bytes.span.bytes,
      id: id.map { EventID(low: $0, high: 7) }, expectedLastPosition: expecting)
  }

  /// The outcome of an append in a task.
  func outcome(of body: String) async -> Outcome {
    let bytes = Array(body.utf8)
    do throws(AppendError) {
      return .success(try await append(frame(), body: bytes.span.bytes))
    } catch {
      return .failure(error)
    }
  }
}

typealias Outcome = Result<UInt64, AppendError>

/// Threads of the operating system that run at once, and what each came to.
final class Threads: Sendable {
  private let outcomes = Mutex<[Int: Outcome]>([:])
  private let group = DispatchGroup()

  /// Starts a thread that appends; `name` is under what its outcome is kept.
  func start(_ name: Int, _ append: @escaping @Sendable () throws(AppendError) -> UInt64) {
    group.enter()
    Thread.detachNewThread { [self] in
      let outcome: Outcome
      do throws(AppendError) { outcome = .success(try append()) } catch {
        outcome = .failure(error)
      }
      outcomes.withLock { $0[name] = outcome }
      group.leave()
    }
  }

  /// What each came to, once all have ended.
  func join() -> [Int: Outcome] {
    group.wait()
    return outcomes.withLock { $0 }
  }
}

/// Is the one writer of a ledger until it is released, so that the commits of others wait.
final class HeldLedger: Sendable {
  private let isHeld = DispatchSemaphore(value: 0)
  private let mayEnd = DispatchSemaphore(value: 0)

  init(_ ledger: Ledger) {
    Thread.detachNewThread { [isHeld, mayEnd] in
      _ = try? ledger.append { _ in
        isHeld.signal()
        mayEnd.wait()
      }
    }
    isHeld.wait()
  }

  func release() { mayEnd.signal() }
}

/// Gives other threads their turn until `condition` holds.
func waitUntil(_ condition: () -> Bool) {
  while !condition() { sched_yield() }
}

extension LogWriter {
  /// Waits until as many events are in the queue and as many producers in line for it, while another
  /// event is being committed.
  func waitUntil(queued: Int, waitingForRoom: Int = 0) {
    EventLogTests.waitUntil {
      let status = status
      return status.state == .committing && status.queuedEvents == queued
        && status.waitingForRoom == waitingForRoom
    }
  }
}

extension Ledger {
  /// The numbers of `count` stations, given now.
  func stationIDs(_ count: Int) throws -> [UInt32] {
    try append { batch in
      try (1...count).map { try batch.stationID(named: "CP-\($0)") }
    }
  }
}
