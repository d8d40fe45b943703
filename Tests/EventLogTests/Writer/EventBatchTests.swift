import Bytes
import EventLog
import LMDB
import Quantities
import TestSupport
import Testing

@Suite("Batches made ready") struct EventBatchTests {
  @Test("A batch is one commit, in its order, and gives the position of each event")
  func append() throws {
    try withLedger { ledger in
      let stations = try ledger.stations("CP-1", "CP-2")
      var events = EventBatch()
      #expect(try ledger.append(events) == [])
      try events.add("a", station: stations[0])
      try events.add("", station: stations[1])
      try events.add("c", station: stations[0])
      #expect((events.count, events.bodyBytes) == (3, 2))

      #expect(try ledger.append(events) == [1, 2, 3])
      #expect(try ledger.append(events) == [4, 5, 6])
      events.removeAll()
      try events.add("d", station: stations[1])
      #expect(try ledger.append(events) == [7])

      #expect(try ledger.bodies() == ["a", "", "c", "a", "", "c", "d"])
      try ledger.read { snapshot in
        let heads = try stations.map { try snapshot.streamHead(of: $0)?.lastPosition }
        #expect(heads == [6, 7])
      }
      _ = try ledger.verifyTree()
    }
  }

  @Test(
    "The tree over events made ready is the one over events as they come, whatever their sizes",
    arguments: 1...4 as ClosedRange<UInt64>)
  func sameTree(seed: UInt64) throws {
    try withLedger { ledger in
      var random = SplitMix64(seed: seed)
      let stations = try ledger.stations("CP-1", "CP-2", "CP-3")
      var events = EventBatch()
      for _ in 0..<5 {
        events.removeAll()
        for _ in 0..<Int.random(in: 1...150, using: &random) {
          let bytes = Int.random(in: 0...9, using: &random) == 0 ? 40_000 : 300
          try events.add(
            String(repeating: "x", count: Int.random(in: 0...bytes, using: &random)),
            station: stations[Int.random(in: 0..<3, using: &random)])
        }
        try ledger.append(events)
        try ledger.append(["as it comes"])
      }
      // Every leaf is made again from its record.
      _ = try ledger.verifyTree()
    }
  }

  @Test("An event whose id is remembered is left out, of this batch, an earlier one or a writer's")
  func ids() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger)
      try #expect(writer.append("w", id: 7) == 1)
      var events = EventBatch()
      try events.add("a", id: 1)
      try events.add("again", id: 7)
      try events.add("no id")
      try events.add("again", id: 1)
      #expect(try ledger.append(events) == [2, 1, 3, 2])
      #expect(try ledger.append(events) == [2, 1, 4, 2])
      try #expect(writer.append("again", id: 1) == 2)
      try #expect(
        ledger.append { batch in
          try [UInt8]("x".utf8).withUnsafeBytes { body in
            try [7, 8, 8].map {
              try batch.append(
                NewEvent(kind: .tick, receivedAt: newYear), body: body,
                id: EventID(low: $0, high: 7))
            }
          }
        } == [1, 5, 5])
      #expect(try ledger.bodies() == ["w", "a", "no id", "no id", "x"])
    }
  }

  @Test("Ids of a batch that was given up are not remembered, and those from before it are")
  func givenUp() throws {
    try withLedger { ledger in
      var events = EventBatch()
      try events.add("a", id: 1)
      try ledger.append(events)
      struct GivenUp: Error {}
      #expect(throws: GivenUp.self) {
        try ledger.append { batch in
          var lost = EventBatch()
          try lost.add("b", id: 2)
          #expect(try batch.append(lost) == [2])
          throw GivenUp()
        }
      }
      events.removeAll()
      try events.add("c", id: 2)
      try events.add("again", id: 1)
      #expect(try ledger.append(events) == [2, 1])
      #expect(try ledger.bodies() == ["a", "c"])
    }
  }

  @Test("Ids of a commit for which there was no room are not remembered")
  func noRoom() throws {
    var options = TestClock().options
    options.mapBytes = 1 << 20
    try withLedger(options) { ledger in
      var events = EventBatch()
      try events.add("small", id: 1)
      try ledger.append(events)
      events.removeAll()
      try events.add("small", id: 2)
      try events.add(String(repeating: "x", count: 2 << 20), id: 3)
      #expect(throws: (any Error).self) { try ledger.append(events) }
      events.removeAll()
      for id in 1...3 as ClosedRange<UInt64> { try events.add("again", id: id) }
      #expect(try ledger.append(events) == [1, 2, 3])
    }
  }

  @Test("A body above the limit and a station that nobody knows are refused")
  func refused() throws {
    try withLedger { ledger in
      var events = EventBatch()
      let tooLarge = [UInt8](repeating: 0, count: (16 << 20) + 1)
      #expect(
        ledgerError {
          try tooLarge.withUnsafeBytes {
            try events.add(NewEvent(kind: .tick, receivedAt: newYear), body: $0)
          }
        } == .bodyTooLarge(bytes: tooLarge.count))
      #expect(events.count == 0)
      try events.add("a")
      try events.add("b", station: 9)
      #expect(ledgerError { try ledger.append(events) } == .unknownStation(9))
      #expect(try ledger.head() == 0)
    }
  }
}

extension EventBatch {
  fileprivate mutating func add(_ body: String, station: UInt32 = 0, id: UInt64? = nil) throws {
    let event = NewEvent(
      kind: .ocpp16, station: station, direction: .fromStation, receivedAt: newYear)
    try Array(body.utf8).withUnsafeBytes {
      try add(event, body: $0, id: id.map { EventID(low: $0, high: 7) })
    }
  }
}

extension Ledger {
  /// The numbers of these stations.
  fileprivate func stations(_ names: String...) throws -> [UInt32] {
    try append { batch in try names.map { try batch.stationID(named: $0) } }
  }
}
