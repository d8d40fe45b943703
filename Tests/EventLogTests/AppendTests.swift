import EventLog
import LMDB
import Quantities
import TestSupport
import Testing

private struct Refusal: Error {}

@Suite struct AppendTests {
  @Test("Positions begin at 1 and have no gaps, over batches that fail too")
  func positions() throws {
    try withLedger { ledger in
      try #expect(ledger.head() == 0)
      try #expect(ledger.append(["a", "b"]) == 2)
      #expect(throws: Refusal.self) {
        try ledger.append { batch in
          try batch.append(NewEvent(kind: .tick, receivedAt: newYear), body: "")
          throw Refusal()
        }
      }
      try #expect(ledger.append(["c"]) == 3)
      try #expect(ledger.bodies() == ["a", "b", "c"])
    }
  }

  @Test("The envelope comes back as it was given, with the log's own fields")
  func envelope() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.append(["first"])
      clock.set(5000)
      try ledger.append { batch in
        let station = try batch.stationID(named: "CP-1")
        let source = try batch.sourceID(named: "traces/a.ndjson")
        try #expect(batch.streamHead(of: station)?.lastPosition == 1)
        try batch.append(
          NewEvent(
            kind: .ocpp201, station: station, direction: .toStation, receivedAt: instant(-7),
            source: source, flags: .rebuiltFromPayload),
          body: "second")
        try #expect(batch.streamHead(of: station)?.lastPosition == 2)
      }
      try ledger.read { snapshot in
        let event = try #require(try snapshot.event(at: 2))
        #expect(event.envelope.kind == .ocpp201)
        #expect(event.envelope.station == 1)
        #expect(event.envelope.direction == .toStation)
        #expect(event.envelope.receivedAt == instant(-7))
        #expect(event.envelope.recordedAt == instant(5000))
        #expect(event.envelope.source == 1)
        #expect(event.envelope.flags == .rebuiltFromPayload)
        #expect(event.envelope.previousOfStream == 1)
        #expect(event.body.elementsEqual("second".utf8))
        try #expect(snapshot.sourceName(1) == "traces/a.ndjson")
        let first = try snapshot.envelope(at: 1)
        #expect(first?.salt != event.envelope.salt)
      }
    }
  }

  @Test("Recorded-at never decreases, whatever the clock does")
  func clockGoesBack() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      for time in [1000, 400, 2000] as [Int64] {
        clock.set(time)
        try ledger.append(["x"])
      }
      var recorded: [Instant] = []
      try ledger.scanEnvelopes { envelope in
        recorded.append(envelope.recordedAt)
        return true
      }
      #expect(recorded == [instant(1000), instant(1000), instant(2000)])
    }
  }

  @Test("A body above 16 MiB and numbers that nobody gave are refused; the batch goes on")
  func refused() throws {
    try withLedger { ledger in
      let large = [UInt8](repeating: 0x20, count: 16 << 20 + 1)
      try ledger.append { batch in
        #expect(
          throws: LedgerError.bodyTooLarge(bytes: large.count)
        ) {
          try large.withUnsafeBytes {
            try batch.append(NewEvent(kind: .tick, receivedAt: newYear), body: $0)
          }
        }
        #expect(throws: LedgerError.unknownStation(1)) {
          try batch.append(NewEvent(kind: .ocpp16, station: 1, receivedAt: newYear), body: "")
        }
        #expect(throws: LedgerError.unknownSource(9)) {
          try batch.append(NewEvent(kind: .tick, receivedAt: newYear, source: 9), body: "")
        }
        _ = try large.dropLast().withUnsafeBytes {
          try batch.append(NewEvent(kind: .tick, receivedAt: newYear), body: $0)
        }
      }
      try ledger.read { snapshot in
        #expect(snapshot.head == 1)
        let event = try snapshot.event(at: 1)
        #expect(event?.body.count == 16 << 20)
      }
    }
  }

  @Test("Names of 1 to 500 bytes get numbers in order of appearance, the same ones for ever")
  func names() throws {
    try withLedger { ledger in
      for _ in 0..<2 {
        try ledger.append { batch in
          for (index, name) in ["CP-2", "CP-1", String(repeating: "x", count: 500)].enumerated() {
            let id = try batch.stationID(named: name)
            #expect(id == UInt32(index + 1))
          }
          for count in [0, 501] {
            #expect(throws: LedgerError.badName(bytes: count)) {
              try batch.sourceID(named: String(repeating: "x", count: count))
            }
          }
        }
      }
      try ledger.read { snapshot in
        let stations = try snapshot.stations()
        #expect(stations.map(\.id) == [1, 2, 3])
        #expect(stations.prefix(2).map(\.name) == ["CP-2", "CP-1"])
        try #expect(snapshot.stationID(named: "CP-1") == 2)
        try #expect(snapshot.stationID(named: "CP-9") == nil)
        try #expect(snapshot.stationName(9) == nil)
      }
    }
  }

  @Test("A number given in a batch that fails is given again")
  func abortedName() throws {
    try withLedger { ledger in
      #expect(throws: Refusal.self) {
        try ledger.append { batch in
          _ = try batch.stationID(named: "CP-1")
          throw Refusal()
        }
      }
      try ledger.append(["a"], station: "CP-2")
      try ledger.read { snapshot in
        try #expect(snapshot.stationName(1) == "CP-2")
        try #expect(snapshot.stationID(named: "CP-1") == nil)
      }
    }
  }

  @Test("A full log says so, loses nothing, and goes on after growing")
  func mapFull() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      _ = try Ledger.create(at: path)
      let ledger = try Ledger.open(at: path, options: .init(mapBytes: 256 << 10))
      let body = String(repeating: "x", count: 1500)
      try ledger.append([body])
      let error = #expect(throws: LMDBError.self) {
        try ledger.append(Array(repeating: body, count: 200))
      }
      #expect(error?.code == .mapFull)
      try #expect(ledger.head() == 1)
      try ledger.grow(toMapBytes: 8 << 20)
      try #expect(ledger.append(Array(repeating: body, count: 200)) == 201)
    }
  }

  @Test("Statistics count events, stations, times and bytes; a time far ahead is not log time")
  func statistics() throws {
    try withLedger { ledger in
      let empty = try ledger.statistics()
      #expect(empty.events == 0 && empty.firstAt == nil && empty.bytesPerEvent == 0)
      try ledger.append(["abc", "de"], station: "CP-1", receivedAt: instant(-5000))
      try ledger.append(["f"], station: "CP-2", receivedAt: instant(86_400_000))
      try ledger.append(["g"], station: "CP-2", receivedAt: instant(86_400_001))
      let full = try ledger.statistics()
      #expect(full.events == 4)
      #expect(full.stations == 2)
      #expect(full.bodyBytes == 7)
      #expect(full.firstAt == instant(-5000))
      #expect(full.lastAt == instant(86_400_000))
      #expect(full.bytes == 5 * 4096)
    }
  }

  @Test("Threads that append at once leave whole streams without gaps")
  func threads() async throws {
    let directory = try makeTemporaryDirectory()
    defer { removeDirectory(directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    await withTaskGroup { group in
      for thread in 0..<4 {
        group.addTask {
          for _ in 0..<10 {
            #expect(throws: Never.self) {
              try ledger.append(["x", "y"], station: "CP-\(thread)")
            }
          }
        }
      }
    }
    try #expect(ledger.head() == 80)
    try ledger.read { snapshot in
      for thread in 0..<4 {
        let id = try #require(try snapshot.stationID(named: "CP-\(thread)"))
        var count = 0
        try snapshot.forEachEvent(ofStream: id) { _, _ in
          count += 1
          return true
        }
        #expect(count == 20)
        let head = try snapshot.streamHead(of: id)
        #expect(head?.count == 20)
      }
    }
  }
}
