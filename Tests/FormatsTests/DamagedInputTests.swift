import EventLog
import Foundation
import Testing

@testable import Formats

/// Files as they really come.
@Suite("Damaged and odd input")
struct DamagedInputTests {
  let directory: TemporaryDirectory
  let ledger: Ledger

  init() throws {
    directory = try TemporaryDirectory()
    ledger = try Ledger.create(at: directory.file("ledger"))
  }

  private func run(_ name: String, _ bytes: [UInt8]) throws -> ImportReport {
    try Importer(ledger).run(path: directory.write(name, bytes))
  }

  private func line(_ id: String, second: Int = 0) -> [UInt8] {
    Array((Sample.line(id, second: second) + "\n").utf8)
  }

  @Test("UTF-16 is refused with the way to convert it, whatever layout is named")
  func utf16() throws {
    for (mark, format) in [([0xFF, 0xFE], nil), ([0xFE, 0xFF], .trace)]
      as [([UInt8], ImportFormat?)]
    {
      let path = try directory.write("wide.jsonl", mark + line("a").flatMap { [$0, 0] })
      let error = #expect(throws: ImportError.self) {
        try Importer(ledger, options: ImportOptions(format: format)).run(path: path)
      }
      #expect(error?.description.contains("iconv -f UTF-16 -t UTF-8") == true)
    }
    #expect(try ledger.head() == 0)
  }

  @Test("NUL bytes in front of a line, where a log was cut back, cost no record")
  func sparse() throws {
    let hole = [UInt8](repeating: 0, count: 300_000)
    let report = try run("log.jsonl", hole + line("a") + line("b") + [0, 0, 0x0A] + line("c"))
    #expect(report.added == 3 && report.rejected == 0 && report.lines == 4)
  }

  @Test("NUL bytes, other encodings and halves of lines cost only their lines")
  func mixed() throws {
    let latin = line("a").map { $0 == UInt8(ascii: "C") ? 0xFC : $0 }
    let report = try run(
      "log.jsonl",
      line("a") + Array("a\0b\n".utf8) + latin + line("b").dropLast(20) + [0x0A]
        + line("c"))
    #expect(report.added == 2 && report.rejected == 3 && report.lines == 5)
  }

  @Test("a line of 20 MB is rejected by its frame, one of 40 MB by its length, and others stay")
  func longLines() throws {
    func long(_ megabytes: Int) -> [UInt8] {
      let (head, tail) = (line("L").prefix { $0 != UInt8(ascii: "L") }, line("L"))
      let rest = tail.dropFirst(head.count + 1)
      return head + [UInt8](repeating: UInt8(ascii: "x"), count: megabytes * 1_000_000) + rest
    }
    let report = try run("log.jsonl", line("a") + long(20) + long(40) + line("b"))
    #expect(report.added == 2 && report.rejected == 2)
    #expect(report.firstRejection?.hasPrefix("line 2: the frame has 200") == true)
  }

  @Test("one file named twice, and two files that overlap, are stored once")
  func overlaps() throws {
    let (a, b, c) = (line("a", second: 1), line("b", second: 2), line("c", second: 3))
    #expect(try run("1.jsonl", a + b + b).added == 3)
    #expect(try run("1.jsonl", a + b + b).alreadyThere == 3)
    let second = try run("2.jsonl", b + b + b + c)
    #expect(second.added == 2 && second.alreadyThere == 2)
  }

  @Test("a log that is cut back while its program writes on at the old place is followed")
  func cutBackUnderWriter() throws {
    let path = directory.file("live.jsonl")
    let log = try GrowingFile(path)
    log.append(String(decoding: line("a") + line("b"), as: UTF8.self))
    let following = try Following(path, ledger)
    try following.waitForEvents(2)
    let writer = try #require(FileHandle(forWritingAtPath: path))
    let place = try writer.seekToEnd()
    log.truncate()
    try writer.seek(toOffset: place)
    try writer.write(contentsOf: line("c", second: 9))
    #expect(try following.stop().rejected == 0)
    let rest = try Importer(ledger).run(path: path)
    #expect(rest.rejected == 0 && rest.added + rest.alreadyThere == 1)
  }
}
