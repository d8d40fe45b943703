import EventLog
import Foundation
import LMDB
import Quantities
import TestSupport
import Testing

@Suite struct DurabilityTests {
  @Test(
    "A process killed with events on their way loses none that were acknowledged",
    arguments: [1, 7, 40])
  func killed(eventsInFlight: Int) async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    _ = try Ledger.create(at: directory + "/ledger")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [directory = directory as String, eventsInFlight = eventsInFlight as Int] in
      let ledger = try Ledger.open(at: directory + "/ledger")
      for _ in 0..<5 { try ledger.append(["a", "b"]) }
      try ledger.append { batch in
        for _ in 0..<eventsInFlight {
          try batch.append(NewEvent(kind: .tick, receivedAt: newYear), body: "lost")
        }
        kill(getpid(), SIGKILL)
      }
    }
    let ledger = try Ledger.open(at: directory + "/ledger")
    try #expect(ledger.bodies() == Array(repeating: ["a", "b"], count: 5).flatMap { $0 })
    try #expect(ledger.append(["c"]) == 11)
  }

  @Test("A process killed at any moment of its commits leaves a whole log up to its last word")
  func killedWhileCommitting() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    _ = try Ledger.create(at: directory + "/ledger")
    await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
      let ledger = try Ledger.open(at: directory + "/ledger")
      Thread.detachNewThread {
        // Kills as soon as the other thread has said that it is well under way.
        var tail = ledger.tail(after: 100)
        _ = try? tail.next(timeoutMilliseconds: 60_000)
        kill(getpid(), SIGKILL)
      }
      let file = open(directory + "/acknowledged", O_CREAT | O_WRONLY, 0o600)
      while true {
        var acknowledged = try ledger.append(["a", "b", "c"])
        pwrite(file, &acknowledged, 8, 0)
      }
    }
    let bytes = try Data(contentsOf: URL(filePath: directory + "/acknowledged"))
    let acknowledged = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    let ledger = try Ledger.open(at: directory + "/ledger")
    let head = try ledger.head()
    #expect(head >= acknowledged && head >= 101)
    #expect(head % 3 == 0)
    try #expect(ledger.bodies().count == Int(head))
    try ledger.read { snapshot in
      let stream = try snapshot.streamHead(of: 1)
      #expect(stream?.count == head)
    }
  }

  @Test("After a commit that the disk refused, the ledger writes no more until it is opened again")
  func latch() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    _ = try Ledger.create(at: directory + "/ledger")
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      let ledger = try Ledger.open(at: directory + "/ledger")
      try ledger.append(["kept"])
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      limit.rlim_cur = 128 << 10
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let large = String(repeating: "x", count: 500_000)
      let refused = #expect(throws: LMDBError.self) { try ledger.append([large]) }
      limit.rlim_cur = limit.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let previous = try #require(refused)
      #expect(ledgerError { try ledger.append(["small"]) } == .failed(previous: previous))
      try #expect(ledger.bodies() == ["kept"])
    }
    let ledger = try Ledger.open(at: directory + "/ledger")
    try #expect(ledger.bodies() == ["kept"])
    try #expect(ledger.append(["again"]) == 2)
  }
}

@Suite struct DamageTests {
  /// Makes a ledger of three events, changes the file as `damage` says, and reads it.
  private func error(
    after damage: (inout Data, Range<Data.Index>) throws -> Void
  ) throws -> LedgerError? {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      func write() throws {
        let ledger = try Ledger.create(at: path, options: TestClock().options)
        try ledger.append(["first", "second body", "third  body"])
      }
      try write()
      let file = URL(filePath: path + "/log/data.mdb")
      var bytes = try Data(contentsOf: file)
      let body = try #require(bytes.range(of: Data("second body".utf8)))
      try damage(&bytes, body)
      try bytes.write(to: file)
      let ledger = try Ledger.open(at: path)
      let single = ledgerError { _ = try ledger.read { _ = try $0.event(at: 2) } }
      let scanned = ledgerError { _ = try ledger.bodies() }
      #expect(single == scanned)
      return single
    }
  }

  @Test("Every bit of a record and its body counts", arguments: 0..<67)
  func flippedBits(offset: Int) throws {
    let error = try error { bytes, body in
      bytes[body.lowerBound - 56 + offset] ^= 1 << (offset % 8)
    }
    guard case .damaged(position: 2, let reason)? = error else {
      Issue.record("byte \(offset) was changed unnoticed: \(String(describing: error))")
      return
    }
    let expected: [LedgerError.Damage] =
      switch offset {
      case 0: [.unknownVersion]
      case 2: [.unknownDirection, .wrongChecksum]
      default: [.wrongChecksum]
      }
    #expect(expected.contains(reason))
  }

  @Test("A record that changed places with another is noticed")
  func swappedRecords() throws {
    let error = try error { bytes, body in
      let other = try #require(bytes.range(of: Data("third  body".utf8)))
      let record = body.lowerBound - 56..<body.upperBound
      let otherRecord = other.lowerBound - 56..<other.upperBound
      let saved = bytes[record]
      bytes.replaceSubrange(record, with: Data(bytes[otherRecord]))
      bytes.replaceSubrange(otherRecord, with: Data(saved))
    }
    #expect(error == .damaged(position: 2, reason: .wrongChecksum))
  }

  @Test("A position that is gone is noticed")
  func changedKey() throws {
    // The key lies before the record: 2 becomes 9.
    let error = try error { bytes, body in bytes[body.lowerBound - 57] = 9 }
    #expect(error == .damaged(position: 2, reason: .missing))
  }
}
