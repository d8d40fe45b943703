import Foundation
import LMDB
import TestSupport
import Testing

/// Makes an environment with one row in `path` and closes it.
private func makeEnvironment(_ path: String) throws {
  let environment = try Environment(path: path, options: .init(access: .create))
  let rows = try environment.openDatabase("rows", create: true)
  try environment.write { try $0.put("a", "1", in: rows) }
}

private func openError(_ path: String) -> LMDBError? {
  do throws(LMDBError) {
    _ = try Environment(path: path)
    return nil
  } catch {
    return error
  }
}

@Suite struct EnvironmentOpenTests {
  @Test("A missing directory is named in the error, with what to do")
  func missingDirectory() {
    let error = openError("/nonexistent/ledger")
    #expect(error?.code == .noSuchFile)
    #expect(
      error?.description
        == "cannot open the environment in /nonexistent/ledger: No such file or directory. "
        + "Check the path, or create it first.")
  }

  @Test("A directory without a database is an error, not a new database")
  func missingFile() throws {
    try withTemporaryDirectory { #expect(openError($0)?.code == .noSuchFile) }
  }

  @Test("A file that is no database is refused", arguments: [0, 1, 100, 8192])
  func notADatabase(byteCount: Int) throws {
    try withTemporaryDirectory { path in
      let text = Data(repeating: UInt8(ascii: "x"), count: byteCount)
      try text.write(to: URL(filePath: path + "/data.mdb"))
      #expect(openError(path)?.code == .notADatabase)
    }
  }

  @Test("A file that nobody writes any more needs no lock file, and its views outlive reading")
  func immutable() throws {
    try withTemporaryDirectory { path in
      try makeEnvironment(path)
      try FileManager.default.removeItem(atPath: path + "/lock.mdb")
      let environment = try Environment(
        path: path, options: .init(access: .immutable, mapBytes: 4096))
      let rows = try environment.openDatabase("rows")
      let value = try environment.read { transaction in
        try Array("a".utf8).withUnsafeBytes { try transaction.value(of: $0, in: rows) }
      }
      #expect(value.map { String(decoding: $0, as: UTF8.self) } == "1")
      #expect(environment.clearStaleReaders() == 0)
      #expect(throws: LMDBError.self) { try environment.write { try $0.put("b", "2", in: rows) } }
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["data.mdb"])
    }
  }

  @Test("A file of another LMDB version is refused")
  func otherVersion() throws {
    try withTemporaryDirectory { path in
      try makeEnvironment(path)
      let file = URL(filePath: path + "/data.mdb")
      var bytes = try Data(contentsOf: file)
      // The version follows the header (16 bytes) and the magic number (4) of both meta pages.
      for page in 0..<2 { bytes[page * 4096 + 20] = 99 }
      try bytes.write(to: file)
      #expect(openError(path)?.code == .versionMismatch)
    }
  }

  @Test("A file that was cut short is refused")
  func cutShort() throws {
    try withTemporaryDirectory { path in
      do {
        let environment = try Environment(path: path, options: .init(access: .create))
        let rows = try environment.openDatabase("rows", create: true)
        let value = String(repeating: "v", count: 4 << 20)
        try environment.write { try $0.put("a", value, in: rows) }
      }
      #expect(openError(path) == nil)
      #expect(truncate(path + "/data.mdb", 1 << 20) == 0)
      #expect(openError(path)?.code == .truncated)
    }
  }

  @Test("A second open in one process is refused, by whatever path, until the first is closed")
  func secondOpen() throws {
    try withTemporaryDirectory { path in
      try makeEnvironment(path)
      let link = path + ".link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      defer { try? FileManager.default.removeItem(atPath: link) }
      do {
        let environment = try Environment(path: path)
        #expect(openError(path)?.code == .alreadyOpen)
        #expect(openError(link)?.code == .alreadyOpen)
        _ = environment.info
      }
      #expect(openError(link) == nil)
    }
  }

  @Test("An environment whose directory was removed is not mistaken for the next one there")
  func removedWhileOpen() throws {
    try withTemporaryDirectory { parent in
      let path = parent + "/environment"
      var open: [Environment] = []
      // File systems give the number of a removed directory to the next new one.
      for _ in 0..<3 {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        open.append(try Environment(path: path, options: .init(access: .create)))
        try FileManager.default.removeItem(atPath: path)
      }
      #expect(open.count == 3)
    }
  }

  @Test("A database that does not exist is not found, and read-only refuses to write")
  func readOnly() throws {
    try withTemporaryDirectory { path in
      try makeEnvironment(path)
      let environment = try Environment(path: path, options: .init(access: .readOnly))
      #expect(code { _ = try environment.openDatabase("columns") } == .notFound)
      let rows = try environment.openDatabase("rows")
      try environment.read { try #expect($0.text(of: "a", in: rows) == "1") }
      #expect(code { try environment.write { _ in } } == .permissionDenied)
    }
  }
}

@Suite struct EnvironmentLimitTests {
  @Test("A full map is an error with advice; after growing, the work goes on")
  func mapFull() throws {
    let options = Environment.Options(access: .create, mapBytes: 64 << 10)
    try withDatabase(options) { environment, rows in
      let value = String(repeating: "v", count: 1000)
      func fill() throws {
        try environment.write { transaction in
          for key in 100..<200 { try transaction.put("\(key)", value, in: rows) }
        }
      }
      let error = #expect(throws: LMDBError.self) { try fill() }
      #expect(error?.code == .mapFull)
      #expect(error?.description.contains("Open it with a larger map") == true)
      try environment.read { try #expect($0.keys(in: rows) == []) }

      try environment.grow(toMapBytes: 1 << 20)
      try fill()
      try environment.read { try #expect($0.statistics(of: rows).entries == 100) }
    }
  }

  @Test("The map does not grow under an active transaction")
  func growWhileBusy() throws {
    try withDatabase { environment, _ in
      try environment.read { _ in
        #expect(code { try environment.grow(toMapBytes: 1 << 41) } == .busy)
      }
    }
  }

  @Test("One reader too many is told so, and the others go on")
  func readersFull() throws {
    try withDatabase(.init(access: .create, maxReaders: 2)) { environment, rows in
      try environment.read { _ in
        try environment.read { last in
          #expect(code { try environment.read { _ in } } == .readersFull)
          try #expect(last.text(of: "a", in: rows) == nil)
        }
      }
      try environment.read { try #expect($0.text(of: "a", in: rows) == nil) }
    }
  }

  @Test("The slot of a reader that was killed is cleared")
  func staleReader() async throws {
    let path = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try makeEnvironment(path)
    // Open here, so that the lock file outlives the reader.
    let environment = try Environment(path: path)
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment(path: path)
      try environment.read { _ in _ = kill(getpid(), SIGKILL) }
    }
    #expect(environment.clearStaleReaders() == 1)
    #expect(environment.clearStaleReaders() == 0)
  }

  @Test("All slots taken by the dead are found without asking")
  func staleReadersWhenFull() async throws {
    let path = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try makeEnvironment(path)
    let environment = try Environment(path: path, options: .init(maxReaders: 1))
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment(path: path)
      try environment.read { _ in _ = kill(getpid(), SIGKILL) }
    }
    let rows = try environment.openDatabase("rows")
    try environment.read { try #expect($0.text(of: "a", in: rows) == "1") }
  }

  @Test("When the disk refuses a write, the commit fails and what was committed is intact")
  func diskRefuses() async throws {
    let path = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try makeEnvironment(path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let environment = try Environment(path: path)
      let rows = try environment.openDatabase("rows")
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 64 << 10, rlim_max: 64 << 10)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let value = String(repeating: "v", count: 200_000)
      #expect(throws: LMDBError.self) {
        try environment.write { try $0.put("b", value, in: rows) }
      }
      try environment.read { try #expect($0.keys(in: rows) == ["a"]) }
    }
    let environment = try Environment(path: path)
    let rows = try environment.openDatabase("rows")
    try environment.read { try #expect($0.keys(in: rows) == ["a"]) }
  }
}

@Suite struct EnvironmentMaintenanceTests {
  @Test("A copy opens with the same content", arguments: [false, true])
  func copy(isCompacting: Bool) throws {
    try withDatabase { environment, rows in
      try environment.write { try $0.put("a", "1", in: rows) }
      try withTemporaryDirectory { destination in
        try environment.copy(to: destination, isCompacting: isCompacting)
        let copy = try Environment(path: destination, options: .init(access: .readOnly))
        let rows = try copy.openDatabase("rows")
        try copy.read { try #expect($0.text(of: "a", in: rows) == "1") }
      }
    }
  }

  @Test("An environment that syncs on request is complete after its sync")
  func onRequest() throws {
    try withTemporaryDirectory { path in
      do {
        let environment = try Environment(
          path: path, options: .init(access: .create, synchronization: .onRequest))
        let rows = try environment.openDatabase("rows", create: true)
        try environment.write { try $0.put("a", "1", in: rows) }
        try environment.sync()
        #expect(environment.info.fileBytes > 0)
      }
      let environment = try Environment(path: path)
      let rows = try environment.openDatabase("rows")
      try environment.read { try #expect($0.text(of: "a", in: rows) == "1") }
    }
  }

  @Test("The library is a version that the code was written for")
  func libraryVersion() {
    #expect(Environment.libraryVersion.hasPrefix("LMDB 0.9."))
  }
}
