import Foundation
import LMDB
import TestSupport
import Testing

@testable import EventLog

/// What the system and the disk can do to the files of segments.
@Suite("The files of sealed segments") struct SealedFilesTests {
  private let segment = "segments/00000000000000000001"

  @Test(
    "One that was cut by less than a megabyte is refused before a page is read that is not there")
  func cutByAPage() throws {
    try withSealedLedger { path in
      let file = "\(path)/\(segment)/data.mdb"
      let size = try fileSize(file)
      #expect(truncate(file, off_t(size - 4096)) == 0)
      try #expect(!Ledger.verifyLog(at: path).isSound)
      let ledger = try Ledger.open(at: path)
      #expect {
        try ledger.bodies()
      } throws: {
        ($0 as? LMDBError)?.code == .truncated
      }
      try #expect(ledger.bodies(from: 4097).count == 9000 - 4096)
    }
  }

  @Test("They have the size of their pages, so that their size tells whether they were cut")
  func wholeFiles() throws {
    try withSealedLedger { path in
      let directory = "\(path)/\(segment)"
      let environment = try Environment(
        path: directory, options: .init(access: .immutable, mapBytes: 4096))
      try #expect(fileSize(directory + "/data.mdb") == environment.info.fileBytes)
    }
  }

  @Test("A check does not take for damage that the system refuses to open a segment")
  func refusedSegment() throws {
    try withSealedLedger { path in
      let file = "\(path)/\(segment)/data.mdb"
      try FileManager.default.removeItem(atPath: file)
      // A file that is not there is damage.
      try #expect(Ledger.verifyLog(at: path).damagedPositions.ranges == [1...4096])
      try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file)
      let expected = LedgerError.system(operation: "read", path: file, errno: ELOOP)
      #expect(ledgerError { _ = try Ledger.verifyLog(at: path) } == expected)
    }
  }

  @Test("Nor that it refuses to list them")
  func refusedDirectory() throws {
    try withSealedLedger { path in
      let segments = path + "/segments"
      try FileManager.default.removeItem(atPath: segments)
      try #expect(Ledger.verifyLog(at: path).damagedPositions.ranges == [1...4096])
      try FileManager.default.createSymbolicLink(atPath: segments, withDestinationPath: segments)
      let expected = LedgerError.system(
        operation: "read the directory", path: segments, errno: ELOOP)
      #expect(ledgerError { _ = try Ledger.verifyLog(at: path) } == expected)
    }
  }

  @Test("A lock that the system cannot give is not taken for one that another sealer has")
  func refusedLock() throws {
    let expected = LedgerError.system(operation: "lock", path: "somewhere", errno: EBADF)
    #expect(ledgerError { _ = try FileSystem.lock(-1, "somewhere") } == expected)
    try withTemporaryDirectory { directory in
      let one = try FileSystem.open(directory, O_RDONLY, "open")
      let other = try FileSystem.open(directory, O_RDONLY, "open")
      defer { for descriptor in [one, other] { close(descriptor) } }
      try #expect(FileSystem.lock(one, directory))
      try #expect(!FileSystem.lock(other, directory))
    }
  }

  @Test(
    "A program that knows nothing of segments finds sealed events missing, and does not skip them")
  func programWithoutSegments() throws {
    try withSealedLedger { path in
      // What such a program sees: it does not know the row.
      do {
        let log = try Environment(path: path + "/log")
        let meta = try log.openDatabase("meta")
        let row: StaticString = "sealed"
        try log.write { _ = try $0.delete(row.keyBytes, in: meta) }
      }
      let ledger = try Ledger.open(at: path)
      let expected = LedgerError.damaged(position: 1, reason: .missing)
      #expect(ledgerError { _ = try ledger.bodies() } == expected)
      #expect(ledgerError { _ = try ledger.bodies(from: 4096) } != nil)
      #expect(ledgerError { _ = try ledger.read { try $0.event(at: 7) } } != nil)
      try #expect(ledger.append(["goes on"]) == 9001)
    }
  }

  @Test("The memory of a reader does not grow with the number of large bodies it has come by")
  func largeBodies() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.append((0..<4).map { String(repeating: "\($0)", count: 2 << 20) })
      try ledger.fill(8192, seed: 1, clock: clock)
      try ledger.seal(.all)
      let reader = try SealedReader(ledger.segments)
      for position in [1, 2, 3, 4, 200, 1, 2] as [UInt64] {
        try reader.loadBodies(of: try reader.block(containing: position))
        #expect(reader.blocks.count(where: \.isLarge) <= 1)
      }
    }
  }

  @Test("A segment has no more events than a check can keep in mind")
  func mostEvents() {
    #expect(SealOptions(segmentEvents: .max).segmentEvents == SealOptions.maxSegmentEvents)
    #expect(SealOptions.maxSegmentEvents == 1 << 24)
  }

  private func fileSize(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }
}
