import Foundation
import LMDB
import TestSupport
import Testing

@Suite("A walk over the pages of a sound file")
struct PageWalkerTests {
  @Test("finds nothing wrong and every entry, whatever was written and deleted", arguments: 1...12)
  func randomFiles(seed: UInt64) throws {
    try withTemporaryDirectory { path in
      var random = try RandomEnvironment(in: path, seed: seed)
      let changes = [1, 5, 60, 700][Int(seed % 4)]
      for round in 0..<60 {
        try random.change(upTo: changes)
        guard round % 6 == 5 else { continue }
        let (report, entries) = try walk(path)
        #expect(report.isSound, "\(report.damages.prefix(5))")
        #expect(report.usedPages + report.freePages == report.pages)
        for name in random.rows.keys {
          #expect(entries.databases[name] == random.expected(name), "\(name) in round \(round)")
        }
      }
    }
  }

  @Test("finds nothing wrong in an environment without databases, and in one without rows")
  func emptyFiles() throws {
    try withTemporaryDirectory { path in
      let environment = try Environment(path: path, options: .init(access: .create))
      let (nothing, _) = try walk(path)
      #expect(nothing.isSound && nothing.transaction == 0 && nothing.pages == 2)
      _ = try environment.openDatabase("rows", create: true)
      let (report, entries) = try walk(path)
      #expect(report.isSound && report.transaction == 1)
      #expect(entries.databases == ["rows": []])
    }
  }

  @Test("goes down trees of several levels, and reads long lists of free pages")
  func deepTreeAndFreeList() throws {
    try withTemporaryDirectory { path in
      let environment = try Environment(path: path, options: .init(access: .create))
      let rows = try environment.openDatabase("rows", create: true)
      // Keys that fill a branch with eight children, values that fill chains.
      func key(_ number: Int) -> String {
        "\(1_000_000 + number)" + String(repeating: "k", count: 480)
      }
      try environment.write { transaction in
        for number in 0..<3000 {
          try transaction.put(key(number), String(repeating: "v", count: 3000), in: rows)
        }
      }
      let depth = try environment.read { try $0.statistics(of: rows).depth }
      #expect(depth >= 4)
      let (full, entries) = try walk(path)
      #expect(full.isSound, "\(full.damages.prefix(5))")
      #expect(entries.databases["rows"]?.count == 3000)

      for first in [0, 1000] {
        try environment.write { transaction in
          for number in first..<first + 900 { _ = try transaction.remove(key(number), in: rows) }
        }
      }
      let (thinned, _) = try walk(path)
      #expect(thinned.isSound && thinned.freePages > 1500, "\(thinned.damages.prefix(5))")
    }
  }

  @Test("finds nothing wrong in copies, compacted or not")
  func copies() throws {
    try withTemporaryDirectory { path in
      var random = try RandomEnvironment(in: path, seed: 99)
      for _ in 0..<30 { try random.change(upTo: 50) }
      for isCompacting in [false, true] {
        try withTemporaryDirectory { copy in
          try random.environment.copy(to: copy, isCompacting: isCompacting)
          let (report, entries) = try walk(copy)
          #expect(report.isSound, "\(report.damages.prefix(5))")
          #expect(entries.databases["events"] == random.expected("events"))
        }
      }
    }
  }

  @Test("stays on the state that a snapshot holds, while others write")
  func whileOthersWrite() throws {
    try withTemporaryDirectory { path in
      let environment = try Environment(path: path, options: .init(access: .create))
      let rows = try environment.openDatabase("rows", create: true)
      @Sendable func write(_ round: Int) throws {
        try environment.write { transaction in
          for row in 0..<200 { try transaction.put("\(row)", "round \(round)", in: rows) }
        }
      }
      try write(0)
      let writer = Thread {
        for round in 1...300 { try? write(round) }
      }
      writer.start()
      var walks = 0
      while !writer.isFinished || walks < 10 {
        var collector = EntryCollector()
        let report = try environment.walkPages(visitor: &collector)
        #expect(report.isSound, "\(report.damages.prefix(5))")
        let values = Set((collector.databases["rows"] ?? []).map(\.value))
        #expect(values.count == 1 && collector.databases["rows"]?.count == 200)
        walks += 1
      }
    }
  }

  @Test("of a transaction that the metas do not name any more gives no report")
  func unknownTransaction() throws {
    try withTemporaryDirectory { path in
      let environment = try Environment(path: path, options: .init(access: .create))
      _ = try environment.openDatabase("rows", create: true)
      var nobody = NoVisitor()
      let source = try PageSource(path: path + "/data.mdb")
      #expect(PageWalker.walk(source, transaction: 7, visitor: &nobody) == nil)
    }
  }
}
