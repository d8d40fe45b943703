import EventLog
import Foundation
import TestSupport
import Testing

@Suite struct BackupRefusalTests {
  @Test("A ledger that was restored from an older backup does not go into the newer one")
  func olderBackup() throws {
    try withTemporaryDirectory { directory in
      let backup = directory + "/backup"
      func write() throws {
        let ledger = try Ledger.create(at: directory + "/ledger", options: TestClock().options)
        try ledger.append(["a", "b", "c"])
        try ledger.backUp(to: backup)
      }
      try write()
      let name = "/00000000000000000001-00000000000000000003.wattledger-dump"
      let part = try contents(of: backup + name)
      try BackupScene.replacing(in: directory, through: 2) { scene in
        // Behind it first, then beyond it with other events.
        #expect(
          backupError { _ = try scene.ledger.backUp(to: backup) }
            == .ahead(path: backup, last: 3, head: 2))
        try scene.ledger.append(["other", "events"])
        #expect(
          backupError { _ = try scene.ledger.backUp(to: backup) }
            == .contradicts(path: backup, last: 3))
        try #expect(scene.files().count == 1 && contents(of: backup + name) == part)
        try #expect(Backup(at: backup).check().events == 3)
        // It has a backup of its own, which takes nothing from what the first ledger left.
        let own = directory + "/own"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
        try part.write(to: URL(filePath: own + "/00000000000000000001.wattledger-dump.partial"))
        try #expect(scene.ledger.backUp(to: own).added?.resumed == 0)
        try #expect(Backup(at: own).check().events == 4)
      }
    }
  }

  @Test("A restored ledger that has not gone on elsewhere goes on in the same backup")
  func continued() throws {
    try withTemporaryDirectory { directory in
      func write() throws {
        let ledger = try Ledger.create(at: directory + "/ledger", options: TestClock().options)
        try ledger.append(["a", "b", "c"])
        try ledger.backUp(to: directory + "/backup")
      }
      try write()
      try BackupScene.replacing(in: directory, through: 3) { scene in
        try scene.ledger.append(["d"])
        try #expect(scene.ledger.backUp(to: scene.backup).added?.events == 1)
        try #expect(Backup(at: scene.backup).check().events == 4)
      }
    }
  }

  @Test("It goes on also when ids were forgotten: those that are left keep their numbers")
  func continuedWithManyIDs() throws {
    try withTemporaryDirectory { directory in
      func write() throws {
        let ledger = try Ledger.create(
          at: directory + "/ledger", options: TestClock().options(eventIDWindow: 4))
        let writer = try LogWriter(ledger)
        for id in 1...10 as ClosedRange<UInt64> { try writer.append("a", id: id) }
        try ledger.backUp(to: directory + "/backup")
      }
      try write()
      try BackupScene.replacing(in: directory, through: 10) { scene in
        let writer = try LogWriter(scene.ledger)
        try writer.append("b", id: 11)
        try scene.ledger.backUp(to: scene.backup)
        try #expect(Backup(at: scene.backup).check().events == 11)
        try scene.restored { restored in
          let again = try LogWriter(restored)
          for id in 8...11 as ClosedRange<UInt64> { try #expect(again.append("c", id: id) == id) }
          try #expect(again.append("c", id: 7) == 12)
        }
      }
    }
  }

  @Test("The backup of another ledger is left alone")
  func otherLedger() throws {
    try BackupScene.with { first in
      try first.ledger.append(["a"])
      try first.ledger.backUp(to: first.backup)
      try BackupScene.with { second in
        try second.ledger.append(["a", "b"])
        #expect(
          backupError { _ = try second.ledger.backUp(to: first.backup) }
            == .otherLedger(path: first.backup, uuid: first.ledger.file.uuid))
      }
    }
  }

  @Test("A directory inside the ledger is refused, whatever leads there")
  func inside() throws {
    try BackupScene.with { scene in
      let link = scene.directory + "/link"
      symlink(scene.ledger.path + "/models", link)
      for path in [
        scene.ledger.path, scene.ledger.path + "/backup", scene.ledger.path + "/models", link,
        link + "/new", scene.directory + "/ledger/../ledger/log",
      ] {
        #expect(
          backupError { _ = try scene.ledger.backUp(to: path) } == .insideLedger(path: path))
      }
    }
  }

  @Test("A directory with other things in it does not become a backup; an empty one does")
  func otherThings() throws {
    try BackupScene.with { scene in
      let manager = FileManager.default
      try manager.createDirectory(atPath: scene.backup, withIntermediateDirectories: false)
      try Data().write(to: URL(filePath: scene.backup + "/letter.txt"))
      #expect(
        backupError { _ = try scene.ledger.backUp(to: scene.backup) }
          == .holdsOtherFiles(path: scene.backup, name: "letter.txt"))
      #expect(
        backupError { _ = try Backup(at: scene.backup) } == .notABackup(path: scene.backup))
      try manager.removeItem(atPath: scene.backup + "/letter.txt")
      try #expect(scene.ledger.backUp(to: scene.backup).added != nil)
      // Notes beside a backup are fine.
      try Data().write(to: URL(filePath: scene.backup + "/README"))
      try #expect(scene.ledger.backUp(to: scene.backup).added == nil)
    }
  }

  @Test("One at a time writes to a backup, and others may read it")
  func busy() throws {
    try BackupScene.with { scene in
      try scene.ledger.append(["a"])
      try scene.ledger.backUp(to: scene.backup)
      let other = open(scene.backup, O_RDONLY | O_DIRECTORY)
      defer { close(other) }
      flock(other, LOCK_EX)
      #expect(
        backupError { _ = try scene.ledger.backUp(to: scene.backup) } == .busy(path: scene.backup))
      try #expect(Backup(at: scene.backup).check().events == 1)
    }
  }

  @Test("A restore does not write into a ledger, nor into a directory with other things in it")
  func occupied() throws {
    try BackupScene.with { scene in
      try scene.ledger.append(["a"])
      try scene.ledger.backUp(to: scene.backup)
      let backup = try Backup(at: scene.backup)
      #expect(
        ledgerError { try backup.restore(to: scene.ledger.path) }
          == .alreadyExists(path: scene.ledger.path))
      let other = scene.directory + "/other"
      try FileManager.default.createDirectory(
        atPath: other + "/things", withIntermediateDirectories: true)
      #expect(ledgerError { try backup.restore(to: other) } == .alreadyExists(path: other))
      try #expect(
        FileManager.default.contentsOfDirectory(atPath: scene.directory).sorted()
          == ["backup", "ledger", "other"])
    }
  }
}
