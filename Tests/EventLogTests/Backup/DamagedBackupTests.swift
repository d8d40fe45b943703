import EventLog
import Foundation
import TestSupport
import Testing

/// A backup of two parts with every kind of frame.
private func withTwoParts(_ body: (BackupScene, [String]) throws -> Void) throws {
  try BackupScene.with { scene in
    try scene.ledger.appendVariety()
    try LogWriter(scene.ledger).append("named", id: 1)
    try scene.ledger.backUp(to: scene.backup)
    try scene.ledger.append(["later"], station: "CP-3")
    try LogWriter(scene.ledger).append("named, too", id: 2)
    try scene.ledger.backUp(to: scene.backup)
    try body(scene, try scene.files().map { scene.backup + "/" + $0 })
  }
}

/// The damage that a check finds; a restore finds the same, and makes no ledger.
private func damage(in scene: BackupScene, isRestored: Bool = true) throws -> DumpDamage? {
  guard let error = backupError({ try Backup(at: scene.backup).check() }) else { return nil }
  if isRestored {
    let restored = scene.directory + "/restored"
    #expect(backupError { try Backup(at: scene.backup).restore(to: restored) } == error)
    let left = try FileManager.default.contentsOfDirectory(atPath: scene.directory)
    #expect(left.sorted() == ["backup", "ledger"])
  }
  guard case .damaged(let damage) = error else { return nil }
  return damage
}

@Suite struct DamagedBackupTests {
  @Test("A flip of any byte of a backup is found, and never restored", arguments: [0, 1])
  func everyByte(part: Int) throws {
    try withTwoParts { scene, parts in
      let whole = try contents(of: parts[part])
      #expect(whole.count > 500)
      for offset in whole.indices {
        var damaged = whole
        damaged[offset] ^= 1 << (offset % 8)
        try damaged.write(to: URL(filePath: parts[part]))
        // A restore reads by the same code; it is tried now and then, as it syncs files.
        let found = try damage(in: scene, isRestored: offset % 37 == 0)
        if offset == 15 {
          let version = damaged[offset]
          #expect(
            backupError { try Backup(at: scene.backup).check() }
              == .newerFormat(part: parts[part], version: version) || found?.reason == .notADump)
        } else {
          #expect(found?.part == scene.name(of: parts[part]), "byte \(offset)")
          #expect(found?.lastSound ?? .max <= 7)
        }
      }
    }
  }

  @Test("A part that is cut at any length, or longer than it was, is found")
  func everyLength() throws {
    try withTwoParts { scene, parts in
      let whole = try contents(of: parts[1])
      for length in 0..<whole.count {
        try whole.prefix(length).write(to: URL(filePath: parts[1]))
        let reason = try damage(in: scene, isRestored: length % 61 == 0)?.reason
        #expect(reason == .cutShort, "cut after \(length) bytes")
      }
      try (whole + Data([0])).write(to: URL(filePath: parts[1]))
      #expect(try damage(in: scene)?.reason == .trailingBytes)
      try (whole + whole.dropFirst(16)).write(to: URL(filePath: parts[1]))
      #expect(try damage(in: scene)?.reason == .trailingBytes)
    }
  }

  @Test("A frame that is missing, twice, or in another place is found")
  func movedFrames() throws {
    try withTwoParts { scene, parts in
      let whole = try contents(of: parts[0])
      var frames: [Data] = []
      var offset = 16
      while offset < whole.count {
        let stored = whole[(offset + 8)..<(offset + 12)].reversed().reduce(0) {
          $0 << 8 | Int($1)
        }
        frames.append(whole[offset..<(offset + 16 + stored)])
        offset += 16 + stored
      }
      #expect(frames.count == 6)
      for index in 0..<(frames.count - 1) {
        var changed = frames
        changed.remove(at: index)
        try expectDamage(changed, "frame \(index) is missing")
        changed = frames
        changed.insert(frames[index], at: index)
        try expectDamage(changed, "frame \(index) is there twice")
        changed = frames
        changed.swapAt(index, index + 1)
        try expectDamage(changed, "frame \(index) changed places")
      }

      func expectDamage(_ frames: [Data], _ what: Comment) throws {
        try (whole.prefix(16) + frames.joined()).write(to: URL(filePath: parts[0]))
        #expect(try damage(in: scene, isRestored: false) != nil, what)
      }
    }
  }

  @Test("The error says which part, frame and position")
  func place() throws {
    try withTwoParts { scene, parts in
      var damaged = try contents(of: parts[1])
      damaged[damaged.count - 1] ^= 1
      try damaged.write(to: URL(filePath: parts[1]))
      let found = try #require(try damage(in: scene))
      #expect(found.lastSound == 7 && found.frame == 4 && found.reason == .wrongChecksum)
      #expect(
        "\(found)".hasPrefix(
          "00000000000000000006-00000000000000000007.wattledger-dump, frame 4 at byte"))
      // The next run looks at the end of the last part before it adds another.
      try scene.ledger.append(["more"])
      let refusal = backupError { try scene.ledger.backUp(to: scene.backup) }
      guard case .damaged(let atOnce)? = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
      #expect(atOnce.offset == found.offset && atOnce.reason == .wrongChecksum)
    }
  }

  @Test("A part that is gone, renamed or of another ledger is found")
  func wrongParts() throws {
    try withTwoParts { scene, parts in
      let manager = FileManager.default
      let aside = scene.directory + "/ledger/aside"
      try manager.moveItem(atPath: parts[0], toPath: aside)
      #expect(
        backupError { _ = try Backup(at: scene.backup) }
          == .gap(path: scene.backup, after: 0, name: scene.name(of: parts[1])))
      try manager.moveItem(atPath: aside, toPath: parts[0])

      let renamed = scene.backup + "/00000000000000000006-00000000000000000008.wattledger-dump"
      try manager.moveItem(atPath: parts[1], toPath: renamed)
      #expect(try damage(in: scene)?.reason == .otherName)
      try manager.removeItem(atPath: renamed)

      try BackupScene.with { other in
        try other.ledger.append(["1", "2", "3", "4", "5"])
        try other.ledger.backUp(to: other.backup)
        try other.ledger.append(["6", "7"])
        try other.ledger.backUp(to: other.backup)
        try manager.copyItem(atPath: other.backup + "/" + other.files()[1], toPath: parts[1])
      }
      #expect(try damage(in: scene)?.reason == .otherBeginning)
    }
  }
}

extension BackupScene {
  fileprivate func name(of part: String) -> String { String(part.dropFirst(backup.count + 1)) }
}
