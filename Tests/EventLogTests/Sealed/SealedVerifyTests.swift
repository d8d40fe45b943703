import Bytes
import Foundation
import LMDB
import TestSupport
import Testing

@testable import EventLog

@Suite("The check of a ledger with sealed events") struct SealedVerifyTests {
  private let segment = "segments/00000000000000000001"

  @Test("finds nothing in a sound one, with one segment or several")
  func sound() throws {
    try withSealedLedger { path in
      let found = try Ledger.verifyLog(at: path)
      #expect(found.isSound && found.events == 9000 && found.leftOvers.isEmpty, "\(found)")
    }
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      try Self.fill(path, 20_000) { try $0.seal(.small) }
      var reached: [UInt64] = []
      let found = try Ledger.verifyLog(at: path) { done, _ in reached.append(done) }
      #expect(found.isSound && found.events == 20_000, "\(found)")
      #expect(reached == reached.sorted() && reached.count == 4)
    }
  }

  /// Makes a ledger in the directory `path`, and closes it.
  private static func fill(
    _ path: String, _ count: Int, _ body: (Ledger) throws -> Void
  ) throws {
    let clock = TestClock()
    let ledger = try Ledger.create(at: path, options: clock.options)
    try ledger.fill(count, seed: 1, clock: clock)
    try body(ledger)
  }

  @Test("names the whole block of a changed byte, and no other", arguments: [9, 700, 7000])
  func damagedBlock(offset: Int) throws {
    try withSealedLedger { path in
      let blocks = try storedBlocks(path)
      try replace(blocks[2].block, in: path) { $0[$0.startIndex + offset] ^= 0x40 }
      let found = try Ledger.verifyLog(at: path)
      #expect(found.damagedPositions.ranges == [blocks[1].key + 1...blocks[2].key])
      #expect(found.firstDamage == .sealedBlock(through: blocks[2].key))
      #expect(found.damagedTables == [] && found.pages.isSound && found.events == 9000)
    }
  }

  @Test("finds a block that gives other records than were sealed, although its bytes are sound")
  func otherRecords() throws {
    try withSealedLedger { path in
      let (key, block) = try storedBlocks(path)[0]
      var forged = block
      try forged.withUnsafeMutableBytes { bytes in
        var header = try EventBlock(UnsafeRawBufferPointer(bytes), key: key)
        header.recordsChecksum ^= 1
        header.writeHeader(into: bytes)
      }
      try replace(block, in: path) { $0 = forged }
      // The control: a reader believes it.
      try #expect(Ledger.open(at: path).bodies().count == 9000)
      let found = try Ledger.verifyLog(at: path)
      #expect(found.damagedPositions.ranges == [1...key])
    }
  }

  @Test("finds a damaged page in a segment, which is read without liblmdb")
  func damagedPages() throws {
    try withSealedLedger { path in
      let file = URL(filePath: "\(path)/\(segment)/data.mdb")
      let sound = try Data(contentsOf: file)
      var bytes = sound
      // All pages but the metas.
      bytes.replaceSubrange(8192..., with: Data(repeating: 0xFF, count: bytes.count - 8192))
      try bytes.write(to: file)
      var found = try Ledger.verifyLog(at: path)
      #expect(found.damagedPositions.ranges == [1...4096] && found.events == 9000)
      #expect(found.damagedSegments.map(\.name) == [segment])
      let tables = found.damagedTables.map(\.table).sorted()
      #expect(tables == ["\(segment)/blocks", "\(segment)/info"])

      for count in [0, 100, 8192, sound.count / 2 & ~4095] {
        try sound.prefix(count).write(to: file)
        found = try Ledger.verifyLog(at: path)
        #expect(!found.isSound && found.damagedSegments.count == 1, "\(count) bytes")
      }
    }
  }

  @Test("finds what a segment says wrongly of itself")
  func info() throws {
    func verify(_ change: (inout SegmentInfo) -> Void) throws -> LogVerification {
      try withTemporaryDirectory { directory in
        let path = directory + "/ledger"
        try Self.fill(path, 9000) { try $0.seal(.all) }
        let info = try #require(try Segment(at: "\(path)/\(segment)")).info
        var changed = info
        change(&changed)
        try replace(Data(info.encoded), in: path) { $0 = Data(changed.encoded) }
        return try Ledger.verifyLog(at: path)
      }
    }
    func flaw(_ change: (inout SegmentInfo) -> Void) throws -> TableFlaw? {
      let found = try verify(change)
      #expect(found.damagedPositions.isEmpty && found.damagedTables.count <= 1)
      #expect(found.damagedTables.allSatisfy { $0.table == "\(segment)/info" })
      return found.damagedTables.first?.flaw
    }
    try #expect(flaw { _ in } == nil)
    try #expect(flaw { $0.ledger = String($0.ledger.reversed()) } == .ofAnotherLedger)
    try #expect(flaw { $0.last += 4096 } == .notAsEvents)
    try #expect(flaw { $0.last -= 1 } == .notAsEvents)
    try #expect(flaw { $0.first += 1 } == .notAsEvents)
    try #expect(flaw { $0.blocks -= 1 } == .notAsEvents)
    try #expect(flaw { $0.dictionaryChecksum ^= 1 } == .wrongChecksum)
    let other = SHA256Hasher.digest(of: UnsafeRawBufferPointer(start: nil, count: 0))
    try #expect(flaw { $0.treeRoot = other } == .notAsEvents)
  }

  @Test("names the positions of a segment that is gone")
  func missingSegment() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      try Self.fill(path, 20_000) { try $0.seal(.small) }
      try FileManager.default.removeItem(atPath: path + "/segments/00000000000000004097")
      let found = try Ledger.verifyLog(at: path)
      #expect(found.damagedPositions.ranges == [4097...8192])
      #expect(found.firstDamage == .sealedSegment)
      #expect(found.damagedTables.isEmpty && found.damagedSegments.isEmpty)
      #expect(found.events == 20_000)
    }
  }

  @Test(
    "tells what a sealer left from damage, at whatever step it was stopped",
    arguments: SealStep.allCases)
  func leftOvers(step: SealStep) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      try Self.fill(path, 12_288) { ledger in
        #expect(throws: Stopped.self) { try ledger.seal(.small, stoppingAfter: step) }
      }
      let found = try Ledger.verifyLog(at: path)
      #expect(found.isSound && found.events == 12_288, "\(found)")
      let expected: [SealStep: [String]] = [
        .built: [], .published: [segment], .switched: ["events from position 1 to 4096"],
        .cut: ["events from position 1025 to 4096"],
      ]
      #expect(found.leftOvers == expected[step])
    }
  }

  @Test("compares rows of the log that are sealed already with the sealed events")
  func otherLeftOvers() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      try Self.fill(path, 12_288) { ledger in
        #expect(throws: Stopped.self) { try ledger.seal(.small, stoppingAfter: .switched) }
        // A sound record, and another one.
        try ledger.changeLog { transaction in
          let record = try ledger.read { snapshot in
            let envelope = try #require(try snapshot.envelope(at: 4000))
            var record = [UInt8](repeating: 0, count: Record.headerBytes)
            record.withUnsafeMutableBytes {
              Record.write(envelope, body: UnsafeRawBufferPointer(start: nil, count: 0), into: $0)
            }
            return record
          }
          try withUnsafeBytes(of: UInt64(4000).bigEndian) { key in
            try record.withUnsafeBytes { try transaction.put(key, $0, in: ledger.tables.events) }
          }
        }
      }
      let found = try Ledger.verifyLog(at: path)
      #expect(found.damagedTables == [TableDamage(table: "events", flaw: .notAsSealed)])
      #expect(found.damagedPositions.isEmpty)
    }
  }

  @Test("of a segment by itself needs nothing but ledger.json")
  func alone() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      try Self.fill(path, 20_000) { try $0.seal(.small) }
      let file = Array(try Data(contentsOf: URL(filePath: path + "/ledger.json")))
      let data = try Data(
        contentsOf: URL(filePath: path + "/segments/00000000000000004097/data.mdb"))
      try data.withUnsafeBytes { bytes in
        let sound = try Ledger.verifySegment(file: file, database: bytes, positions: 4097...8192)
        #expect(sound.isSound && sound.events == 8192, "\(sound)")
        let other = try Ledger.verifySegment(file: file, database: bytes, positions: 1...4096)
        #expect(other.damagedPositions.ranges == [1...4096])
      }
    }
  }
}
