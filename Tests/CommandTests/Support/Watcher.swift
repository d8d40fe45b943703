import EventLog
import Foundation
import Testing

/// Looks at a ledger that other processes write to.
struct Watcher {
  private let ledger: Ledger

  /// - Parameter path: of a ledger that is there.
  init(_ path: String) throws { ledger = try Ledger.open(at: path, access: .readOnly) }

  /// Waits until the log has `count` events.
  func waitForEvents(_ count: UInt64) throws {
    var tail = ledger.tail(after: 0)
    while tail.position < count {
      _ = try #require(
        try tail.next(timeoutMilliseconds: 60_000, pollMilliseconds: 1), "the log does not grow")
    }
  }

  /// How often each frame is in the log.
  func frames() throws -> [String: Int] {
    var counts: [String: Int] = [:]
    try ledger.scan { envelope, body in
      if envelope.kind.isOCPPFrame {
        counts[String(decoding: body, as: UTF8.self), default: 0] += 1
      }
      return true
    }
    return counts
  }

  /// The body of an event as text; nil if the log ends before it.
  func body(at position: UInt64) throws -> String? {
    try ledger.read { snapshot in
      try snapshot.event(at: position).map { String(decoding: $0.body, as: UTF8.self) }
    }
  }

  func head() throws -> UInt64 { try ledger.head() }
}

/// Waits until `condition` holds, which another process will bring about.
func waitUntil(_ what: Comment, _ condition: () throws -> Bool) throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while try !condition() {
    try #require(ContinuousClock.now < deadline, what)
    usleep(1000)
  }
}
