import Foundation
import LMDB
import TestSupport
import Testing

@testable import EventLog

@Suite("Building the position index") struct IndexBuildingTests {
  private struct Interrupted: Error {}

  /// The rows of an index in `ledger`, which must not be open.
  private func rows(_ ledger: String) throws -> [String: [Data: Data]] {
    let environment = try Environment(path: ledger + "/index/positions")
    var rows: [String: [Data: Data]] = [:]
    for name in ["meta", "blocks", "lists"] {
      let database = try environment.openDatabase(name)
      try environment.read { transaction in
        try transaction.forEach(in: database) { entry in
          rows[name, default: [:]][Data(entry.key)] = Data(entry.value)
          return true
        }
      }
    }
    return rows
  }

  @Test("An index built in interrupted turns is equal to one built at once")
  func interrupted() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      func build(_ body: (Ledger) throws -> Void) throws -> [String: [Data: Data]] {
        do { try body(try Ledger.open(at: path, options: indexedOptions())) }
        return try rows(path)
      }
      func write() throws {
        let ledger = try Ledger.create(at: path, options: indexedOptions())
        var history = RandomHistory(seed: 12)
        while history.events.count < 1000 { try history.grow(ledger, upTo: 300) }
      }
      try write()
      let once = try build { ledger in
        var heard: [UInt64] = []
        try ledger.catchUpIndex { heard.append($0.indexedThrough) }
        #expect(heard == Array(stride(from: 128, through: try ledger.indexedThrough(), by: 128)))
      }
      #expect(once["blocks"]?.count ?? 0 >= 7)
      try FileManager.default.removeItem(atPath: path + "/index")
      let turns = try build { ledger in
        for blocks in 1...3 as ClosedRange<UInt64> {
          #expect(throws: Interrupted.self) {
            try ledger.catchUpIndex { _ in throw Interrupted() }
          }
          try #expect(ledger.indexedThrough() == blocks * 128)
        }
        try ledger.catchUpIndex(through: 700)
        try #expect(ledger.indexedThrough() == 640)
        try ledger.catchUpIndex()
      }
      #expect(turns == once)
    }
  }

  @Test("A builder killed at any moment loses at most a block, and its lock goes with it")
  func killed() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let path = directory + "/ledger"
    var history = RandomHistory(seed: 77)
    func write() throws {
      let ledger = try Ledger.create(at: path, options: indexedOptions())
      while history.events.count < 3000 { try history.grow(ledger, upTo: 500) }
    }
    try write()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let ledger = try Ledger.open(at: path, options: indexedOptions())
      let isUnderWay = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        isUnderWay.wait()
        kill(getpid(), SIGKILL)
      }
      try ledger.catchUpIndex { progress in
        if progress.indexedThrough == 3 * 128 { isUnderWay.signal() }
      }
      // All is built before the other thread got its turn.
      while true { pause() }
    }
    let ledger = try Ledger.open(at: path, options: indexedOptions())
    try #expect(ledger.indexedThrough() >= 3 * 128)
    try ledger.expectAnswers(of: &history)
    try #expect(ledger.catchUpIndex() == UInt64(history.events.count) / 128 * 128)
    try ledger.expectAnswers(of: &history)
  }

  @Test("An index that another process has put in the place of the one in use is taken up")
  func replaced() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let path = directory + "/ledger"
    let ledger = try Ledger.create(at: path, options: indexedOptions())
    var history = RandomHistory(seed: 15)
    while history.events.count < 700 { try history.grow(ledger, upTo: 200) }
    try #expect(ledger.catchUpIndex() >= 640)
    try FileManager.default.removeItem(atPath: path + "/index")
    try #expect(ledger.indexedThrough() == 0)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let ledger = try Ledger.open(at: path, options: indexedOptions())
      try #expect(ledger.catchUpIndex(through: 300) == 256)
    }
    try #expect(ledger.indexedThrough() == 256)
    try ledger.expectAnswers(of: &history)
    try #expect(ledger.catchUpIndex() >= 640)
  }

  @Test("Only one builds at a time; another returns at once with what is there")
  func oneBuilder() throws {
    try withLedger(indexedOptions()) { ledger in
      var history = RandomHistory(seed: 3)
      while history.events.count < 500 { try history.grow(ledger, upTo: 100) }
      try ledger.catchUpIndex { progress in
        try #expect(ledger.catchUpIndex() == progress.indexedThrough)
      }
      let owner = try String(contentsOfFile: ledger.path + "/index/lock", encoding: .utf8)
      #expect(owner == "\(getpid())\n")
    }
  }

  @Test("While one thread appends and an indexer follows, every snapshot reads its whole log")
  func concurrent() throws {
    try withLedger(indexedOptions()) { ledger in
      let indexer = try PositionIndexer(ledger)
      var history = RandomHistory(seed: 21)
      while history.events.count < 4000 {
        try history.grow(ledger, upTo: 300)
        try ledger.expectAnswers(of: &history, count: 3)
      }
      let goal = UInt64(history.events.count) / 128 * 128
      while try ledger.indexedThrough() < goal && indexer.failure == nil { sched_yield() }
      indexer.stop()
      #expect(indexer.failure == nil)
      try #expect(ledger.indexedThrough() == goal)
      try ledger.expectAnswers(of: &history)
      indexer.stop()
    }
  }

  @Test("An indexer that cannot read the log pauses before each new attempt")
  func pausesAfterFailure() throws {
    try withLedger(indexedOptions()) { ledger in
      // A key that is no position: the log has no head any more.
      try ledger.changeLog { transaction in
        try [0xFF as UInt8].withUnsafeBytes {
          try transaction.put($0, $0, in: ledger.tables.events)
        }
      }
      let pauses = DispatchSemaphore(value: 0)
      let goesOn = DispatchSemaphore(value: 0)
      let indexer = try PositionIndexer(ledger) {
        pauses.signal()
        goesOn.wait()
      }
      for _ in 0..<3 {
        try #require(pauses.wait(timeout: .now() + 20) == .success)
        #expect(indexer.failure as? LedgerError == .damagedTable(name: "events"))
        goesOn.signal()
      }
      // However often it fails before it is told to stop.
      for _ in 0..<100_000 { goesOn.signal() }
      indexer.stop()
    }
  }

  @Test("Where the directory cannot be written, building fails with the reason and reading goes on")
  func notWritable() throws {
    try withLedger(indexedOptions()) { ledger in
      var history = RandomHistory(seed: 9)
      while history.events.count < 300 { try history.grow(ledger, upTo: 100) }
      try Data("in the way".utf8).write(to: URL(filePath: ledger.path + "/index"))
      let error = ledgerError { try ledger.catchUpIndex() }
      #expect(error?.description.contains(ledger.path + "/index/lock") == true)
      try ledger.expectAnswers(of: &history)
    }
  }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
