import EventLog
import Foundation
import TestSupport
import Testing

@Suite("Opening a ledger", .serialized) struct OpenTimeTests {
  /// What opening a ledger and reading its last event took this thread.
  private struct Effort {
    /// The least of some rounds: others use the machine too.
    var milliseconds: Double
    /// Pages of memory touched for the first time: each page read from the log is one.
    var pageFaults: Int
  }

  private func effort(_ path: String, events: UInt64) throws -> Effort {
    var efforts: [Effort] = []
    for _ in 0..<20 {
      let faults = pageFaults()
      let start = ContinuousClock.now
      let ledger = try Ledger.open(at: path)
      let bytes = try ledger.read { snapshot in
        #expect(snapshot.head == events)
        return try snapshot.event(at: snapshot.head)?.body.count
      }
      let time = ContinuousClock.now - start
      #expect(bytes == 1)
      efforts.append(
        Effort(milliseconds: time / .milliseconds(1), pageFaults: pageFaults() - faults))
    }
    return Effort(
      milliseconds: efforts.map(\.milliseconds).min() ?? .infinity,
      pageFaults: efforts.map(\.pageFaults).min() ?? .max)
  }

  private func pageFaults() -> Int {
    var usage = rusage()
    // RUSAGE_THREAD, which Swift does not know by name.
    getrusage(__rusage_who_t(1), &usage)
    return usage.ru_minflt + usage.ru_majflt
  }

  /// Makes a ledger, and lets a process die in the middle of an append and of building the index.
  private func makeLedger(_ path: String, events: Int) async throws {
    func write() throws {
      let ledger = try Ledger.create(at: path)
      var left = events
      while left > 0 {
        try ledger.append { batch in
          let event = NewEvent(kind: .tick, receivedAt: newYear)
          try [UInt8(ascii: "x")].withUnsafeBytes { body in
            for _ in 0..<min(left, 100_000) { try batch.append(event, body: body) }
          }
        }
        left -= min(left, 100_000)
      }
    }
    try write()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let ledger = try Ledger.open(at: path)
      try ledger.catchUpIndex { _ in
        try ledger.append { batch in
          try batch.append(NewEvent(kind: .tick, receivedAt: newYear), body: "lost")
          kill(getpid(), SIGKILL)
        }
      }
      kill(getpid(), SIGKILL)
    }
  }

  @Test("Opening and reading the last event takes the same effort at any size, after a crash too")
  func anySize() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let (small, large) = (directory + "/small", directory + "/large")
    try await makeLedger(small, events: 10_000)
    try await makeLedger(large, events: 1_000_000)
    #expect(exists(large + "/index/positions/data.mdb"))

    let ofSmall = try effort(small, events: 10_000)
    let ofLarge = try effort(large, events: 1_000_000)

    // A level of the tree or two more, of each table.
    #expect(ofLarge.pageFaults <= ofSmall.pageFaults + 20, "\(ofSmall) \(ofLarge)")
    #expect(ofLarge.milliseconds < 5, "\(ofSmall) \(ofLarge)")
  }
}
