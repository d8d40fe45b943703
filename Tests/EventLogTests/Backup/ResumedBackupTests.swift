import EventLog
import Foundation
import TestSupport
import Testing

/// A ledger whose backup has several frames of records in a few hundred bytes.
private func withSeveralFrames(_ body: (BackupScene, _ part: String) throws -> Void) throws {
  try BackupScene.with { scene in
    for station in ["CP-1", "CP-2", "CP-1"] {
      try scene.ledger.append([String(repeating: "a", count: 600_000)], station: station)
    }
    try LogWriter(scene.ledger).append("named", id: 1)
    try scene.ledger.backUp(to: scene.backup)
    try body(scene, scene.backup + "/" + (try scene.files()[0]))
  }
}

@Suite struct ResumedBackupTests {
  @Test("A run that stopped after any number of bytes is gone on with, to the same file")
  func everyLength() throws {
    try withSeveralFrames { scene, part in
      let whole = try contents(of: part)
      let partial = scene.backup + "/00000000000000000001.wattledger-dump.partial"
      var resumed: Set<UInt64> = []
      for length in 0...whole.count {
        try FileManager.default.removeItem(atPath: part)
        try whole.prefix(length).write(to: URL(filePath: partial))
        let added = try scene.ledger.backUp(to: scene.backup).added
        resumed.insert(try #require(added).resumed)
        try #expect(contents(of: part) == whole, "cut after \(length) bytes")
        try #expect(scene.files().count == 1)
      }
      // Each whole frame of records was kept.
      #expect(resumed == [0, 1, 2, 4])
    }
  }

  @Test("What a stopped run left is gone on with up to the head of now")
  func grown() throws {
    try withSeveralFrames { scene, part in
      try FileManager.default.moveItem(
        atPath: part, toPath: scene.backup + "/00000000000000000001.wattledger-dump.partial")
      try scene.ledger.append(["more"], station: "CP-3")
      let added = try scene.ledger.backUp(to: scene.backup).added
      #expect(added?.resumed == 4 && added?.events == 5)
      let content = try LedgerContent(of: scene.ledger)
      try scene.restored { try #expect(LedgerContent(of: $0) == content) }
    }
  }

  @Test("A flipped byte in what a stopped run left costs only the frames from there on")
  func damagedRemains() throws {
    try withSeveralFrames { scene, part in
      let whole = try contents(of: part)
      let partial = scene.backup + "/00000000000000000001.wattledger-dump.partial"
      for offset in stride(from: 0, to: whole.count, by: 7) {
        try FileManager.default.removeItem(atPath: part)
        var damaged = whole
        damaged[offset] ^= 0x10
        try damaged.write(to: URL(filePath: partial))
        try scene.ledger.backUp(to: scene.backup)
        try #expect(contents(of: part) == whole, "byte \(offset)")
      }
    }
  }

  @Test("What is left of another ledger's run is not used")
  func foreignRemains() throws {
    try withSeveralFrames { scene, part in
      let foreign = try contents(of: part)
      try BackupScene.with { other in
        try other.ledger.append(["other"])
        try FileManager.default.createDirectory(
          atPath: other.backup, withIntermediateDirectories: false)
        try foreign.write(
          to: URL(filePath: other.backup + "/00000000000000000001.wattledger-dump.partial"))
        try #expect(other.ledger.backUp(to: other.backup).added?.resumed == 0)
        try #expect(Backup(at: other.backup).check().events == 1)
        try #expect(other.files().count == 1)
      }
    }
  }
}
