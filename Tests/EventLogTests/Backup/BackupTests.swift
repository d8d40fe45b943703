import EventLog
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct BackupTests {
  @Test("A restored ledger has the same records, names, stream heads, totals and tree")
  func roundTrip() throws {
    try BackupScene.with { scene in
      try scene.ledger.appendVariety()
      let report = try scene.ledger.backUp(to: scene.backup)

      #expect(report.added?.events == 4 && report.added?.resumed == 0)
      #expect(report.contents.ledgerUUID == scene.ledger.file.uuid)
      try #expect(Backup(at: scene.backup).check() == report.contents)
      let content = try LedgerContent(of: scene.ledger)
      try scene.restored { restored in
        try #expect(LedgerContent(of: restored) == content)
        #expect(restored.file.createdBy == scene.ledger.file.createdBy)
        // And it goes on as a ledger does.
        try #expect(restored.append(["next"], station: "never used") == 5)
        try #expect(restored.read { try $0.stationID(named: "never used") } == 3)
      }
    }
  }

  @Test("A restore of a few large events commits before it holds all of them in memory")
  func largeEvents() throws {
    try BackupScene.with { scene in
      for _ in 0..<5 { try scene.ledger.append(bodyBytes: 8 << 20) }
      try scene.ledger.backUp(to: scene.backup)
      var commits: [UInt64] = []
      try Backup(at: scene.backup).restore(to: scene.directory + "/restored") {
        if $0.phase == .restoring { commits.append($0.position) }
      }
      #expect(commits.prefix(2) == [2, 4])
    }
  }

  @Test("Bodies of no byte and of 16 MiB come back")
  func extremes() throws {
    try BackupScene.with { scene in
      for bytes in [0, 16 << 20, 1, (1 << 20) - 100, 0] {
        try scene.ledger.append(bodyBytes: bytes)
      }
      let report = try scene.ledger.backUp(to: scene.backup)
      #expect(report.contents.bytes < 20_000)
      let content = try LedgerContent(of: scene.ledger)
      try scene.restored { try #expect(LedgerContent(of: $0) == content) }
    }
  }

  @Test("An empty ledger has a backup, which others follow")
  func empty() throws {
    try BackupScene.with { scene in
      let first = try scene.ledger.backUp(to: scene.backup)
      #expect(first.added?.events == 0 && first.contents.logTime == nil)
      try #expect(scene.ledger.backUp(to: scene.backup).added == nil)
      try #expect(scene.files().count == 1)
      try scene.restored { restored in
        #expect(restored.file.uuid == scene.ledger.file.uuid)
        try #expect(restored.head() == 0)
      }
      try scene.ledger.append(["a"])
      try scene.ledger.backUp(to: scene.backup)
      let content = try LedgerContent(of: scene.ledger)
      try scene.restored { try #expect(LedgerContent(of: $0) == content) }
    }
  }

  @Test("Each run adds a part with what is new, and any prefix can be restored")
  func incremental() throws {
    try BackupScene.with { scene in
      for run in 1...4 as ClosedRange<UInt64> {
        try scene.ledger.append(["a", "b", "c"], station: "CP-\(run)", receivedAt: instant(0))
        try scene.ledger.append(["d"], station: "CP-1", receivedAt: instant(0))
        let added = try scene.ledger.backUp(to: scene.backup).added
        #expect(added?.first == (run - 1) * 4 + 1 && added?.events == 4)
      }
      let parts = try scene.files()
      #expect(parts.first == "00000000000000000001-00000000000000000004.wattledger-dump")
      #expect(parts.count == 4)
      try #expect(scene.ledger.backUp(to: scene.backup).added == nil)
      try #expect(scene.files() == parts)

      let whole = try LedgerContent(of: scene.ledger)
      for last in 1...16 as ClosedRange<UInt64> {
        try scene.restored(through: last) { restored in
          let content = try LedgerContent(of: restored)
          #expect(content.records == Array(whole.records.prefix(Int(last))))
          try #expect(content.tree == scene.ledger.read { try $0.treeHead(ofSize: last) })
        }
      }
      try scene.restored { try #expect(LedgerContent(of: $0) == whole) }
      #expect(
        backupError { try scene.restored(through: 17) { _ in } }
          == .endsBefore(position: 17, last: 16))
    }
  }

  @Test("A backup during appends holds the log as it was when it began, whole and in order")
  func underLoad() throws {
    try BackupScene.with { scene in
      let threads = Threads()
      let ledger = scene.ledger
      try ledger.append((0..<20_000).map { "frame \($0)" })
      let stop = Stop()
      for thread in 0..<3 {
        threads.start(thread) { () throws(AppendError) in
          var position: UInt64 = 0
          do {
            while !stop.isSet {
              position = try ledger.append(["x", "y"], station: "CP-\(thread)")
            }
          } catch {
            throw AppendError.stopped
          }
          return position
        }
      }
      for _ in 0..<4 {
        try ledger.backUp(to: scene.backup)
        // However the threads are scheduled, there is something new.
        try ledger.append(["between"])
      }
      stop.set()
      let last = try Backup(at: scene.backup).last
      for outcome in threads.join().values { _ = try outcome.get() }

      try #expect(scene.files().count == 4)
      let whole = try LedgerContent(of: ledger)
      #expect(last > 20_000 && last < whole.records.count)
      try scene.restored { restored in
        let content = try LedgerContent(of: restored)
        #expect(content.records == Array(whole.records.prefix(Int(last))))
        try #expect(content.tree == ledger.read { try $0.treeHead(ofSize: last) })
      }
    }
  }

  @Test("Event ids are known after a restore, and an append that is repeated adds nothing")
  func eventIDs() throws {
    try BackupScene.with(TestClock().options(eventIDWindow: 4)) { scene in
      let writer = try LogWriter(scene.ledger)
      for id in 1...3 as ClosedRange<UInt64> { try writer.append("a\(id)", id: id) }
      try scene.ledger.backUp(to: scene.backup)
      // 1 is forgotten, used anew, and forgotten before the next backup; then it is used again.
      for id in [4, 5, 1, 6, 7, 8, 9, 1] as [UInt64] { try writer.append("b\(id)", id: id) }
      try scene.ledger.backUp(to: scene.backup)
      try writer.append("c", id: 10)
      try scene.ledger.backUp(to: scene.backup)

      try scene.restored { restored in
        let again = try LogWriter(restored)
        for (id, position) in [8: 9, 9: 10, 1: 11, 10: 12] as [UInt64: UInt64] {
          try #expect(again.append("again", id: id) == position, "\(id)")
        }
        try #expect(restored.head() == 12)
        try #expect(again.append("new", id: 5) == 13)
      }
    }
  }

  @Test("Only the owner may read a backup")
  func modes() throws {
    try BackupScene.with { scene in
      try scene.ledger.append(["a"])
      try scene.ledger.backUp(to: scene.backup)
      let part = scene.backup + "/" + (try scene.files()[0])
      for (path, mode) in [(scene.backup, 0o700), (part, 0o600)] {
        var status = stat()
        #expect(stat(path, &status) == 0 && Int(status.st_mode) & 0o777 == mode, "\(path)")
      }
    }
  }

  @Test("A damaged record stops a backup at its position, and leaves nothing that counts")
  func damagedLedger() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      func write() throws {
        let ledger = try Ledger.create(at: path, options: TestClock().options)
        try ledger.append(["first", "second body"])
      }
      try write()
      let file = URL(filePath: path + "/log/data.mdb")
      var bytes = try Data(contentsOf: file)
      let body = try #require(bytes.range(of: Data("second body".utf8)))
      bytes[body.lowerBound] ^= 1
      try bytes.write(to: file)
      let ledger = try Ledger.open(at: path)

      let error = ledgerError { _ = try ledger.backUp(to: directory + "/backup") }

      #expect(error == .damaged(position: 2, reason: .wrongChecksum))
      #expect(
        backupError { _ = try Backup(at: directory + "/backup") }
          == .notABackup(path: directory + "/backup"))
    }
  }
}

/// Tells threads to end.
private final class Stop: Sendable {
  private let flag = Atomic(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  func set() { flag.store(true, ordering: .relaxed) }
}
