import EventLog
import Quantities
import Testing

@Suite struct ReadTests {
  /// Six events: CP-1 at 1, 3, 5 and CP-2 at 2, 4, 6; recorded at 0, 1000, 2000 in pairs.
  private func withEvents(_ body: (borrowing LogSnapshot) throws -> Void) throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      for pair in 0..<3 as Range<Int64> {
        clock.set(pair * 1000)
        try ledger.append { batch in
          for station in ["CP-1", "CP-2"] {
            let id = try batch.stationID(named: station)
            try batch.append(
              NewEvent(kind: .ocpp16, station: id, receivedAt: instant(-pair)),
              body: "\(station) \(pair)")
          }
        }
      }
      try ledger.read(body)
    }
  }

  @Test(
    "A range of positions comes in order, cut at both ends of the log",
    arguments: [
      (0, .max, [1, 2, 3, 4, 5, 6]), (3, 4, [3, 4]), (6, 6, [6]), (7, 9, []), (5, 4, []),
    ] as [(UInt64, UInt64, [UInt64])])
  func ranges(first: UInt64, last: UInt64, expected: [UInt64]) throws {
    try withEvents { snapshot in
      var positions: [UInt64] = []
      try snapshot.forEachEvent(from: first, through: last) { envelope, _ in
        positions.append(envelope.position)
        return true
      }
      #expect(positions == expected)
    }
  }

  @Test("One event is found by its position, and none outside of the log")
  func byPosition() throws {
    try withEvents { snapshot in
      for position in [0, 7, .max] as [UInt64] {
        try #expect(snapshot.event(at: position)?.envelope == nil)
        try #expect(snapshot.envelope(at: position) == nil)
      }
      let event = try #require(try snapshot.event(at: 4))
      #expect(event.body.elementsEqual("CP-2 1".utf8))
    }
  }

  @Test("A stream holds one station's events, either way, within bounds")
  func streams() throws {
    try withEvents { snapshot in
      var forwards: [UInt64] = []
      try snapshot.forEachEvent(ofStream: 2, from: 3) { envelope, body in
        forwards.append(envelope.position)
        return true
      }
      var backwards: [UInt64] = []
      try snapshot.forEachEventBackwards(ofStream: 1, through: 4) { envelope, _ in
        backwards.append(envelope.position)
        return true
      }
      #expect(forwards == [4, 6])
      #expect(backwards == [3, 1])
      try snapshot.forEachEvent(ofStream: 9) { _, _ in
        Issue.record("a stream that does not exist has an event")
        return true
      }
    }
  }

  @Test("Only events whose envelope is wanted come, within the range")
  func wanted() throws {
    try withEvents { snapshot in
      var bodies: [String] = []
      try snapshot.forEachEvent(from: 3, through: 6, where: { $0.station == 2 }) { _, body in
        bodies.append(String(decoding: body, as: UTF8.self))
        return true
      }
      #expect(bodies == ["CP-2 1", "CP-2 2"])
    }
  }

  @Test("A range of received-at is half-open and does not depend on the order of positions")
  func receivedAt() throws {
    try withEvents { snapshot in
      var positions: [UInt64] = []
      try snapshot.forEachEvent(receivedFrom: instant(-2), to: instant(0)) { envelope, _ in
        positions.append(envelope.position)
        return true
      }
      #expect(positions == [3, 4, 5, 6])
    }
  }

  @Test(
    "The first event recorded at or after a time is found",
    arguments: [(-1, 1), (0, 1), (1, 3), (1000, 3), (2000, 5), (2001, nil)]
      as [(Int64, UInt64?)])
  func recordedAt(milliseconds: Int64, position: UInt64?) throws {
    try withEvents { snapshot in
      try #expect(
        snapshot.firstPosition(recordedAtOrAfter: instant(milliseconds)) == position)
    }
  }

  @Test("A scan crosses many snapshots, sees each event once and says where it stopped")
  func longScan() throws {
    try withLedger { ledger in
      try ledger.append { batch in
        let event = NewEvent(kind: .tick, receivedAt: newYear)
        for _ in 0..<100_050 {
          try batch.append(event, body: UnsafeRawBufferPointer(start: nil, count: 0))
        }
      }
      var expected: UInt64 = 1
      let last = try ledger.scanEnvelopes { envelope in
        defer { expected += 1 }
        return envelope.position == expected
      }
      #expect(last == 100_050)
      #expect(
        try ledger.scan(from: 100_000) { envelope, _ in envelope.position < 100_002 } == 100_002)
      try #expect(ledger.scan(from: 200_000) { _, _ in true } == 199_999)
    }
  }

  @Test("Log time leaves out what lies more than a day ahead")
  func logTime() throws {
    try withLedger { ledger in
      try ledger.read { try #expect($0.logTime() == nil) }
      try ledger.append(["a"], receivedAt: instant(10))
      try ledger.append(["b"], receivedAt: instant(2 * 86_400_000))
      try ledger.read { try #expect($0.logTime() == instant(10)) }
    }
  }
}
