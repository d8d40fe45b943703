import Foundation
import LMDB
import Quantities
import Synchronization
import TestSupport
import Testing

@testable import EventLog

@Suite struct SealingTests {
  @Test("What is sealed ends at a multiple of 4,096 events, and as many stay at the end of the log")
  func extent() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try #expect(ledger.seal(.all).sealedEvents == 0)
      try ledger.fill(8191, seed: 1, clock: clock)
      try #expect(ledger.seal(.all).sealedEvents == 0)
      try ledger.fill(1, seed: 2, clock: clock)
      try #expect(ledger.seal().sealedEvents == 0)
      let report = try ledger.seal(.all)
      #expect(report.sealedEvents == 4096 && report.after.sealedEvents == 4096)
      let again = try ledger.seal(.all)
      #expect(again.sealedEvents == 0 && again.after.sealedEvents == 4096 && again.segments == 1)
    }
  }

  @Test("Events recorded at or after a time are not sealed")
  func recordedBefore() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(20_000, seed: 3, clock: clock)
      // A thousand share each recorded-at: those before 9000 are the first 9,000.
      let options = SealOptions(keepHotEvents: 0, recordedBefore: instant(9000))
      try #expect(ledger.seal(options).sealedEvents == 8192)
    }
  }

  @Test("Events are appended between all steps, and none is lost")
  func appending() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(16_384, seed: 4, clock: clock)
      var appended: [String] = []
      var steps: Set<SealStep> = []
      try ledger.sealInSteps(.small) { step in
        steps.insert(step)
        appended.append("\(step) \(appended.count)")
        try ledger.append([appended.last ?? ""], station: "CP-1")
      }
      #expect(steps == Set(SealStep.allCases))
      try #expect(ledger.bodies(from: 16_385) == appended)
      try #expect(ledger.read { $0.sealedThrough } == 12_288)
    }
  }

  @Test("While one thread seals, another one appends and reads what it has appended")
  func concurrently() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(16_384, seed: 5, clock: clock)
      let isSealed = Atomic(false)
      let failures = Mutex<[String]>([])
      let sealing = Thread {
        do { try ledger.seal(.small) } catch { failures.withLock { $0.append("\(error)") } }
        isSealed.store(true, ordering: .releasing)
      }
      sealing.start()
      var count = 0
      var random = SplitMix64(seed: 5)
      repeat {
        count += 1
        let position = try ledger.append(["body \(count)"])
        try #expect(ledger.bodies(from: position) == ["body \(count)"])
        let old = UInt64.random(in: 1...16_384, using: &random)
        try ledger.read { try #expect($0.event(at: old)?.envelope.position == old) }
      } while !isSealed.load(ordering: .acquiring)
      #expect(failures.withLock { $0 } == [])
      try #expect(ledger.head() == 16_384 + UInt64(count))
      try #expect(ledger.read { $0.sealedThrough } == 12_288)
    }
  }

  @Test("Only one seals at a time")
  func twoSealers() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(8192, seed: 6, clock: clock)
      var refused: [LedgerError?] = []
      try ledger.sealInSteps(.all) { _ in
        refused.append(ledgerError { try ledger.seal(.all) })
      }
      #expect(refused.count >= 4)
      #expect(Set(refused) == [.alreadySealing(path: ledger.path + "/segments")])
      #expect(throws: Never.self) { try ledger.seal(.all) }
    }
  }

  @Test("A directory of segments that cannot be listed is an error of the system, not an empty one")
  func unreadableDirectory() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(8192, seed: 8, clock: clock)
      try ledger.seal(.all)
      let segments = ledger.path + "/segments"
      try FileManager.default.moveItem(atPath: segments, toPath: segments + ".away")
      try Data().write(to: URL(filePath: segments))
      let expected = LedgerError.system(
        operation: "read the directory", path: segments, errno: ENOTDIR)
      #expect(ledgerError { _ = try ledger.statistics() } == expected)
      try FileManager.default.removeItem(atPath: segments)
      try FileManager.default.moveItem(atPath: segments + ".away", toPath: segments)
      try #expect(ledger.statistics().sealedEvents == 4096)
    }
  }

  @Test("A damaged event stops sealing before anything is changed")
  func damagedEvent() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let clock = TestClock()
      do {
        let ledger = try Ledger.create(at: path, options: clock.options)
        try ledger.append(["the one to be damaged"])
        try ledger.fill(9000, seed: 7, clock: clock)
      }
      let file = URL(filePath: path + "/log/data.mdb")
      var bytes = try Data(contentsOf: file)
      // The append that followed has copied the page: every copy is damaged.
      while let body = bytes.range(of: Data("the one to be".utf8)) { bytes[body.lowerBound] = 0 }
      try bytes.write(to: file)
      let ledger = try Ledger.open(at: path, options: clock.options)
      let error = ledgerError { try ledger.seal(.all) }
      #expect(error == .damaged(position: 1, reason: .wrongChecksum))
      try #expect(ledger.read { $0.sealedThrough } == 0)
      try #expect(segmentNames(path) == ["lock"])
      try #expect(ledger.bodies(from: 2, through: 2).count == 1)
    }
  }
}

@Suite struct InterruptedSealingTests {
  @Test(
    "Whatever step a sealer was killed after, the log is whole, and the next one finishes",
    arguments: SealStep.allCases)
  func killed(step: SealStep) async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let path = directory + "/ledger"
    let clock = TestClock()
    let before = try Self.fill(path, clock)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, step = step.rawValue as Int] in
      let ledger = try Ledger.open(at: path)
      try ledger.sealInSteps(.small) { reached in
        if reached.rawValue == step { kill(getpid(), SIGKILL) }
      }
    }
    let ledger = try Ledger.open(at: path, options: clock.options)
    try #expect(ledger.answers() == before)
    let isSwitched = step == .switched || step == .cut
    try #expect(ledger.read { $0.sealedThrough } == (isSwitched ? 4096 : 0))

    let report = try ledger.seal(.small)
    #expect(report.after.sealedEvents == 8192 && report.segments == 2)
    try #expect(
      segmentNames(path) == ["00000000000000000001", "00000000000000004097", "lock"])
    try #expect(ledger.answers() == before)
    // The rows that segments have are gone.
    #expect(report.after.bytes - report.after.sealedBytes < report.before.bytes * 3 / 4)
  }

  private static func fill(_ path: String, _ clock: TestClock) throws -> Answers {
    let ledger = try Ledger.create(at: path, options: clock.options)
    try ledger.fill(12_288, seed: 1, clock: clock)
    return try ledger.answers()
  }

  @Test("A segment that was compared and could not be put to use is not kept open")
  func failedSwitch() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(12_288, seed: 3, clock: clock)
      let failure = LMDBError(code: .diskFull, operation: "commit", path: "here")
      let error = ledgerError {
        try ledger.sealInSteps(.all) {
          if $0 == .published { ledger.failure.withLock { $0 = failure } }
        }
      }
      #expect(error == .failed(previous: failure))
      // The next sealer, of another process perhaps, puts another one there.
      #expect(openFiles(below: ledger.path + "/segments").isEmpty)
      ledger.failure.withLock { $0 = nil }
      try #expect(ledger.seal(.small).segments == 2)
      // The control: one that is read is open.
      try #expect(ledger.bodies(through: 1).count == 1)
      #expect(!openFiles(below: ledger.path + "/segments").isEmpty)
    }
  }

  private func openFiles(below directory: String) -> [String] {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
    }.filter { $0.hasPrefix(directory.replacing("//", with: "/") + "/") }
  }

  @Test("The same in a process that goes on", arguments: SealStep.allCases)
  func stopped(step: SealStep) throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(12_288, seed: 2, clock: clock)
      let before = try ledger.answers()
      #expect(throws: Stopped.self) { try ledger.seal(.small, stoppingAfter: step) }
      try #expect(ledger.answers() == before)
      try ledger.append(["between"])
      let between = try ledger.answers()
      try #expect(ledger.seal(.all).after.sealedEvents == 8192)
      try #expect(ledger.answers() == between)
    }
  }
}

@Suite struct SealedDamageTests {
  @Test(
    "A changed byte in a block is reported with the positions that are lost, and only those are",
    arguments: [9, 700, 7000])
  func damagedBlock(offset: Int) throws {
    try withSealedLedger { path in
      let blocks = try storedBlocks(path)
      let (before, damaged) = (blocks[1].key, blocks[2])
      try replace(damaged.block, in: path) { $0[$0.startIndex + offset] ^= 0x40 }
      let ledger = try Ledger.open(at: path)
      let expected = LedgerError.damaged(
        position: before + 1, reason: .sealedBlock(through: damaged.key))
      #expect(ledgerError { _ = try ledger.bodies() } == expected)
      #expect(ledgerError { try ledger.scanEnvelopes { _ in true } } == expected)
      #expect(ledgerError { _ = try ledger.read { try $0.event(at: damaged.key) } } == expected)
      try #expect(ledger.bodies(through: before).count == Int(before))
      try #expect(ledger.bodies(from: damaged.key + 1).count == 9000 - Int(damaged.key))
    }
  }

  @Test("A segment that is gone, or another ledger's, is reported")
  func missingSegment() throws {
    try withSealedLedger { path in
      let segment = path + "/segments/00000000000000000001"
      let expected = LedgerError.damaged(position: 1, reason: .sealedSegment)
      try FileManager.default.moveItem(atPath: segment, toPath: path + "/taken-out")
      do {
        let ledger = try Ledger.open(at: path)
        #expect(ledgerError { _ = try ledger.bodies() } == expected)
        try #expect(ledger.bodies(from: 4097).count == 9000 - 4096)
      }
      try withSealedLedger { other in
        try FileManager.default.copyItem(
          atPath: other + "/segments/00000000000000000001", toPath: segment)
        let ledger = try Ledger.open(at: path)
        #expect(ledgerError { _ = try ledger.bodies() } == expected)
      }
    }
  }

  @Test("A row that says how far events are sealed is believed only with its checksum")
  func damagedRow() throws {
    try withSealedLedger { path in
      let file = URL(filePath: path + "/log/data.mdb")
      var bytes = try Data(contentsOf: file)
      var sealed = Data("sealed".utf8)
      withUnsafeBytes(of: UInt64(4096).littleEndian) { sealed.append(contentsOf: $0) }
      var found = 0
      var from = bytes.startIndex
      while let row = bytes.range(of: sealed, in: from..<bytes.endIndex) {
        bytes[row.upperBound - 7] ^= 1
        from = row.upperBound
        found += 1
      }
      #expect(found > 0)
      try bytes.write(to: file)
      let ledger = try Ledger.open(at: path)
      #expect(ledgerError { _ = try ledger.head() } == .damagedTable(name: "meta"))
    }
  }
}
