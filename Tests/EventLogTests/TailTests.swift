import EventLog
import Foundation
import Synchronization
import TestSupport
import Testing

/// Follows a ledger on a thread of its own until `last`, and keeps what it was told.
private final class Follower: Sendable {
  private let seen = Mutex<[ClosedRange<UInt64>]>([])
  private let isDone = DispatchSemaphore(value: 0)

  init(_ ledger: Ledger, through last: UInt64) {
    Thread.detachNewThread { [self] in
      var tail = ledger.tail(after: 0)
      while tail.position < last,
        let new = try? tail.next(timeoutMilliseconds: 60_000, pollMilliseconds: 5)
      {
        seen.withLock { $0.append(new) }
      }
      isDone.signal()
    }
  }

  /// The positions it was told of, in order, once it has seen the last one.
  func positions() -> [UInt64] {
    isDone.wait()
    return seen.withLock { $0.flatMap { Array($0) } }
  }
}

@Suite struct TailTests {
  @Test("A follower on another thread sees every position once")
  func thread() throws {
    try withLedger { ledger in
      let follower = Follower(ledger, through: 30)
      for _ in 0..<10 { try ledger.append(["a", "b", "c"]) }
      #expect(follower.positions() == Array(1...30))
    }
  }

  @Test("A follower sees what another process appends")
  func process() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    let follower = Follower(ledger, through: 6)
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      let ledger = try Ledger.open(at: directory + "/ledger")
      try ledger.append(["a", "b", "c"])
      try ledger.append(["d", "e", "f"])
    }
    #expect(follower.positions() == Array(1...6))
    try #expect(ledger.bodies(from: 4) == ["d", "e", "f"])
  }

  @Test("Without time to wait, it looks once")
  func noTime() throws {
    try withLedger { ledger in
      try ledger.append(["a", "b"])
      var tail = ledger.tail(after: 1)
      try #expect(tail.next(timeoutMilliseconds: 0) == 2...2)
      try #expect(tail.next(timeoutMilliseconds: 0) == nil)
      #expect(tail.position == 2)
    }
  }
}
