import Bytes
import EventLog
import Foundation
import Quantities
import Testing
import Transparency

/// The ledger as `read_ledger.py` sees it, a reader in another language that knows only the text of
/// `Schemas/log-record.md`.
private func readWithPython(_ path: String) throws -> [[String: Any]] {
  try IndependentReader.read(path, with: "read_ledger.py")
}

@Suite struct IndependentReaderTests {
  @Test("A reader written from the schema alone reads the same events, names, heads and totals")
  func sameContent() throws {
    try withLedger { ledger in
      try ledger.append(["[2,\"1\",\"Heartbeat\",{}]", "ä"], station: "CP-1")
      try ledger.append { batch in
        let station = try batch.stationID(named: "Säule 2")
        let source = try batch.sourceID(named: "a.ndjson")
        try batch.append(
          NewEvent(
            kind: .ocpp201, station: station, direction: .toStation, receivedAt: instant(-9),
            source: source, flags: .rebuiltFromPayload),
          body: "")
        try batch.append(NewEvent(kind: .tick, receivedAt: instant(50)), body: "")
      }

      var lines = try readWithPython(ledger.path)
      let rest = lines.removeLast()

      #expect(lines.count == 4)
      try expectSame(lines, as: ledger)
      let start = newYear.millisecondsSinceEpoch
      let expected: NSDictionary = [
        "stations": ["CP-1", "Säule 2"], "sources": ["a.ndjson"],
        "heads": [[0, 4, start + 50, 1], [1, 2, start + 1000, 2], [2, 3, start - 9, 1]],
        "totals": [24, start - 9, start + 1000], "event_ids": [[Any]](),
        "totals": [24, start - 9, start + 1000],
        "tree": ["size": 4, "root": try root(of: ledger), "rows_ok": true],
      ]
      #expect(rest as NSDictionary == expected)
    }
  }

  @Test("It reads the same events from sealed segments and behind them")
  func sealed() throws {
    let clock = TestClock()
    try withLedger(clock.options) { ledger in
      try ledger.fill(12_500, seed: 1, clock: clock)
      try #expect(ledger.seal(.small).segments == 2)
      var lines = try readWithPython(ledger.path)
      let tree = try #require(lines.removeLast()["tree"] as? [String: Any])
      #expect(lines.count == 12_500)
      try expectSame(lines, as: ledger)
      // The roots that the segments give are looked at as well.
      #expect(tree["rows_ok"] as? Bool == true && tree["size"] as? Int == 12_500)
    }
  }

  private func expectSame(_ lines: [[String: Any]], as ledger: Ledger) throws {
    try ledger.scan { envelope, body in
      let line = lines[Int(envelope.position) - 1] as NSDictionary
      let expected: NSDictionary = [
        "position": envelope.position, "version": 1, "kind": envelope.kind.rawValue,
        "direction": envelope.direction.rawValue, "flags": envelope.flags.rawValue,
        "station": envelope.station,
        "received_at": envelope.receivedAt.millisecondsSinceEpoch,
        "recorded_at": envelope.recordedAt.millisecondsSinceEpoch,
        "previous": envelope.previousOfStream, "source": envelope.source, "crc_ok": true,
        "salt": hexadecimal(envelope.salt), "body": String(decoding: body, as: UTF8.self),
      ]
      #expect(line == expected)
      return line == expected
    }
  }

  @Test("It reads the same event ids, oldest first, when the ring has gone round")
  func eventIDs() throws {
    try withLedger(TestClock().options(eventIDWindow: 3)) { ledger in
      let writer = try LogWriter(ledger)
      for id in 1...5 as ClosedRange<UInt64> { try writer.append("x", id: id) }

      let rest = try #require(try readWithPython(ledger.path).last)

      let expected: NSArray =
        [3, 4, 5].map { (number: UInt64) in
          let id = hexadecimal(Salt(low: number, high: 7))
          return [id, number] as [Any]
        } as NSArray
      #expect(rest["event_ids"] as? NSArray == expected)
    }
  }

  @Test("A reader written from the schema alone computes the same tree, and finds it in the tables")
  func sameTree() throws {
    try withLedger { ledger in
      try ledger.append((0..<1030).map { "frame \($0)" }, station: "CP-1")
      let rest = try #require(try readWithPython(ledger.path).last)
      let expected: NSDictionary = [
        "size": 1030, "root": try root(of: ledger), "rows_ok": true,
      ]
      #expect(rest["tree"] as? NSDictionary == expected)
    }
  }

  private func root(of ledger: Ledger) throws -> String {
    try ledger.read { try $0.treeHead().root.description }
  }

  private func hexadecimal(_ salt: Salt) -> String {
    withUnsafeBytes(of: (salt.low.littleEndian, salt.high.littleEndian)) { bytes in
      bytes.map { String(format: "%02x", $0) }.joined()
    }
  }
}
