import EventLog
import Formats
import Foundation
import Projections
import TestSupport
import Testing

@Suite("A directory of read models that is not as we left it")
struct ModelDirectoryDamageTests {
  @Test(
    "a serving.json that names another place is not followed, and nothing else is removed",
    arguments: ["", "..", "../log", "/tmp", "generation-1/", "generation--1", "generation-01"])
  func strangeName(name: String) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let ledger = try Ledger.create(at: path)
      try FileManager.default.createDirectory(
        atPath: path + "/models/kept", withIntermediateDirectories: true)
      // A layout of another release makes the next opening replace what serves.
      try Data(#"{"generation":"\#(name)","layout":0,"versions":{}}"#.utf8)
        .write(to: URL(filePath: path + "/models/serving.json"))
      let models = try ReadModels.open(for: ledger)
      #expect(try models.sessionCount() == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: path + "/models").sorted()
      #expect(names == ["generation-1", "kept", "lock", "serving.json"])
      #expect(FileManager.default.fileExists(atPath: path + "/log/data.mdb"))
    }
  }

  @Test("a generation that a killed build left behind is removed")
  func orphan() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let ledger = try Ledger.create(at: path)
      for name in ["generation-7", "building-generation-8"] {
        try FileManager.default.createDirectory(
          atPath: path + "/models/" + name, withIntermediateDirectories: true)
      }
      _ = try ReadModels.rebuild(for: ledger)
      let names = try FileManager.default.contentsOfDirectory(atPath: path + "/models").sorted()
      #expect(names == ["generation-1", "lock", "serving.json"])
    }
  }

  @Test("a damaged generation says that rebuild helps, and it does")
  func damagedGeneration() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let ledger = try Ledger.create(at: path)
      _ = try ReadModels.rebuild(for: ledger)
      try Data(repeating: 0x55, count: 20_000)
        .write(to: URL(filePath: path + "/models/generation-1/data.mdb"))
      let error = #expect(throws: ProjectionError.self) { try ReadModels.open(for: ledger) }
      #expect(error?.description.contains("rebuild") == true)
      let rebuilt = try ReadModels.rebuild(for: ledger)
      #expect(rebuilt.allSatisfy { $0.isSame == nil })
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
      #expect(comparisons.allSatisfy { $0.isSame == true && $0.model.rows == visits })
    }
  }
}
