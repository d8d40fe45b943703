import LMDB
import Quantities
import TestSupport
import Testing

@testable import EventLog

@Suite("Reading by station and time") struct IndexReadingTests {
  @Test(
    "Whatever was appended and indexed in whatever turns, reading finds what a full scan finds",
    arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func sameAsAScan(seed: UInt64) throws {
    try withLedger(indexedOptions(blockPositions: seed % 2 == 0 ? 64 : 192)) { ledger in
      var history = RandomHistory(seed: seed)
      for _ in 0..<12 {
        try history.grow(ledger, upTo: 200)
        let head = UInt64(history.events.count)
        switch UInt64.random(in: 0..<3, using: &history.generator) {
        case 0: try ledger.catchUpIndex()
        case 1:
          let bound = UInt64.random(in: 0...head, using: &history.generator)
          try #expect(ledger.catchUpIndex(through: bound) <= head)
        default: break
        }
        try ledger.expectAnswers(of: &history)
      }
      try #expect(ledger.catchUpIndex() > 0)
      try ledger.expectAnswers(of: &history)
    }
  }

  @Test("A reader that has enough stops there", arguments: [nil, 0, 1] as [UInt32?])
  func stops(station: UInt32?) throws {
    try withLedger(indexedOptions(blockPositions: 64)) { ledger in
      var history = RandomHistory(seed: 31)
      for _ in 0..<5 { try history.grow(ledger, upTo: 200) }
      try ledger.catchUpIndex(through: 128)
      let question = Question(
        station: station, first: 1, last: .max, start: .distantPast, end: .distantFuture)
      let all = history.answer(question)
      for limit in 1...all.count {
        try #expect(ledger.answer(question, limit: limit) == Array(all.prefix(limit)))
      }
    }
  }

  @Test("A snapshot that is older than the index sees the log of its own time")
  func olderSnapshot() throws {
    try withLedger(indexedOptions()) { ledger in
      var history = RandomHistory(seed: 5)
      while history.events.count < 300 { try history.grow(ledger, upTo: 100) }
      let before = history.events
      try ledger.read { snapshot in
        while history.events.count < 900 { try history.grow(ledger, upTo: 100) }
        try ledger.catchUpIndex()
        var positions: [UInt64] = []
        try snapshot.forEachEvent(ofStream: 1) { envelope, _ in
          positions.append(envelope.position)
          return true
        }
        #expect(positions == before.filter { $0.station == 1 }.map(\.position))
      }
      try ledger.expectAnswers(of: &history)
    }
  }

  @Test("The ends of the range of time are half-open, and the latest time of all can be asked for")
  func ends() throws {
    try withLedger(indexedOptions(blockPositions: 64)) { ledger in
      try ledger.append { batch in
        for time in [.distantPast, newYear, .distantFuture] as [Instant] {
          for _ in 0..<64 {
            try batch.append(NewEvent(kind: .tick, receivedAt: time), body: "0 at \(time)")
          }
        }
      }
      func counts() throws -> [Int] {
        let ends: [(Instant, Instant)] = [
          (.distantPast, .distantFuture), (.distantPast, newYear), (newYear, .distantFuture),
          (newYear, instant(1)), (instant(1), .distantFuture), (newYear, newYear),
        ]
        return try ends.flatMap { start, end in
          try [nil, 0 as UInt32?].map { station in
            let question = Question(station: station, first: 1, last: .max, start: start, end: end)
            return try ledger.answer(question).count
          }
        }
      }
      let expected = [192, 64, 128, 64, 64, 0].flatMap { [$0, $0] }
      try #expect(counts() == expected)
      try #expect(ledger.catchUpIndex() == 192)
      try #expect(counts() == expected)
    }
  }

  @Test(
    "A long way takes several snapshots and sees each event once", arguments: [nil, 0] as [UInt32?])
  func longWay(station: UInt32?) throws {
    try withLedger { ledger in
      let empty = UnsafeRawBufferPointer(start: nil, count: 0)
      try ledger.append { batch in
        let event = NewEvent(kind: .tick, receivedAt: newYear)
        for _ in 0..<100_050 { try batch.append(event, body: empty) }
      }
      var expected: UInt64 = 3
      try ledger.scan(stream: station, from: 3, through: 100_040) { envelope, _ in
        defer { expected += 1 }
        return envelope.position == expected
      }
      #expect(expected == 100_041)
    }
  }

  @Test(
    "Reading by time renews its snapshot where it finds nothing, so that the file does not grow")
  func renewedSnapshot() throws {
    try withLedger { ledger in
      let empty = UnsafeRawBufferPointer(start: nil, count: 0)
      try ledger.append(["first"], receivedAt: instant(1))
      try ledger.append { batch in
        let event = NewEvent(kind: .tick, receivedAt: newYear)
        for _ in 0..<100_050 { try batch.append(event, body: empty) }
      }
      try ledger.append(["last"], receivedAt: instant(1))
      var growths: [Int] = []
      try ledger.scan(stream: nil, receivedFrom: instant(1)) { _, _ in
        let before = ledger.environment.info.fileBytes
        for _ in 0..<40 { try ledger.append(["meanwhile"]) }
        growths.append(ledger.environment.info.fileBytes - before)
        return true
      }
      // What the first commits freed is held by their snapshot; the last ones can use it again.
      #expect(growths.count == 2 && growths[1] < growths[0] / 2, "\(growths)")
    }
  }

  @Test("A log shorter than a block leaves no trace of an index, and is read without one")
  func shortLog() throws {
    try withLedger { ledger in
      var history = RandomHistory(seed: 8)
      try history.grow(ledger, upTo: 400)
      try #expect(ledger.catchUpIndex() == 0)
      #expect(!exists(ledger.path + "/index"))
      try ledger.expectAnswers(of: &history)
    }
  }

  @Test("A full block takes about three bytes an event")
  func size() throws {
    try withLedger(indexedOptions(blockPositions: 1 << 14)) { ledger in
      try ledger.append { batch in
        for number in 1...200 { _ = try batch.stationID(named: "CP-\(number)") }
        for number in 0..<1 << 15 {
          let event = NewEvent(
            kind: .tick, station: UInt32(number * 7919 % 200 + 1),
            receivedAt: instant(Int64(number)))
          try batch.append(event, body: "x")
        }
      }
      try #expect(ledger.catchUpIndex() == 1 << 15)
      // 82 events in a list: half a byte each for its key, times and checksum, two of position, and
      // the ends of pages that no further list fitted in.
      let bytesPerEvent = Double(try ledger.indexBytes()) / Double(1 << 15)
      #expect(bytesPerEvent < 3.25)
    }
  }
}
