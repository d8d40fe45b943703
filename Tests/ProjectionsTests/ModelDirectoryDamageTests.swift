import EventLog
import Formats
import Foundation
import TestSupport
import Testing

@testable import Projections

@Suite("A directory of read models that is not as we left it")
struct ModelDirectoryDamageTests {
  private let v = "v\(Generation.version)"

  @Test(
    "a serving.json that names another place is not followed, and nothing else is removed",
    arguments: [
      "", "..", "../log", "/tmp", "../kept", "v6-1/", "v6--1", "v6-01", "v06-1", "v6-1-1", "v6",
    ])
  func strangeName(name: String) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let ledger = try Ledger.create(at: path)
      for name in ["kept", "sessions/kept"] {
        try FileManager.default.createDirectory(
          atPath: path + "/models/" + name, withIntermediateDirectories: true)
      }
      try Data(#"{"sessions":{"serving":"\#(name)","previous":"\#(name)"}}"#.utf8)
        .write(to: URL(filePath: path + "/models/serving.json"))
      let models = try ReadModels.open(for: ledger)
      #expect(try models.sessionCount() == 0)
      #expect(try names(in: path + "/models") == ["kept", "lock", "serving.json", "sessions"])
      #expect(try names(in: path + "/models/sessions") == ["build.lock", "kept", "\(v)-1"])
      #expect(FileManager.default.fileExists(atPath: path + "/log/data.mdb"))
    }
  }

  private func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  @Test("what killed builds and older layouts left behind is removed")
  func orphan() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let ledger = try Ledger.create(at: path)
      let left = [
        "generation-7", "building-generation-8", "sessions/\(v)-4", "sessions/v5-9",
        "sessions/building-\(v)-5",
      ]
      for name in left {
        try FileManager.default.createDirectory(
          atPath: path + "/models/" + name, withIntermediateDirectories: true)
      }
      _ = try ReadModels.rebuild(for: ledger)
      #expect(try names(in: path + "/models") == ["lock", "serving.json", "sessions", "stations"])
      #expect(try names(in: path + "/models/sessions") == ["build.lock", "\(v)-1"])
    }
  }

  @Test("a damaged generation says that rebuild helps, and it does")
  func damagedGeneration() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let ledger = try Ledger.create(at: path)
      _ = try ReadModels.rebuild(for: ledger)
      try Data(repeating: 0x55, count: 20_000)
        .write(to: URL(filePath: path + "/models/sessions/\(v)-1/data.mdb"))
      let error = #expect(throws: ProjectionError.self) { try ReadModels.open(for: ledger) }
      #expect(error?.description.contains("rebuild") == true)
      let rebuilt = try ReadModels.rebuild(for: ledger)
      #expect(rebuilt.allSatisfy { $0.isSame == ($0.model.name == "stations" ? true : nil) })
      let models = try ReadModels.open(for: ledger)
      #expect(try models.sessionCount() == 0)
    }
  }

  @Test(
    "models of a log that another one has replaced are built anew", arguments: [1, 2, 3, 9])
  func replacedLog(visits: Int) throws {
    func load(_ visits: Range<Int>, into ledger: Ledger, _ directory: String) throws {
      let frames = visits.flatMap { hour in
        Visit(
          transaction: hour, start: instant("2026-03-02T00:00:00Z").after(hours: hour), minutes: 30
        ).frames
      }
      let path = directory + "/trace.jsonl"
      try Data(trace(of: frames)).write(to: URL(filePath: path))
      _ = try Importer(ledger).run(path: path)
    }
    try withTemporaryDirectory { directory in
      let (path, other) = (directory + "/ledger", directory + "/other")
      do {
        let ledger = try Ledger.create(at: path)
        try load(1..<3, into: ledger, directory)
        _ = try ReadModels.open(for: ledger)
        let replacement = try Ledger.create(at: other)
        try load(100..<100 + visits, into: replacement, directory)
      }
      try FileManager.default.removeItem(atPath: path + "/log")
      try FileManager.default.moveItem(atPath: other + "/log", toPath: path + "/log")
      let ledger = try Ledger.open(at: path)
      let comparisons = try ReadModels.verify(for: ledger)
      #expect(comparisons.map(\.isSame) == [true, true, true, true])
      #expect(comparisons.map(\.model.rows) == [visits, visits, visits, 1])
    }
  }
}
