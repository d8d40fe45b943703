import EventLog
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
}
