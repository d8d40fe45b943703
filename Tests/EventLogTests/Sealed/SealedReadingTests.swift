import EventLog
import Foundation
import Quantities
import TestSupport
import Testing

@testable import EventLog

@Suite struct SealedReadingTests {
  @Test(
    "Everything that was read before sealing is read after it, and after opening again",
    arguments: [1, 2] as [UInt64])
  func same(seed: UInt64) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger"
      let clock = TestClock()
      let before: Answers
      do {
        let ledger = try Ledger.create(at: path, options: clock.options)
        try ledger.fill(14_000, seed: seed, clock: clock)
        before = try ledger.answers()
        let report = try ledger.seal(seed == 1 ? .all : .small)
        #expect(report.sealedEvents == 8192, "seed \(seed)")
        #expect(report.segments == (seed == 1 ? 1 : 2))
        #expect(report.after.events == 14_000)
        #expect(report.after.bytes < report.before.bytes)
        try #expect(ledger.answers() == before, "seed \(seed)")
      }
      let ledger = try Ledger.open(at: path, access: .readOnly)
      try #expect(ledger.answers() == before, "seed \(seed)")
      // Who may only read cannot seal.
      #expect(
        ledgerError { try ledger.seal(.all) }
          == .system(operation: "write to", path: path, errno: EACCES))
    }
  }

  @Test("A snapshot from before sees the same log while its rows are cut, and after")
  func oldSnapshot() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(10_000, seed: 3, clock: clock)
      let before = try ledger.answers()
      try ledger.read { old in
        // Sealing stops after each step in turn, and goes on from what is left.
        for step in SealStep.allCases {
          #expect(throws: Stopped.self) { try ledger.seal(.all, stoppingAfter: step) }
          try #expect(Answers(old) == before, "after \(step)")
        }
        try ledger.seal(.all)
        try #expect(Answers(old) == before)
        #expect(old.sealedThrough == 0)
      }
      try ledger.read { #expect($0.sealedThrough == 4096) }
      try #expect(ledger.answers() == before)
    }
  }

  @Test("A body stays as it is while its closure reads all over the log")
  func nestedReading() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(9000, seed: 4, clock: clock)
      let bodies = try ledger.bodies(from: 1, through: 3)
      try ledger.seal(.all)
      try ledger.read { snapshot in
        var read: [String] = []
        try snapshot.forEachEvent(from: 1, through: 3) { _, body in
          for position in stride(from: 50 as UInt64, through: 4096, by: 50) {
            _ = try snapshot.event(at: position)
          }
          try snapshot.forEachRecord(from: 4000, through: 4010) { record, _ in record.count > 0 }
          read.append(String(decoding: body, as: UTF8.self))
          return true
        }
        #expect(read == bodies)
      }
    }
  }

  @Test("Facts of the control stream are found among sealed events")
  func controlStream() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.append { batch in
        try batch.append(NewEvent(kind: .siteFact, receivedAt: newYear), body: "a site")
      }
      try ledger.fill(9000, seed: 5, clock: clock)
      try ledger.seal(.all)
      try ledger.read { snapshot in
        var first: String?
        try snapshot.forEachEvent(ofStream: 0) { envelope, body in
          first = String(decoding: body, as: UTF8.self)
          #expect(envelope.kind == .siteFact && envelope.position == 1)
          return false
        }
        #expect(first == "a site")
      }
    }
  }

  @Test("Frames of about 315 bytes with meter values take at most 71 bytes each when sealed")
  func size() throws {
    try withLedger { ledger in
      var random = SplitMix64(seed: 6)
      try ledger.append { batch in
        for index in 0..<24_576 as Range<Int64> {
          let station = Int.random(in: 0..<200, using: &random)
          let id = try batch.stationID(named: "CP-\(station)")
          let event = NewEvent(
            kind: .ocpp16, station: id, direction: .fromStation,
            receivedAt: instant(index * 300 + Int64.random(in: 0..<300, using: &random)))
          try batch.append(event, body: Self.meterValues(event, station, &random))
        }
      }
      let report = try ledger.seal(.all)
      #expect(report.sealedEvents == 20_480)
      let bytes = report.after.sealedBytes / Int(report.sealedEvents)
      #expect((40...71).contains(bytes), "\(bytes) bytes an event")
    }
  }

  private static func meterValues(
    _ event: NewEvent, _ station: Int, _ random: inout SplitMix64
  ) -> String {
    let id = String(random.next(), radix: 16) + "-" + String(random.next(), radix: 16)
    let milliseconds = event.receivedAt.millisecondsSinceEpoch
    return """
      [2,"\(id)","MeterValues",{"connectorId":1,"transactionId":\(100_000 + station),"meterValue":\
      [{"timestamp":"\(milliseconds)","sampledValue":[{"value":"\(milliseconds / 977 % 900_000)",\
      "measurand":"Energy.Active.Import.Register","unit":"Wh"},\
      {"value":"\(Int.random(in: 0...11_000, using: &random))","context":"Sample.Periodic",\
      "measurand":"Power.Active.Import","unit":"W"}]}]}]
      """
  }
}
