import EventLog
import Foundation
import Quantities
import Synchronization
import TestSupport

/// 2025-01-01T00:00:00Z, when everything in these tests happens.
let newYear = Instant(millisecondsSinceEpoch: 1_735_689_600_000)

func instant(_ milliseconds: Int64) -> Instant { newYear.advanced(byMilliseconds: milliseconds) }

/// A clock that stands still until it is set.
final class TestClock: Sendable {
  private let time = Mutex(newYear)

  func set(_ milliseconds: Int64) { time.withLock { $0 = instant(milliseconds) } }

  var options: Ledger.Options { options(eventIDWindow: 65_536) }

  func options(eventIDWindow: Int) -> Ledger.Options {
    Ledger.Options(eventIDWindow: eventIDWindow, clock: { self.time.withLock { $0 } })
  }
}

/// Runs `body` with a new ledger.
func withLedger<R>(
  _ options: Ledger.Options = TestClock().options, _ body: (Ledger) throws -> R
) throws -> R {
  try withTemporaryDirectory { directory in
    try body(try Ledger.create(at: directory + "/ledger", options: options))
  }
}

extension Ledger {
  /// Appends frames of `station` in one batch, received a second apart from `first` on.
  @discardableResult
  func append(
    _ bodies: [String], station: String = "CP-1", receivedAt first: Instant = newYear
  ) throws -> UInt64 {
    try append { batch in
      let id = try batch.stationID(named: station)
      for (index, body) in bodies.enumerated() {
        try batch.append(
          NewEvent(
            kind: .ocpp16, station: id, direction: .fromStation,
            receivedAt: first.advanced(byMilliseconds: Int64(index) * 1000)),
          body: body)
      }
      return batch.head
    }
  }

  func bodies(from first: UInt64 = 1, through last: UInt64 = .max) throws -> [String] {
    var bodies: [String] = []
    try scan(from: first, through: last) { _, body in
      bodies.append(String(decoding: body, as: UTF8.self))
      return true
    }
    return bodies
  }
}

extension AppendBatch {
  @discardableResult
  mutating func append(_ event: NewEvent, body: String) throws -> UInt64 {
    try Array(body.utf8).withUnsafeBytes { try append(event, body: $0) }
  }
}

/// The error of `body`, if it is a ledger's.
func ledgerError(_ body: () throws -> Void) -> LedgerError? {
  do { try body() } catch { return error as? LedgerError }
  return nil
}

func removeDirectory(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
