import EventLog
import Foundation
import LMDB
import Quantities
import TestSupport
import Testing

@Suite("An index that is not to be trusted") struct IndexDamageTests {
  /// Makes a ledger with an index, lets `damage` change the files while it is closed, and expects the
  /// right answers before and after the index has caught up.
  /// - Returns: how far the index reached after reading, before it caught up.
  @discardableResult
  private func expectAnswers(
    after damage: (_ ledger: String) throws -> Void, seed: UInt64 = 40
  ) throws -> UInt64 {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      var history = RandomHistory(seed: seed)
      func write() throws {
        let ledger = try Ledger.create(at: path, options: indexedOptions())
        while history.events.count < 600 { try history.grow(ledger, upTo: 150) }
        try ledger.catchUpIndex()
      }
      try write()
      try damage(path)
      let ledger = try Ledger.open(at: path, options: indexedOptions())
      try ledger.expectAnswers(of: &history)
      for station in 0...RandomHistory.stations {
        let all = Question(
          station: station, first: 1, last: .max, start: .distantPast, end: .distantFuture)
        try #expect(ledger.answer(all) == history.answer(all))
      }
      let left = try ledger.indexedThrough()
      try #expect(ledger.catchUpIndex() == UInt64(history.events.count) / 128 * 128)
      try ledger.expectAnswers(of: &history)
      return left
    }
  }

  private func index(_ ledger: String) -> String { ledger + "/index/positions/data.mdb" }

  @Test("One that was deleted, or cut, or is something else, is built anew")
  func deleted() throws {
    try expectAnswers { try FileManager.default.removeItem(atPath: $0 + "/index") }
    try expectAnswers { try FileManager.default.removeItem(atPath: index($0)) }
    try expectAnswers { try Data("Dear Sir".utf8).write(to: URL(filePath: index($0))) }
    try expectAnswers { path in
      let bytes = try Data(contentsOf: URL(filePath: index(path)))
      try (bytes.prefix(8192) + Data(count: bytes.count)).write(to: URL(filePath: index(path)))
    }
  }

  @Test("A leftover of one that was being removed goes with the next building")
  func leftover() throws {
    try expectAnswers { path in
      let manager = FileManager.default
      try manager.moveItem(
        atPath: path + "/index/positions", toPath: path + "/index/removed-1-2")
      _ = try Ledger.open(at: path, options: indexedOptions()).catchUpIndex()
      try #expect(
        manager.contentsOfDirectory(atPath: path + "/index").sorted() == ["lock", "positions"])
    }
  }

  /// Changes the byte `offset` behind the beginning of `marker`, in every page of the index that has it:
  /// pages that are no longer in use look alike.
  private func change(_ ledger: String, _ marker: Data, offset: Int, by bits: UInt8) throws {
    var bytes = try Data(contentsOf: URL(filePath: index(ledger)))
    var places: [Data.Index] = []
    while let found = bytes[(places.last.map { $0 + 1 } ?? 0)...].range(of: marker) {
      places.append(found.lowerBound)
    }
    try #require(!places.isEmpty)
    for place in places { bytes[place + offset] ^= bits }
    try bytes.write(to: URL(filePath: index(ledger)))
  }

  /// The list of station 2 in block 3: its key without the offset; the offset and the value follow.
  private var list: Data { Data([0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2]) }

  @Test("A changed byte of a list is noticed", arguments: [16, 17, 19, 20, 27, 28, 35, 36, 38])
  func changedValue(offset: Int) throws {
    let left = try expectAnswers { try change($0, list, offset: offset, by: 0x10) }
    #expect(left == 0)
  }

  @Test(
    "A list that is found under another key misses nothing: the log's own links tell",
    arguments: [0, 7, 8, 10, 11, 12, 14, 15])
  func changedKey(offset: Int) throws {
    try expectAnswers { try change($0, list, offset: offset, by: 0x04) }
  }

  @Test("A changed byte of a block's times is noticed", arguments: [0, 3, 4, 19, 20, 27, 36, 1000])
  func changedTimes(offset: Int) throws {
    // A row of `blocks` has 1,044 bytes behind its key: the size comes first in its node.
    let row = Data([0x14, 0x04, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 3])
    let left = try expectAnswers { try change($0, row, offset: row.count + offset, by: 1) }
    #expect(left == 0)
  }

  @Test("The index of another ledger is not used")
  func otherLedger() throws {
    let left = try expectAnswers { path in
      let other = path + "-other"
      func write() throws {
        let ledger = try Ledger.create(at: other, options: indexedOptions())
        var history = RandomHistory(seed: 41)
        while history.events.count < 600 { try history.grow(ledger, upTo: 150) }
        try ledger.catchUpIndex()
      }
      try write()
      try FileManager.default.removeItem(atPath: path + "/index")
      try FileManager.default.moveItem(atPath: other + "/index", toPath: path + "/index")
    }
    #expect(left == 0)
  }

  @Test("An index of another version is not used")
  func otherVersion() throws {
    // The row `shape` begins with the version, then the length of the UUID.
    let row = Data("shape".utf8) + [1, 36]
    let left = try expectAnswers { try change($0, row, offset: 5, by: 2) }
    #expect(left == 0)
  }

  @Test("An index with blocks of another size is not used")
  func otherBlocks() throws {
    let left = try expectAnswers { path in
      try FileManager.default.removeItem(atPath: path + "/index")
      let options = indexedOptions(blockPositions: 64)
      _ = try Ledger.open(at: path, options: options).catchUpIndex()
    }
    #expect(left == 0)
  }

  @Test(
    "The index of a log that was restored to an older state is not used, however long the log gets",
    arguments: [0, 300, 700])
  func restored(newEvents: Int) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let log = path + "/log/data.mdb"
      var history = RandomHistory(seed: 60)
      func write(upTo count: Int) throws {
        let ledger = try Ledger.open(at: path, options: indexedOptions())
        while history.events.count < count { try history.grow(ledger, upTo: 100) }
        try ledger.catchUpIndex()
      }
      _ = try Ledger.create(at: path)
      try write(upTo: 300)
      let older = (try Data(contentsOf: URL(filePath: log)), history)
      try write(upTo: 600)
      try older.0.write(to: URL(filePath: log))
      history = older.1
      history.generator = SplitMix64(seed: 61)

      let ledger = try Ledger.open(at: path, options: indexedOptions())
      let goal = history.events.count + newEvents
      while history.events.count < goal { try history.grow(ledger, upTo: 100) }
      // Of all stations first: there are no links that would tell.
      try ledger.expectAnswers(of: &history, isOfOneStation: false)
      try ledger.expectAnswers(of: &history)
      try #expect(ledger.catchUpIndex() == UInt64(history.events.count) / 128 * 128)
      try ledger.expectAnswers(of: &history)
    }
  }

  @Test("A record that names a wrong station does not get into the lists of that one")
  func damagedLog() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      func write() throws {
        let ledger = try Ledger.create(at: path, options: indexedOptions(blockPositions: 64))
        for _ in 0..<2 {
          try ledger.append((0..<20).map { "one \($0)" }, station: "CP-1")
          try ledger.append((0..<19).map { "two \($0)" } + ["marked"], station: "CP-2")
        }
      }
      try write()
      let file = URL(filePath: path + "/log/data.mdb")
      var bytes = try Data(contentsOf: file)
      let body = try #require(bytes.range(of: Data("marked".utf8)))
      bytes[body.lowerBound - 56 + 4] = 1
      try bytes.write(to: file)
      let ledger = try Ledger.open(at: path, options: indexedOptions(blockPositions: 64))
      #expect(
        ledgerError { try ledger.catchUpIndex() } == .damaged(position: 40, reason: .brokenChain))
      try #expect(ledger.indexedThrough() == 0)
    }
  }

  @Test("A builder who cannot add to an index removes it, although it is itself who has the lock")
  func cannotBeExtended() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      var history = RandomHistory(seed: 44)
      func write() throws {
        let ledger = try Ledger.create(at: path, options: indexedOptions())
        while history.events.count < 600 { try history.grow(ledger, upTo: 150) }
        try ledger.catchUpIndex(through: 300)
      }
      try write()
      do {
        // A key behind all that will be added.
        let index = try Environment(path: path + "/index/positions")
        let lists = try index.openDatabase("lists")
        let key = [UInt8](repeating: 0xFF, count: 16)
        try index.write { transaction in
          try key.withUnsafeBytes { try transaction.put($0, $0, in: lists) }
        }
      }
      let ledger = try Ledger.open(at: path, options: indexedOptions())
      #expect(throws: LMDBError.self) { try ledger.catchUpIndex() }
      #expect(!exists(path + "/index/positions"))
      try #expect(ledger.catchUpIndex() == UInt64(history.events.count) / 128 * 128)
      try ledger.expectAnswers(of: &history)
    }
  }
}
