import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

@testable import EventLog

/// A ledger of format 1, as the last program of that format left it.
private func withFixture(_ body: (_ path: String) throws -> Void) throws {
  try withTemporaryDirectory { directory in
    try LedgerFixture("format-1").unpack(to: directory + "/ledger")
    try body(directory + "/ledger")
  }
}

private func records(of ledger: Ledger) throws -> [Envelope: [UInt8]] {
  var records: [Envelope: [UInt8]] = [:]
  try ledger.scan { envelope, body in
    records[envelope] = Array(body)
    return true
  }
  return records
}

@Suite("Ledgers of older formats")
struct UpgradeTests {
  @Test("Read only, a ledger of format 1 is as it was, and has no tree to prove with")
  func readOnly() throws {
    try withFixture { path in
      let ledger = try Ledger.open(at: path, access: .readOnly)
      #expect(ledger.file.formatVersion == 1)
      #expect(try ledger.head() == 1691)
      #expect(try ledger.verifyTree().size == 1691)
      #expect(ledgerError { _ = try ledger.read { try $0.treeHead() } } == .withoutTree)
    }
  }

  @Test("Opened for writing it has the tree over the same events, and takes new ones")
  func upgrade() throws {
    try withFixture { path in
      let before = try records(of: try Ledger.open(at: path, access: .readOnly))
      let computed = try Ledger.open(at: path, access: .readOnly).verifyTree()

      let ledger = try Ledger.open(at: path)

      #expect(ledger.file.formatVersion == LedgerFile.formatVersion)
      try #expect(records(of: ledger) == before)
      try #expect(ledger.read { try $0.treeHead() } == computed)
      try ledger.append(["one more"])
      try #expect(ledger.verifyTree().size == 1692)
    }
  }

  @Test("The upgraded ledger says its format and keeps its identity when it is opened again")
  func reopened() throws {
    try withFixture { path in
      let uuid = try Ledger.open(at: path).file.uuid
      let again = try Ledger.open(at: path, access: .readOnly)
      #expect(again.file.formatVersion == LedgerFile.formatVersion)
      #expect(again.file.uuid == uuid)
      #expect(uuid == "1438a17e-47ba-4b1c-8f86-197b4d5bca08")
    }
  }

  @Test("An upgrade that was cut off before it said so is done again, with what came in between")
  func cutOff() throws {
    try withFixture { path in
      let old = try String(contentsOfFile: path + "/ledger.json", encoding: .utf8)
      try { _ = try Ledger.open(at: path).append(["from a program that does not know"]) }()
      try old.write(toFile: path + "/ledger.json", atomically: false, encoding: .utf8)
      try "half".write(toFile: path + "/ledger.json.new", atomically: false, encoding: .utf8)

      let ledger = try Ledger.open(at: path)

      try #expect(ledger.verifyTree().size == 1692)
      #expect(!FileManager.default.fileExists(atPath: path + "/ledger.json.new"))
    }
  }

  @Test("One who wanted to upgrade too, and came second, does not forget the ids given since")
  func second() throws {
    try withFixture { path in
      // The first one upgrades and goes on, after the second one has read the old format.
      try { _ = try LogWriter(try Ledger.open(at: path)).append("first", id: 1) }()
      do {
        let file = try LedgerUpgrade.run(at: path, try Environment(path: path + "/log"))
        #expect(file.formatVersion == LedgerFile.formatVersion)
      }
      let ledger = try Ledger.open(at: path)
      try #expect(LogWriter(ledger).append("again", id: 1) == 1692)
      try #expect(ledger.head() == 1692)
    }
  }

  @Test("A damaged event stops the upgrade, and the ledger stays what it was")
  func damaged() throws {
    try withFixture { path in
      let file = path + "/log/data.mdb"
      var bytes = try Data(contentsOf: URL(filePath: file))
      let place = try #require(bytes.range(of: Data("BootNotification".utf8)))
      bytes[place.lowerBound] ^= 1
      try bytes.write(to: URL(filePath: file))

      let error = ledgerError { _ = try Ledger.open(at: path) }

      guard case .damaged = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let ledger = try Ledger.open(at: path, access: .readOnly)
      #expect(ledger.file.formatVersion == 1)
      #expect(ledgerError { _ = try ledger.read { try $0.treeHead() } } != nil)
      #expect(ledgerError { _ = try ledger.verifyTree() } == error)
    }
  }
}
