import EventLog
import Glibc
import Quantities
import TestSupport
import Testing

@testable import Formats

@Suite struct ImporterTests {
  let directory: TemporaryDirectory
  let ledger: Ledger

  init() throws {
    directory = try TemporaryDirectory()
    ledger = try Ledger.create(at: directory.file("ledger"))
  }

  private func run(
    _ lines: [String], _ options: ImportOptions = ImportOptions(),
    chunkRecordLimit: Int = ImportChunk.recordLimit
  ) throws -> ImportReport {
    let path = try directory.write("trace.jsonl", lines.joined(separator: "\n"))
    var importer = Importer(ledger, options: options)
    importer.chunkRecordLimit = chunkRecordLimit
    return try importer.run(path: path)
  }

  @Test("records are appended in the order of the file, with a tick at its greatest time behind")
  func appends() throws {
    let report = try run([
      Sample.line("a", second: 5), Sample.line("b", station: "CS-2", second: 9),
      Sample.line("c", second: 7),
    ])
    #expect(report.read == 3 && report.added == 3 && report.alreadyThere == 0)
    #expect(report.firstReceivedAt == Sample.start.advanced(byMilliseconds: 5000))
    let frames = try ledger.frames()
    #expect(frames.map(\.station) == ["CS-1", "CS-2", "CS-1", ""])
    #expect(frames[1].body == #"[2,"b","Heartbeat",{}]"# && frames[1].kind == 1)
    #expect(
      frames[3]
        == LoggedFrame(
          kind: EventKind.tick.rawValue, station: "",
          receivedAt: Sample.start.advanced(byMilliseconds: 9000), body: ""))
  }

  @Test("importing the same file again adds nothing, not even a tick")
  func twice() throws {
    let lines = (0..<500).map { Sample.line("\($0)", station: "CS-\($0 % 7)", second: $0 / 3) }
    _ = try run(lines)
    let frames = try ledger.frames()
    let report = try run(lines)
    #expect(report.read == 500 && report.added == 0 && report.alreadyThere == 500)
    #expect(try ledger.frames() == frames)
  }

  @Test("equal records stay apart: the k-th copy in the file meets the k-th in the log")
  func multiset() throws {
    let copy = Sample.line("same")
    #expect(try run([copy, copy]).added == 2)
    #expect(try run([copy, copy, copy]).added == 1)
    #expect(try run([copy]).added == 0)
    #expect(try run(Array(repeating: copy, count: 200)).added == 197)
    #expect(try ledger.frames().count { $0.station == "CS-1" } == 200)
  }

  @Test("records that differ in one part only are different")
  func differences() throws {
    let base = Sample.line("a")
    let others = [
      Sample.line("b"), Sample.line("a", station: "CS-2"), Sample.line("a", second: 1),
      base.replacing("cp-to-csms", with: "csms-to-cp"), base.replacing("{}", with: "{ }"),
    ]
    _ = try run([base])
    let report = try run([base] + others)
    #expect(report.added == 5 && report.alreadyThere == 1)
  }

  @Test("a frame under another OCPP version is the same frame")
  func versionsDoNotCount() throws {
    let line = Sample.line("a")
    _ = try run([line])
    let report = try run([line.replacing("1.6", with: "2.0.1"), line.replacing("1.6", with: "?")])
    #expect(report.alreadyThere == 1 && report.added == 1)
  }

  @Test("old records that were forgotten are found missing among newer ones")
  func anyAge() throws {
    let all = (0..<3000).map { Sample.line("\($0)", station: "CS-\($0 % 5)", second: $0) }
    let forgotten = Set((0..<3000).filter { $0 % 11 == 0 })
    _ = try run(all.indices.filter { !forgotten.contains($0) }.map { all[$0] })
    _ = try run((0..<100).map { Sample.line("new\($0)", second: 90_000 + $0) })
    let report = try run(all)
    #expect(report.added == UInt64(forgotten.count))
    #expect(report.alreadyThere == UInt64(3000 - forgotten.count))
    #expect(Set(try ledger.frames().filter { $0.kind == 1 }).count == 3100)
  }

  @Test(
    "parts of a file, imported in any order and overlapping, add up to the file",
    arguments: [21, 22, 23] as [UInt64])
  func parts(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let lines = (0..<400).map { _ in
      Sample.line(
        "\(Int.random(in: 0..<4, using: &random))",
        station: "CS-\(Int.random(in: 0..<3, using: &random))",
        second: Int.random(in: 0..<8, using: &random))
    }
    for _ in 0..<5 {
      let length = Int.random(in: 0...300, using: &random)
      let limit = Int.random(in: 1...100, using: &random)
      _ = try run(Array(lines.prefix(length)), chunkRecordLimit: limit)
    }
    _ = try run(lines.shuffled(using: &random), chunkRecordLimit: 32)
    let wanted = try directory.write("w.jsonl", lines.joined(separator: "\n"))
    let fresh = try Ledger.create(at: directory.file("fresh"))
    _ = try Importer(fresh).run(path: wanted)
    func counts(_ ledger: Ledger) throws -> [LoggedFrame: Int] {
      Dictionary(try ledger.frames().filter { $0.kind == 1 }.map { ($0, 1) }, uniquingKeysWith: +)
    }
    #expect(try counts(ledger) == counts(fresh), "seed \(seed)")
  }

  @Test("a bad line is kept aside with its number and does not stop the rest")
  func rejects() throws {
    let report = try run([Sample.line("a"), "{\"x\":\"\u{7}é\"", "", "[]", Sample.line("b")])
    let path = directory.file("trace.jsonl.rejects.jsonl")
    #expect(report.read == 4 && report.added == 2 && report.rejected == 2)
    #expect(report.rejectsFile == path)
    #expect(report.firstRejection?.hasPrefix("line 2: not JSON at byte") == true)
    let lines = String(decoding: try Fixtures.allBytes(ofFile: path), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("{\"line\":2,\"reason\":\"not JSON"))
    #expect(lines[0].hasSuffix("\"text\":\"{\\\"x\\\":\\\"\\u0007é\\\"\"}"))
    #expect(
      lines[1] == #"{"line":4,"reason":"the line is not a JSON object","text":"[]"}"#)
  }

  @Test("without rejected lines there is no rejects file")
  func noRejects() throws {
    #expect(try run([Sample.line("a")]).rejectsFile == nil)
    #expect(throws: InputError.self) { try Fixtures.allBytes(ofFile: rejectsPath) }
  }

  @Test("strict appends nothing if any line is bad, and all if none is")
  func strict() throws {
    let options = ImportOptions(isStrict: true, rejectsFile: rejectsPath)
    let error = #expect(throws: ImportError.self) {
      try run([Sample.line("a"), "bad", Sample.line("b")], options)
    }
    guard case .notAllReadable(let report) = error else {
      Issue.record("expected a refusal, got \(String(describing: error))")
      return
    }
    #expect(report.rejected == 1 && report.read == 3 && report.added == 0)
    #expect(error?.description.contains("the first one line 2: not JSON") == true)
    #expect(try ledger.head() == 0)
    #expect(try run([Sample.line("a"), Sample.line("b")], options).added == 2)
  }

  @Test("standard input is read like a file, and strictly by way of a copy that is removed")
  func standardInput() throws {
    let path = try directory.write(
      "in", [Sample.line("a"), Sample.line("b")].joined(separator: "\n"))
    for (isStrict, added) in [(true, 2), (false, 0)] as [(Bool, UInt64)] {
      let saved = dup(STDIN_FILENO)
      let file = open(path, O_RDONLY)
      dup2(file, STDIN_FILENO)
      defer {
        dup2(saved, STDIN_FILENO)
        close(saved)
        close(file)
      }
      let options = ImportOptions(isStrict: isStrict, rejectsFile: rejectsPath)
      let report = try Importer(ledger, options: options).run(path: "-")
      #expect(report.file == "standard input" && report.added == added && report.read == 2)
    }
    let source = try ledger.read { try $0.sourceName(1) }
    #expect(source == "import:standard input")
  }

  @Test("an empty file adds nothing")
  func empty() throws {
    let report = try run([])
    #expect(report.read == 0 && report.added == 0)
    #expect(try ledger.head() == 0)
  }

  @Test("a cut gzip file is imported up to the cut; the whole file then adds the rest")
  func truncatedGzip() throws {
    var random = SplitMix64(seed: 5)
    let lines = (0..<6000).map { Sample.line("\(random.next())", second: $0) }
    let whole = try gzip(lines.joined(separator: "\n").utf8)
    let cut = try directory.write("cut.gz", whole[..<(whole.count / 2)])
    let error = #expect(throws: ImportError.self) { try Importer(ledger).run(path: cut) }
    guard case .input(.truncated(_, .gzip, UInt64(whole.count / 2)), let report?) = error else {
      Issue.record("expected a cut file, got \(String(describing: error))")
      return
    }
    #expect(report.added > 1000 && report.added < 6000)
    #expect(try ledger.head() == report.added + 1)
    let rest = try Importer(ledger).run(path: try directory.write("whole.gz", whole))
    #expect(rest.alreadyThere == report.added && rest.added == 6000 - report.added)
  }

  @Test("a full log stops the import with its events safe; the same import adds exactly the rest")
  func fullLog() throws {
    let path = directory.file("small")
    let lines = (0..<30_000).map { Sample.line("\($0)", station: "CS-\($0 % 3)", second: $0 / 2) }
    let trace = try directory.write("trace.jsonl", lines.joined(separator: "\n"))
    var acknowledged: UInt64 = 0
    do {
      let small = try Ledger.create(at: path, options: .init(mapBytes: 3 << 20))
      let error = #expect(throws: ImportError.self) { try Importer(small).run(path: trace) }
      guard case .ledger(_, let report) = error else {
        Issue.record("expected a full log, got \(String(describing: error))")
        return
      }
      acknowledged = report.added
      #expect(acknowledged > 4000 && acknowledged < 30_000)
      #expect(
        error?.description.contains("\(acknowledged) records were added and are safe") == true)
      #expect(try small.head() == acknowledged)
      try small.grow(toMapBytes: 1 << 30)
      let rest = try Importer(small).run(path: trace)
      #expect(rest.alreadyThere == acknowledged && rest.added == 30_000 - acknowledged)
      #expect(try small.frames().filter { $0.kind == 1 }.count == 30_000)
    }
  }

  @Test("a second import into the same ledger is refused while one runs")
  func lock() throws {
    let path = try directory.write("a.jsonl", Sample.line("a"))
    try ImportLock.hold(inLedger: ledger.path) { () throws(ImportError) in
      var importer = Importer(ledger)
      importer.patienceMilliseconds = 40
      let error = #expect(throws: ImportError.self) { try importer.run(path: path) }
      guard case .busy = error else {
        Issue.record("expected busy, got \(String(describing: error))")
        return
      }
    }
    #expect(try Importer(ledger).run(path: path).added == 1)
  }

  @Test("progress is told as the file is read, up to its end")
  func progress() throws {
    let lines = (0..<20_000).map { Sample.line("\($0)") }.joined(separator: "\n")
    let path = try directory.write("p.jsonl", lines)
    var seen: [ImportProgress] = []
    let report = try Importer(ledger).run(path: path) { seen.append($0) }
    #expect(seen.map(\.report.read) == [8192, 16_384, 20_000])
    #expect(seen.last?.report == report)
    #expect(seen.last?.storedBytesRead == UInt64(lines.utf8.count))
    #expect(seen.allSatisfy { $0.storedByteCount == UInt64(lines.utf8.count) && !$0.isChecking })
  }

  @Test("guessed directions and rebuilt frames are counted and marked in the log")
  func flagged() throws {
    let path = try directory.write(
      "log.csv", "time,id,msg\n2024-01-15T10:00:00Z,A,[]\n2024-01-15T10:00:00Z,A,\n")
    #expect(try Importer(ledger).run(path: path).flagged == 2)
    let flags = try ledger.read { try $0.envelope(at: 1)?.flags }
    #expect(flags == .directionGuessed)
  }

  @Test("a log of two weeks comes in once from its CSV file, and not again from its trace")
  func realLog() throws {
    let folder = Fixtures.path("ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d")
    let first = try Importer(ledger).run(path: folder + ".csv.gz")
    #expect(first.added == 17_670 && first.flagged == 0 && first.format == .csv)
    let second = try Importer(ledger).run(path: folder + ".trace.jsonl.gz")
    #expect(second.added == 0 && second.alreadyThere == 17_670 && second.format == .trace)
  }

  private var rejectsPath: String { directory.file("trace.jsonl.rejects.jsonl") }
}
