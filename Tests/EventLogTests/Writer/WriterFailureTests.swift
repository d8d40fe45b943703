import EventLog
import Foundation
import LMDB
import TestSupport
import Testing

@Suite("A writer in trouble") struct WriterFailureTests {
  @Test("A full map fails everybody who waits with one error, and the writer takes nothing more")
  func mapFull() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      _ = try Ledger.create(at: path)
      let ledger = try Ledger.open(at: path, options: .init(mapBytes: 512 << 10))
      let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 3, maxBatchEvents: 2))
      try writer.append("kept")
      let held = HeldLedger(ledger)
      let threads = Threads()
      for name in 0..<8 {
        threads.start(name) { () throws(AppendError) in
          try writer.append(name == 0 ? "kept too" : String(repeating: "x", count: 1 << 20))
        }
        writer.waitUntil(queued: min(name, 3), waitingForRoom: max(0, name - 3))
      }
      held.release()
      var outcomes = threads.join()
      #expect(outcomes.removeValue(forKey: 0) == .success(2))
      let full = LMDBError(code: .mapFull, operation: "put a value", path: path + "/log")
      let error = AppendError.failed(.storage(full))
      #expect(outcomes.values.allSatisfy { $0 == .failure(error) } && outcomes.count == 7)
      #expect(throws: error) { try writer.append("small") }
      #expect(writer.status.state == .failed(.storage(full)))
      #expect(error.description.contains("the map is full"))

      writer.stop()
      #expect(throws: error) { try writer.append("small") }
      try ledger.grow(toMapBytes: 8 << 20)
      try #expect(LogWriter(ledger).append("after") == 3)
      try #expect(ledger.bodies() == ["kept", "kept too", "after"])
    }
  }

  @Test("A disk that refuses fails everybody who waits; what was acknowledged is in the log")
  func refusedDisk() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    _ = try Ledger.create(at: directory + "/ledger")
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      try Self.appendToRefusingDisk(directory + "/ledger")
    }
    let ledger = try Ledger.open(at: directory + "/ledger")
    try #expect(ledger.bodies() == ["kept"])
    let writer = try LogWriter(ledger)
    let body = Array("again".utf8)
    try #expect(await writer.append(frame(), body: body.span.bytes) == 2)
  }

  private static func appendToRefusingDisk(_ path: String) throws {
    let ledger = try Ledger.open(at: path)
    let writer = try LogWriter(ledger)
    try writer.append("kept")
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = 128 << 10
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    let threads = Threads()
    for name in 0..<6 {
      threads.start(name) { () throws(AppendError) in
        try writer.append(String(repeating: "x", count: 500_000))
      }
    }
    let outcomes = Array(threads.join().values)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    guard case .failure(.failed(.storage(let previous))) = try #require(outcomes.first) else {
      Issue.record("no failure of the storage: \(outcomes)")
      return
    }
    #expect(outcomes.allSatisfy { $0 == outcomes[0] })
    // The ledger itself writes no more either.
    let second = try LogWriter(ledger)
    #expect(throws: AppendError.failed(.ledger(.failed(previous: previous)))) {
      try second.append("small")
    }
    try #expect(ledger.bodies() == ["kept"])
  }

  @Test("A process killed with many producers loses nothing acknowledged and doubles nothing")
  func killed() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    _ = try Ledger.create(at: directory + "/ledger")
    await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
      let ledger = try Ledger.open(at: directory + "/ledger")
      let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 5))
      let file = open(directory + "/acknowledged", O_CREAT | O_WRONLY, 0o600)
      ftruncate(file, 64)
      for producer in 0..<8 {
        Thread.detachNewThread {
          for number in 1... as PartialRangeFrom<UInt64> {
            let id = number << 8 | UInt64(producer)
            guard (try? writer.append("\(producer):\(number)", id: id)) != nil else { return }
            // In the page cache: it outlives the process.
            withUnsafeBytes(of: number) { _ = pwrite(file, $0.baseAddress, 8, 8 * producer) }
          }
        }
      }
      var tail = ledger.tail(after: 200)
      _ = try tail.next(timeoutMilliseconds: 60_000)
      kill(getpid(), SIGKILL)
    }
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: directory + "/acknowledged")))
    let ledger = try Ledger.open(at: directory + "/ledger")
    var numbers: [Int: [UInt64]] = [:]
    for body in try ledger.bodies() {
      let parts = body.split(separator: ":")
      numbers[try #require(Int(parts[0])), default: []].append(try #require(UInt64(parts[1])))
    }
    for producer in 0..<8 {
      let acknowledged = bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: 8 * producer, as: UInt64.self)
      }
      let count = UInt64(numbers[producer]?.count ?? 0)
      // The one that was on its way may be there or not.
      #expect((acknowledged...acknowledged + 1).contains(count))
      #expect((numbers[producer] ?? []) == (0..<count).map { $0 + 1 })
    }
  }
}
