import EventLog
import Foundation
import TestSupport
import Testing

@Suite struct BackupPropertyTests {
  @Test(
    "However appends, backups and stopped runs follow each other, a restore gives the same ledger",
    arguments: 1...8 as ClosedRange<UInt64>)
  func anyOrder(seed: UInt64) throws {
    try BackupScene.with(TestClock().options(eventIDWindow: 5)) { scene in
      var random = SplitMix64(seed: seed)
      for _ in 0..<16 {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: try scene.ledger.appendAnything(using: &random)
        case 1: try scene.ledger.appendNamed(using: &random)
        case 2: try scene.ledger.backUp(to: scene.backup)
        default: try scene.stopLastRun(using: &random)
        }
      }
      let report = try scene.ledger.backUp(to: scene.backup)
      try #expect(Backup(at: scene.backup).check() == report.contents)

      let content = try LedgerContent(of: scene.ledger)
      try scene.restored { restored in
        try #expect(LedgerContent(of: restored) == content)
        // Appending an id of the window again adds nothing to either.
        let last = UInt64.random(in: 0..<20, using: &random)
        let places = try [scene.ledger, restored].map { ledger in
          try LogWriter(ledger).append("again", id: last)
        }
        #expect(places[0] == places[1])
      }
      guard !content.records.isEmpty else { return }
      let last = UInt64.random(in: 1...UInt64(content.records.count), using: &random)
      try scene.restored(through: last) { restored in
        let prefix = try LedgerContent(of: restored)
        #expect(prefix.records == Array(content.records.prefix(Int(last))))
        try #expect(prefix.tree == scene.ledger.read { try $0.treeHead(ofSize: last) })
      }
    }
  }
}

extension Ledger {
  /// Appends up to 40 events of up to 9 stations and 3 sources, with bodies of up to 3,000 bytes.
  fileprivate func appendAnything(using random: inout SplitMix64) throws {
    try append { batch in
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let station = Int.random(in: 0..<10, using: &random)
        let source = Int.random(in: 0..<4, using: &random)
        let event = NewEvent(
          kind: .ocpp16, station: station == 0 ? 0 : try batch.stationID(named: "CP-\(station)"),
          direction: .fromStation,
          receivedAt: instant(Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)),
          source: source == 0 ? 0 : try batch.sourceID(named: "file \(source)"))
        let byte = UInt8.random(in: 97...122, using: &random)
        let letter = Character(Unicode.Scalar(byte))
        let count = Int.random(in: 0...3000, using: &random)
        try batch.append(event, body: String(repeating: letter, count: count))
      }
    }
  }

  /// Appends events with ids, of which some have been used.
  fileprivate func appendNamed(using random: inout SplitMix64) throws {
    let writer = try LogWriter(self)
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      try writer.append("named", id: UInt64.random(in: 0..<20, using: &random))
    }
  }
}

extension BackupScene {
  /// The last run was stopped after some bytes of what it wrote.
  fileprivate func stopLastRun(using random: inout SplitMix64) throws {
    guard let part = try? files().last(where: { $0.hasSuffix("-dump") }) else { return }
    let written = try contents(of: backup + "/" + part)
    try FileManager.default.removeItem(atPath: backup + "/" + part)
    let left = written.prefix(Int.random(in: 0...written.count, using: &random))
    try left.write(to: URL(filePath: "\(backup)/\(part.prefix(20)).wattledger-dump.partial"))
  }
}
