import Foundation
import LMDB
import TestSupport
import Testing

/// A small file with all kinds of pages: three databases, a tree of two levels, a chain of overflow
/// pages, free pages. And what a walk reads from it.
private struct SmallFile {
  var bytes: [UInt8]
  let entries: EntryCollector

  init() throws {
    (bytes, entries) = try withTemporaryDirectory { path in
      do {
        let environment = try Environment(path: path, options: .init(access: .create))
        let rows = try environment.openDatabase("rows", create: true)
        let names = try environment.openDatabase("names", create: true)
        _ = try environment.openDatabase("nothing", create: true)
        for round in 0..<3 {
          try environment.write { transaction in
            for row in 0..<90 {
              let value = String(repeating: "\(row)", count: 20 + round)
              try transaction.put("row \(100 + row)", value, in: rows)
            }
            try transaction.put("long", String(repeating: "long", count: 1200), in: names)
            try transaction.put("short", "\(round)", in: names)
          }
        }
        try environment.write { transaction in
          for row in 30..<70 { _ = try transaction.remove("row \(100 + row)", in: rows) }
        }
      }
      let bytes = Array(try Data(contentsOf: URL(filePath: path + "/data.mdb")))
      let sound = try bytes.withUnsafeBytes { try walk(bytes: $0) }
      #expect(sound.report.isSound && sound.report.freePages > 0)
      return (bytes, sound.entries)
    }
  }

  /// Whether a walk notices that a byte was changed, or reads the same without it.
  func isSafe(at offset: Int, xor: UInt8) throws -> Bool {
    var changed = bytes
    changed[offset] ^= xor
    let (report, found) = try changed.withUnsafeBytes { try walk(bytes: $0) }
    return !report.isSound || found.databases == entries.databases
  }
}

@Suite("A damaged page")
struct PageWalkerDamageTests {
  @Test("in a meta is noticed whatever happens to any of its bytes")
  func metas() throws {
    let file = try SmallFile()
    // Behind the header and the meta the page is empty.
    for page in 0..<2 {
      for offset in 0..<152 where !(12..<16).contains(offset) && !(8..<10).contains(offset) {
        for bit in 0..<8 {
          var changed = file.bytes
          changed[page * 4096 + offset] ^= 1 << bit
          let report = try changed.withUnsafeBytes { try walk(bytes: $0).report }
          // A map may have any size that is large enough, and the last page of the older meta is
          // looked at by nobody.
          let isSize = (32..<40).contains(offset)
          let isOlder = report.transaction & 1 != UInt64(page)
          let isOlderState = isOlder && (40..<144).contains(offset)
          #expect(
            !report.isSound || isSize || isOlderState, "page \(page), byte \(offset), bit \(bit)")
          #expect(try file.isSafe(at: page * 4096 + offset, xor: 1 << bit))
        }
      }
    }
  }

  @Test(
    "never changes what is read without a report, whatever byte it is", arguments: [1, 0x80, 0xFF])
  func anyByte(xor: UInt8) throws {
    let file = try SmallFile()
    // Values and the names of databases have no checksum: who knows them finds those bytes.
    func shape(_ entries: EntryCollector) -> [[Int]] {
      entries.databases.values.map { $0.map(\.value.count) }.sorted { "\($0)" < "\($1)" }
    }
    let expected = shape(file.entries)
    var random = SplitMix64(seed: UInt64(xor))
    for _ in 0..<2500 {
      let offset = Int.random(in: 0..<file.bytes.count, using: &random)
      var changed = file.bytes
      changed[offset] ^= xor
      let (report, found) = try changed.withUnsafeBytes { try walk(bytes: $0) }
      #expect(!report.isSound || shape(found) == expected, "byte \(offset)")
    }
  }

  @Test("full of garbage never stops the program", arguments: 1...8)
  func garbage(seed: UInt64) throws {
    let file = try SmallFile()
    var random = SplitMix64(seed: seed)
    for _ in 0..<60 {
      var changed = file.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let page = Int.random(in: 0..<changed.count / 4096, using: &random)
        let first = page * 4096 + Int.random(in: 0..<4096, using: &random)
        let end = min(changed.count, first + Int.random(in: 1...4096, using: &random))
        for offset in first..<end { changed[offset] = UInt8.random(in: 0...255, using: &random) }
      }
      changed.removeLast(Int.random(in: 0...changed.count, using: &random))
      _ = try changed.withUnsafeBytes { try walk(bytes: $0) }
    }
  }

  @Test("is named with its database and what is wrong")
  func names() throws {
    let file = try SmallFile()
    // The leaf with the value "0" has its own number in its first byte.
    let leaf = try #require(
      (2..<file.bytes.count / 4096).first { page in
        var changed = file.bytes
        changed[page * 4096] ^= 1
        let report = try? changed.withUnsafeBytes { try walk(bytes: $0).report }
        return report?.damages.first?.database == "names"
      })
    var changed = file.bytes
    changed[leaf * 4096] ^= 1
    let report = try changed.withUnsafeBytes { try walk(bytes: $0).report }
    #expect(
      report.damages.first
        == PageDamage(page: UInt64(leaf), database: "names", flaw: .wrongNumber))
    #expect(
      report.damages.first?.description == "page \(leaf) (names): it has the number of another page"
    )
  }

  @Test("of a file that was cut is found", arguments: [0, 1, 4095, 4096, 8191, 8192, 30_000])
  func cut(byteCount: Int) throws {
    let file = try SmallFile()
    let report = try file.bytes[..<byteCount].withUnsafeBytes { try walk(bytes: $0).report }
    #expect(!report.isSound)
  }

  @Test("is not what a walk says where the file could not be opened for another reason")
  func refused() throws {
    var file = try SmallFile()
    let needle = Array("long".utf8)
    // In all copies of the page, of which one is in use.
    for start in file.bytes.indices.dropFirst(8192).dropLast(4) where start % 4096 == 0 {
      let page = file.bytes[start..<start + 4096]
      if page.indices.dropLast(4).contains(where: { page[$0..<$0 + 4].elementsEqual(needle) }) {
        file.bytes[start] ^= 1
      }
    }
    try withTemporaryDirectory { path in
      try Data(file.bytes).write(to: URL(filePath: path + "/data.mdb"))
      var nobody = NoVisitor()
      do {
        let environment = try Environment(path: path)
        let code = code {
          _ = try PageWalker.walk(environmentIn: environment.path, visitor: &nobody)
        }
        #expect(code == .alreadyOpen)
      }
      // The control: it is damaged.
      #expect(try !PageWalker.walk(environmentIn: path, visitor: &nobody).isSound)
    }
  }
}
