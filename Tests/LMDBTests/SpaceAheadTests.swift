import Foundation
import LMDB
import TestSupport
import Testing

@Suite("Disk space ahead of the last page")
struct SpaceAheadTests {
  /// Commits some rows into a new environment, and hands over its file.
  private func withFile<R>(
    bytesAhead: Int, _ body: (_ path: String, Environment) throws -> R
  ) throws -> R {
    var options = Environment.Options(access: .create)
    options.mostBytesAhead = bytesAhead
    return try withDatabase(options) { environment, rows in
      let value = String(repeating: "x", count: 300)
      for commit in 0..<20 {
        try environment.write { transaction in
          for row in 0..<100 { try transaction.put("\(commit)-\(row)", value, in: rows) }
        }
      }
      return try body(environment.path + "/data.mdb", environment)
    }
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status
  }

  @Test("It is asked for, at most as much as the options say, and only if they do")
  func isAskedFor() throws {
    func spare(bytesAhead: Int) throws -> Int {
      try withFile(bytesAhead: bytesAhead) { path, environment in
        try Int(status(path).st_blocks) * 512 - environment.info.fileBytes
      }
    }
    // A file system may count some blocks of its own.
    let slack = 64 << 10
    #expect(try spare(bytesAhead: 0) <= slack)
    #expect(try (1...(256 << 10) + slack).contains(spare(bytesAhead: 256 << 10)))
  }

  @Test("It changes neither the length of the file nor a byte of it")
  func changesNothing() throws {
    func contents(bytesAhead: Int) throws -> Data {
      try withFile(bytesAhead: bytesAhead) { path, environment in
        #expect(try Int(status(path).st_size) <= environment.info.fileBytes)
        return try Data(contentsOf: URL(filePath: path))
      }
    }
    #expect(try contents(bytesAhead: 0) == contents(bytesAhead: 1 << 20))
  }
}
