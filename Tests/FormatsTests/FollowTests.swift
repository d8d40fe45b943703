import EventLog
import Foundation
import Testing

@testable import Formats

/// Following a log that is still written.
@Suite("Following a file")
struct FollowTests {
  let directory: TemporaryDirectory
  let ledger: Ledger

  init() throws {
    directory = try TemporaryDirectory()
    ledger = try Ledger.create(at: directory.file("ledger"))
  }

  @Test("lines are appended as they come, and a second run adds nothing twice")
  func growing() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    log.append(Sample.line("a", second: 1) + "\n")
    let following = try Following(log.path, ledger)
    try following.waitForEvents(1)
    log.append(Sample.line("b", second: 2) + "\n" + Sample.line("c", second: 3) + "\n")
    try following.waitForEvents(3)
    let report = try following.stop()
    #expect(report.added == 3 && report.rejected == 0)
    #expect(try ids() == ["a", "b", "c"])

    log.append(Sample.line("d", second: 4) + "\n")
    let events = try ledger.head()
    let again = try Following(log.path, ledger)
    try again.waitForEvents(events + 1)
    let second = try again.stop()
    #expect(second.added == 1 && second.alreadyThere == 3)
    #expect(try ids() == ["a", "b", "c", "d"])
  }

  @Test("a line that is still being written is neither stored nor rejected")
  func unfinishedLine() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    let line = Sample.line("b", second: 2)
    log.append(Sample.line("a", second: 1) + "\n" + line.prefix(30))
    let following = try Following(log.path, ledger)
    try following.waitForEvents(1)
    let report = try following.stop()
    #expect(report.read == 1 && report.rejected == 0)

    let again = try Following(log.path, ledger)
    log.append(line.dropFirst(30) + "\n")
    try again.waitForEvents(3)
    #expect(try again.stop().added == 1)
    #expect(try ids() == ["a", "b"])
  }

  @Test("a log that is renamed and begun anew is followed, with what came to its old end")
  func rotation() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    log.append(Sample.line("a", second: 1) + "\n")
    let following = try Following(log.path, ledger)
    try following.waitForEvents(1)
    try FileManager.default.moveItem(atPath: log.path, toPath: log.path + ".1")
    // The program has the old file open still.
    log.append(Sample.line("b", second: 2) + "\n")
    try following.waitForEvents(2)
    log.append("{\"cut")
    let next = try GrowingFile(log.path)
    next.append(Sample.line("c", second: 3) + "\n")
    try following.waitForEvents(3)
    let report = try following.stop()
    #expect(report.added == 3 && report.rejected == 1)
    #expect(try ids() == ["a", "b", "c"])
  }

  @Test("a log that is cut back to nothing is followed from its start")
  func truncation() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    log.append(Sample.line("a", second: 1) + "\n" + Sample.line("b", second: 2) + "\n")
    let following = try Following(log.path, ledger)
    try following.waitForEvents(2)
    log.truncate()
    log.append(Sample.line("c", second: 3) + "\n")
    try following.waitForEvents(3)
    #expect(try following.stop().added == 3)
    #expect(try ids() == ["a", "b", "c"])
  }

  @Test("other imports run while a file is followed, and what they add is not added again")
  func importsMeanwhile() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    log.append(Sample.line("a", second: 1) + "\n" + Sample.line("b", second: 2) + "\n")
    let following = try Following(log.path, ledger)
    try following.waitForEvents(2)

    // A copy of the log, with what comes there next.
    let copy = ["a", "b", "c", "c"].enumerated().map { Sample.line($1, second: min($0 + 1, 3)) }
    let path = try directory.write("copy.jsonl", copy.joined(separator: "\n"))
    let report = try Importer(ledger).run(path: path)
    #expect(report.added == 2 && report.alreadyThere == 2)

    // One c more than the copy has, then news, and an equal frame behind them.
    let (c, d) = (Sample.line("c", second: 3) + "\n", Sample.line("d", second: 4) + "\n")
    let head = try ledger.head()
    log.append(c + c + c + d)
    try following.waitForEvents(head + 2)
    log.append(d)
    try following.waitForEvents(head + 3)
    let followed = try following.stop()
    #expect(followed.added == 5 && followed.alreadyThere == 2)
    #expect(try ids() == ["a", "b", "c", "c", "c", "d", "d"])
  }

  @Test("what comes while another import runs is appended behind it")
  func waitsForOthers() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    log.append(Sample.line("a", second: 1) + "\n")
    let following = try Following(log.path, ledger)
    try following.waitForEvents(1)
    // The follower may hold the lock still, for what it has appended.
    func shallWait() -> Bool {
      ImportLock.pause()
      return true
    }
    try ImportLock.hold(inLedger: ledger.path, waiting: shallWait) { () throws(ImportError) in
      log.append(Sample.line("b", second: 2) + "\n")
    }
    try following.waitForEvents(2)
    #expect(try following.stop().added == 2)
  }

  @Test("a stop does not wait for ever for another import")
  func stopWhileBusy() throws {
    let stop = Pipe()
    let follower = FileFollower(stop: stop.fileHandleForReading.fileDescriptor)
    follower.patienceMilliseconds = 40
    #expect(follower.waitForOthers())
    try stop.fileHandleForWriting.close()
    try ImportLock.hold(inLedger: ledger.path) { () throws(ImportError) in
      let error = #expect(throws: ImportError.self) {
        try ImportLock.hold(inLedger: ledger.path, waiting: follower.waitForOthers) {}
      }
      guard case .busy = error else {
        Issue.record("expected busy, got \(String(describing: error))")
        return
      }
    }
  }

  @Test("the header of a CSV log that was rotated is no record")
  func csvRotation() throws {
    let log = try GrowingFile(directory.file("live.csv"))
    let header = "time,id,msg\n"
    log.append(header + #"2024-01-15T10:00:00Z,A,"[2,""a"",""Heartbeat"",{}]""# + "\n")
    let following = try Following(log.path, ledger)
    try following.waitForEvents(1)
    try FileManager.default.moveItem(atPath: log.path, toPath: log.path + ".1")
    try GrowingFile(log.path).append(
      header + #"2024-01-15T10:00:01Z,A,"[2,""b"",""Heartbeat"",{}]""# + "\n")
    try following.waitForEvents(2)
    let report = try following.stop()
    #expect(report.added == 2 && report.rejected == 0)
  }

  @Test("a backlog is left behind at once when somebody says stop")
  func stopInBacklog() throws {
    let log = try GrowingFile(directory.file("live.jsonl"))
    log.append((0..<5000).map { Sample.line("\($0)", second: $0) + "\n" }.joined())
    let following = try Following(log.path, ledger, isStopped: true)
    let report = try following.stop()
    #expect(report.added < 5000)
    #expect(try Importer(ledger).run(path: log.path).added == 5000 - report.added)
  }

  @Test("what cannot be followed is refused with the reason")
  func refusals() throws {
    let file = try directory.write("x.jsonl", Sample.line("a"))
    let empty = try directory.write("empty", "")
    let compressed = try directory.write("x.gz", try gzip("{}".utf8))
    func reason(_ path: String, _ options: ImportOptions = ImportOptions()) -> String {
      let error = #expect(throws: ImportError.self) {
        try ImportInput(path: path, options: options, follower: FileFollower(stop: -1))
      }
      return error?.description ?? ""
    }
    #expect(reason(file, ImportOptions(isStrict: true)).contains("cannot be followed: a strict"))
    #expect(reason("-").contains("only a regular file"))
    #expect(reason("/dev/null").contains("only a regular file"))
    #expect(reason(compressed).contains("compressed"))
    #expect(reason(empty).contains("--from"))
  }

  /// The message ids in the log, in order.
  private func ids() throws -> [Substring] {
    try ledger.frames().filter { $0.kind == 1 }.map { $0.body.split(separator: "\"")[1] }
  }
}

/// A file that a test writes while it is followed.
final class GrowingFile {
  let path: String
  private let handle: FileHandle

  init(_ path: String) throws {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forUpdatingAtPath: path)
    else { throw TestFailure("cannot make \(path)") }
    self.handle = handle
  }

  func append(_ text: some StringProtocol) {
    handle.seekToEndOfFile()
    handle.write(Data(text.utf8))
  }

  func truncate() { handle.truncateFile(atOffset: 0) }
}

/// An import on its own thread, which follows a file until the test says stop.
final class Following: @unchecked Sendable {
  private let ledger: Ledger
  private let requests = Pipe()
  private let ended = DispatchSemaphore(value: 0)
  /// Written by the thread before it signals the end.
  private var outcome: Result<ImportReport, any Error>?

  init(_ path: String, _ ledger: Ledger, isStopped: Bool = false) throws {
    self.ledger = ledger
    if isStopped { try requests.fileHandleForWriting.close() }
    Thread { [self] in
      outcome = Result {
        let follower = FileFollower(
          stop: requests.fileHandleForReading.fileDescriptor, pollMilliseconds: 1)
        let input = try ImportInput(path: path, follower: follower)
        return try Importer(ledger).run(input)
      }
      ended.signal()
    }.start()
  }

  /// Waits until the log has so many events.
  func waitForEvents(_ count: UInt64) throws {
    var tail = ledger.tail(after: 0)
    while tail.position < count {
      guard try tail.next(timeoutMilliseconds: 60_000, pollMilliseconds: 1) != nil else {
        throw TestFailure("the log does not grow beyond \(tail.position)")
      }
    }
  }

  /// Says stop by closing the pipe, and waits for the end.
  func stop() throws -> ImportReport {
    try? requests.fileHandleForWriting.close()
    guard ended.wait(timeout: .now() + 60) == .success, let outcome else {
      throw TestFailure("the import does not end")
    }
    return try outcome.get()
  }
}
