import Foundation
import LMDB
import TestSupport
import Testing

@Suite("A file that nobody writes any more") struct ImmutableFileTests {
  @Test("is refused when only its last pages are cut off", arguments: [1, 4096, 200_000])
  func cutByLessThanAMegabyte(byteCount: Int) throws {
    try withTemporaryDirectory { path in
      let size = try make(path) { transaction, rows in
        for key in 0..<200 {
          try transaction.put("\(key)", String(repeating: "v", count: 3000), in: rows)
        }
      }
      #expect(truncate(path + "/data.mdb", off_t(size - byteCount)) == 0)
      #expect(code { try read(path) } == .truncated)
    }
  }

  @Test("is opened when the pages that its end lacks were never in use")
  func lacksFreePages() throws {
    try withTemporaryDirectory { path in
      let (size, pages) = try makeShort(path)
      #expect(size < pages)
      try #expect(read(path) == "1")
    }
  }

  @Test("has the size of all its pages once it was made whole, whatever a program left out")
  func madeWhole() throws {
    try withTemporaryDirectory { path in
      let (_, pages) = try makeShort(path)
      do { try Environment(path: path).makeFileWhole() }
      try #expect(fileSize(path) == pages)
      try #expect(read(path) == "1")
      // Larger is fine, too.
      #expect(truncate(path + "/data.mdb", off_t(pages + 12_345)) == 0)
      try Environment(path: path).makeFileWhole()
      try #expect(fileSize(path) == pages + 12_345)
      try #expect(read(path) == "1")
    }
  }

  /// An environment whose last pages were taken and given back by one transaction.
  private func makeShort(_ path: String) throws -> (size: Int, pages: Int) {
    var pages = 0
    _ = try make(path) { try $0.put("a", "0", in: $1) }
    // Now there are free pages, to which those of a transaction's own are added.
    for number in 1...3 { _ = try make(path) { try $0.put("a", "\(number)", in: $1) } }
    let size = try make(path) { transaction, rows in
      try transaction.put("a", "1", in: rows)
      try transaction.put("b", String(repeating: "v", count: 100_000), in: rows)
      _ = try transaction.remove("b", in: rows)
    }
    do { pages = try Environment(path: path).info.fileBytes }
    return (size, pages)
  }

  private func make(
    _ path: String, _ body: (borrowing WriteTransaction, Database) throws -> Void
  ) throws -> Int {
    do {
      let environment = try Environment(path: path, options: .init(access: .create))
      let rows = try environment.openDatabase("rows", create: true)
      try environment.write { try body($0, rows) }
    }
    return try fileSize(path)
  }

  /// The row `a`.
  @discardableResult
  private func read(_ path: String) throws -> String? {
    let environment = try Environment(
      path: path, options: .init(access: .immutable, mapBytes: 4096))
    let rows = try environment.openDatabase("rows")
    return try environment.read { try $0.text(of: "a", in: rows) }
  }

  private func fileSize(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path + "/data.mdb")[.size] as? Int ?? 0
  }
}
